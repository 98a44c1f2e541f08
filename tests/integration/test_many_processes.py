"""Several workers and reconcilers at once, as real processes, over large and small files."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from an_api import AnApi, an_api
from harmonizer_queue.check import confirmed
from running_stack import eventually
from some_processes import Processes, environment
from web.config import Settings
from web.db.models import Attempt, Item, ItemKind, ItemState, Outbox, Outcome

SECONDS = 240.0
pytestmark = pytest.mark.timeout(900)
SPLIT_BYTES = 700_000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"


def large(rows: int = 6_000) -> bytes:
    """Return a file that becomes several ranges, with line breaks inside of quotes."""
    words = "seen and sent home, " * 10
    lines = (
        f'{number % 5_800},Ann,Example,{1930 + number % 80}-01-02,F,"{words}\n{number} of many"\n'
        for number in range(rows)
    )
    return ("patient_id,first_name,last_name,dob,gender,notes\n" + "".join(lines)).encode()


SMALL = b"patient_id,first_name,last_name,dob,gender\n" + 2 * b"1,Bob,Other,1980-02-03,M\n"


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    return environment(settings, SPLIT_BYTES=str(SPLIT_BYTES), WORKER_CONCURRENCY="2")


@pytest.fixture
def api(environ: dict[str, str]) -> Iterator[AnApi]:
    with an_api(Settings.from_environ(environ)) as api:
        yield api


@pytest.fixture
def processes(
    environ: dict[str, str], api: AnApi, binaries: Path, tmp_path: Path
) -> Iterator[Processes]:
    found = Processes(environ, binaries, tmp_path / "processes.log")
    yield found
    found.stop()


def by_hand(binaries: Path, folder: Path, *files: tuple[str, bytes]) -> dict[str, str]:
    """Return the digests of what the command line makes of files, by name of the output."""
    paths = []
    for name, content in files:
        path = folder / name
        path.write_bytes(content)
        paths.append(str(path))
    out = folder / "out"
    command = [str(binaries / "harmonize"), "-o", str(out), *paths]
    assert subprocess.run(command, check=False, capture_output=True).returncode in (0, 1)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


HOLD_THE_TIME = ("report.html", "scorecard.json", "manifest.json")


def made(api: AnApi, job_id: str) -> dict[str, str]:
    """Return the digests of a job's outputs, of the bytes that are in the store."""
    found = {}
    for output in api.get(f"/api/jobs/{job_id}/outputs")["outputs"]:
        with api.client.get(f"/api/jobs/{job_id}/outputs/{output['name']}") as answer:
            assert hashlib.sha256(answer.data).hexdigest() == output["sha256"]
        found[output["name"]] = output["sha256"]
    return found


def ended(api: AnApi, job_id: str) -> bool:
    return str(api.get(f"/api/jobs/{job_id}/status")["status"]) in (
        "succeeded",
        "partial",
        "failed",
        "cancelled",
    )


def items(api: AnApi) -> list[Item]:
    with api.of.reading() as session:
        return list(session.scalars(select(Item).order_by(Item.id)))


def check_nothing_is_left(api: AnApi) -> None:
    """Each item ended once, each event was recorded once, and the queue is empty."""
    eventually(lambda: not api.queue.results(), "all events are recorded", SECONDS)
    with api.of.reading() as session:
        won = session.execute(
            select(Attempt.item_id, func.count())
            .where(Attempt.outcome == Outcome.SUCCEEDED)
            .group_by(Attempt.item_id)
        )
        assert {count for _, count in won} == {1}
        assert session.scalars(select(Outbox.item_id)).all() == []
    assert confirmed(api.queue) == []
    assert (sum(api.queue.depth().values()), api.queue.running(), api.queue.delayed()) == (0, 0, 0)


