"""Records compared in shards by several workers, as real processes."""

import csv
import io
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from an_api import AnApi, an_api
from running_stack import eventually
from some_processes import Processes, environment
from web.config import Settings
from web.db.models import Item, ItemState, JobStatus
from web.db.words import Outcome

SECONDS = 240.0
SHARDS = 3
TODAY = "2026-11-23"
TIMED = ("report.html", "scorecard.json", "manifest.json")
pytestmark = pytest.mark.timeout(900)


def people(persons: int = 800) -> bytes:
    """Return persons, each in two rows with slips: too many for all pairs to be compared."""
    of = random.Random(7)

    def word() -> str:
        return "".join(of.choice("aeioubdgklmnrst") for _ in range(7)).capitalize()

    rows = []
    for _ in range(persons):
        given, family, street = word(), word(), word()
        born = f"{of.randrange(1930, 2020)}-{of.randrange(1, 13):02}-{of.randrange(1, 29):02}"
        rows.append([given, family, born, f"{of.randrange(99)} {street} St", "Salem"])
        rows.append([given[1:], *rows[-1][1:]])
    of.shuffle(rows)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["MRN", "First Name", "Last Name", "DOB", "Address", "City"])
    out.writerows([number, *row] for number, row in enumerate(rows))
    return text.getvalue().encode()


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    each = -(-2 * 800 // SHARDS)
    return environment(settings, LINK_SHARD_ROWS=str(each), WORKER_CONCURRENCY="2")


@pytest.fixture
def api(environ: dict[str, str]) -> Iterator[AnApi]:
    with an_api(Settings.from_environ(environ)) as api:
        yield api


@pytest.fixture
def processes(environ: dict[str, str], binaries: Path, tmp_path: Path) -> Iterator[Processes]:
    """Return the processes, of which none has faults."""
    found = Processes(environ, binaries, tmp_path / "processes.log")
    yield found
    found.stop()


@pytest.fixture
def faulty(
    environ: dict[str, str], binaries: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Processes]:
    """Return processes that do what the test's parameter says."""
    more = {"HARMONIZER_TEST_MODE": "1", "HARMONIZER_FAILPOINTS": request.param}
    found = Processes(environ | more, binaries, tmp_path / "faulty.log")
    yield found
    found.stop()


def submit(api: AnApi) -> str:
    options = f'{{"registry": "off", "today": "{TODAY}"}}'
    return api.submit(("people.csv", people()), operation="deduplicate", options=options)


def ended(api: AnApi, job_id: str) -> bool:
    return JobStatus(api.get(f"/api/jobs/{job_id}/status")["status"]).terminal


def shards(api: AnApi, job_id: str) -> list[Item]:
    with api.of.reading() as session:
        found = session.query(Item).where(Item.job_id == job_id, Item.shard_no > 0)
        return list(found.order_by(Item.shard_no))


def check_result(api: AnApi, job_id: str, binaries: Path, tmp_path: Path) -> None:
    """The job has what the command line makes of its file, and no shard left anything."""
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "succeeded"
    file, out = tmp_path / "people.csv", tmp_path / "out"
    file.write_bytes(people())
    harmonize = str(binaries / "harmonize")
    command = [harmonize, "--operation", "deduplicate", "--today", TODAY, "-o", str(out)]
    assert subprocess.run([*command, str(file)], capture_output=True, check=False).returncode in (
        0,
        1,
    )
    outputs = api.get(f"/api/jobs/{job_id}/outputs")["outputs"]
    names = {one["name"] for one in outputs}
    assert names | {"manifest.json"} == {path.name for path in out.iterdir()}
    for name in names.difference(TIMED):
        with api.client.get(f"/api/jobs/{job_id}/outputs/{name}") as answer:
            assert answer.data == (out / name).read_bytes(), name
    ids = [item.id for item in shards(api, job_id)]
    assert len(ids) == SHARDS
    assert not [one for one in api.of.store.list(f"jobs/{job_id}") if one.split("/")[2] in ids]


def test_several_workers_share_one_linkage(
    api: AnApi, processes: Processes, binaries: Path, tmp_path: Path
) -> None:
    processes.reconciler()
    for _ in range(2):
        processes.worker()
    job_id = submit(api)
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    check_result(api, job_id, binaries, tmp_path)
    told = {(one["kind"], one["shard_no"]) for one in api.get(f"/api/jobs/{job_id}")["items"]}
    compared = {("link", number) for number in range(1, SHARDS + 1)}
    assert told == {("file", None), ("link", None), *compared}


@pytest.mark.parametrize("faulty", ["handling@shard-2=kill:1"], indirect=True)
def test_a_worker_that_is_killed_in_a_shard(
    api: AnApi, processes: Processes, faulty: Processes, binaries: Path, tmp_path: Path
) -> None:
    processes.reconciler()
    killed = faulty.worker()
    job_id = submit(api)
    eventually(lambda: killed.poll() is not None, "the worker was killed", SECONDS)
    processes.worker()
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    check_result(api, job_id, binaries, tmp_path)
    second = shards(api, job_id)[1]
    attempts = api.get(f"/api/items/{second.id}")["attempts"]
    assert [one["outcome"] for one in attempts] == [Outcome.LOST, Outcome.SUCCEEDED]


@pytest.mark.parametrize("faulty", ["handling@shard-2=hold:1:5"], indirect=True)
def test_a_cancel_in_the_middle_of_shards(
    api: AnApi, processes: Processes, faulty: Processes, binaries: Path, tmp_path: Path
) -> None:
    processes.reconciler()
    held = faulty.worker()
    job_id = submit(api)

    def at_work() -> bool:
        succeeded = (ItemState.SUCCEEDED, ItemState.RUNNING, ItemState.SUCCEEDED)
        return tuple(one.state for one in shards(api, job_id)) == succeeded

    eventually(at_work, "one shard of three is held", SECONDS)
    assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 202
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "cancelled"
    assert api.get(f"/api/jobs/{job_id}/result", 409)["type"] == "/problems/no-result"
    held.kill()
    processes.worker()
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 202
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    check_result(api, job_id, binaries, tmp_path)
    assert [one.epoch for one in shards(api, job_id)] == [1, 2, 1]