def test_jobs_of_large_and_small_files_are_done_once(
    api: AnApi, processes: Processes, binaries: Path, tmp_path: Path, settings: Settings
) -> None:
    several = 1 if settings.database_url.startswith("sqlite") else 2
    for _ in range(several):
        processes.reconciler()
        processes.worker()
    alone = api.submit(("patients.csv", large()))
    with_others = [
        api.submit(("a.csv", SMALL), ("broken.csv", PNG), ("patients.csv", large(5_000)))
        for _ in range(2)
    ]
    small = [api.submit(("s.csv", SMALL), priority="high") for _ in range(8)]
    jobs = [alone, *with_others, *small]
    eventually(lambda: all(ended(api, job_id) for job_id in jobs), "all ended", SECONDS)
    statuses = [api.get(f"/api/jobs/{job_id}/status") for job_id in jobs]
    assert [one["status"] for one in statuses] == [
        "succeeded",
        "partial",
        "partial",
        *["succeeded"] * 8,
    ]
    [error] = statuses[1]["errors"]
    assert (error["file"], error["reason"]) == ("broken.csv", "FILE-005")
    check_nothing_is_left(api)
    kinds = [item.kind for item in items(api)]
    assert kinds.count(ItemKind.TRANSFORM) >= 6
    assert {item.epoch for item in items(api)} == {1}

    by_cli = by_hand(binaries, tmp_path, ("patients.csv", large()))
    for name, digest in made(api, alone).items():
        if name not in HOLD_THE_TIME:
            assert by_cli[name] == digest, name
    first, second = (made(api, job_id) for job_id in with_others)
    same = [name for name in first if name not in HOLD_THE_TIME]
    assert {name: first[name] for name in same} == {name: second[name] for name in same}


def test_a_killed_worker_costs_only_the_ranges_it_had(
    api: AnApi, processes: Processes, binaries: Path, tmp_path: Path
) -> None:
    processes.reconciler()
    first = processes.worker()
    job_id = api.submit(("patients.csv", large()))

    def some_ranges_are_done() -> bool:
        done = [item for item in items(api) if item.kind is ItemKind.TRANSFORM]
        return any(item.state is ItemState.SUCCEEDED for item in done)

    eventually(some_ranges_are_done, "a range is done", SECONDS)
    first.kill()
    first.wait()
    processes.worker()
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "succeeded"
    check_nothing_is_left(api)
    by_cli = by_hand(binaries, tmp_path, ("patients.csv", large()))
    for name, digest in made(api, job_id).items():
        if name not in HOLD_THE_TIME:
            assert by_cli[name] == digest, name


@pytest.mark.parametrize("stage", ["plan", "transform", "finish"])
def test_a_cancel_in_the_middle_leaves_nothing_to_see(
    api: AnApi, processes: Processes, stage: str
) -> None:
    processes.reconciler()
    processes.worker()
    job_id = api.submit(("patients.csv", large(20_000)), ("b.csv", large(15_000)))

    def at_work() -> bool:
        return any(
            item.kind.value == stage and item.state in (ItemState.RUNNING, ItemState.SUCCEEDED)
            for item in items(api)
        ) or ended(api, job_id)

    eventually(at_work, f"an item of kind {stage} runs", SECONDS)
    answer = api.client.post(f"/api/jobs/{job_id}/cancel")
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    status = api.get(f"/api/jobs/{job_id}/status")["status"]
    if answer.status_code == 409 or status == "succeeded":
        # It was done before the wish could reach it: then all of it is there.
        assert made(api, job_id)
        return
    assert status == "cancelled"
    assert api.get(f"/api/jobs/{job_id}/result", 409)["type"] == "/problems/no-result"
    assert api.client.get(f"/api/jobs/{job_id}/outputs").status_code == 409
    check_ended(api, job_id)

    # It goes on where it was.
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 202
    eventually(lambda: ended(api, job_id), "the job ended", SECONDS)
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "succeeded"
    assert made(api, job_id)


def check_ended(api: AnApi, job_id: str) -> None:
    """No item of a job lives, here or in the queue."""
    states = {item.state for item in items(api) if item.job_id == job_id}
    assert all(state.terminal for state in states), states
    eventually(
        lambda: (sum(api.queue.depth().values()), api.queue.running()) == (0, 0),
        "the queue holds nothing of it",
        SECONDS,
    )
