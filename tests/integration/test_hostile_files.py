"""Files that are made to harm the engine: it fails them with a reason, in bounded memory."""

import gzip
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from a_workbook import row, workbook, zipped

MIB = 1024 * 1024
MEMORY = 256 * MIB
"""Resident at most; the harmless file beside takes some 40 MiB."""

MEASURED = """
import os, sys
_, status, used = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a program and prints its peak memory, in KiB. What a test forks itself would begin with
the peak of the test."""

HEAD = b"patient_id,name\n"


@dataclass
class Ran:
    """What a run of the engine came to; ``memory`` is its peak, in bytes."""

    code: int
    said: str
    memory: int
    outputs: Path

    @property
    def files(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.outputs / "manifest.json").read_text())[
            "files"
        ]
        return found


@dataclass
class Engine:
    """The command line of the engine, which reads as a worker does."""

    program: Path
    folder: Path

    def run(self, name: str, content: bytes, *flags: str) -> Ran:
        (self.folder / name).write_bytes(content)
        outputs = self.folder / "out"
        command = [str(self.program), *flags, "-o", str(outputs), str(self.folder / name)]
        ran = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True)
        said, _, memory = ran.stdout.decode().rstrip().rpartition("\n")
        return Ran(ran.returncode, said + ran.stderr.decode(), int(memory) * 1024, outputs)

    def refused(self, name: str, content: bytes) -> str:
        """Return the rule by which a file failed; nothing was made of it."""
        ran = self.run(name, content)
        assert ran.code == 2, ran.said
        assert ran.memory < MEMORY
        assert not list(ran.outputs.glob("*.clean.csv"))
        [file] = ran.files
        assert file["status"] == "failed"
        return str(file["reason"])


@pytest.fixture
def engine(binaries: Path, tmp_path: Path) -> Engine:
    return Engine(binaries / "harmonize", tmp_path)


def gzipped(begin: bytes, block: bytes, blocks: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as out:
        out.write(begin)
        for _ in range(blocks):
            out.write(block)
    return packed.getvalue()


def test_a_harmless_workbook_is_read(engine: Engine) -> None:
    ran = engine.run("a.xlsx", workbook(row("patient_id", "name") + row("1", "Ada")))
    assert ran.code == 0
    assert "Ada" in next(ran.outputs.glob("*.clean.csv")).read_text()


def test_what_unpacks_to_very_much(engine: Engine) -> None:
    lines = b"1,aaaaaaa\n" * 100_000
    assert engine.refused("a.csv.gz", gzipped(HEAD, lines, 100)) == "FILE-007"


def test_a_line_without_an_end_that_unpacks_to_very_much(engine: Engine) -> None:
    assert engine.refused("a.csv.gz", gzipped(b"", b"a" * MIB, 100)) == "FILE-007"


def test_an_archive_in_an_archive(engine: Engine) -> None:
    inner = zipped(**{"a.csv": HEAD + b"1,aaaaaaa\n" * 8_000_000})
    assert engine.refused("a.zip", inner) == "FILE-007"


def test_an_archive_of_very_many_files(engine: Engine) -> None:
    assert engine.refused("a.zip", zipped(**{f"{n}.csv": b"" for n in range(5000)})) == "FILE-007"


def test_an_archive_whose_names_are_paths(engine: Engine) -> None:
    """Names of members are names: nothing is unpacked to where they point."""
    target = engine.folder / "elsewhere" / "slipped.csv"
    ran = engine.run("a.zip", zipped(**{f"../elsewhere/{target.name}": HEAD, str(target): HEAD}))
    assert ran.code == 2
    assert not target.exists()
    assert not target.parent.exists()


def test_a_workbook_that_names_a_file_of_this_machine(engine: Engine) -> None:
    secret = engine.folder / "secret.txt"
    secret.write_text("Zzyzxmarker")
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]>'
    sheet = row("patient_id", "name") + row("1", "&x;")
    assert engine.refused("a.xlsx", workbook(sheet, entity)) == "FILE-006"
    for file in (engine.folder / "out").iterdir():
        assert b"Zzyzxmarker" not in file.read_bytes()


def test_a_workbook_whose_entities_grow(engine: Engine) -> None:
    grow = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    sheet = row("patient_id", "name") + row("1", "&e9;")
    before = f'<!DOCTYPE w [<!ENTITY e0 "x">{grow}]>'
    assert engine.refused("a.xlsx", workbook(sheet, before)) == "FILE-006"


def test_a_workbook_with_a_cell_of_many_megabytes(engine: Engine) -> None:
    sheet = row("patient_id", "name") + row("1", "a" * 100 * MIB)
    assert engine.refused("a.xlsx", workbook(sheet)) == "FILE-007"


@pytest.mark.parametrize("columns", [10**5, 10**6])
def test_headers_of_very_many_columns(engine: Engine, columns: int) -> None:
    head = b",".join(b"c%d" % n for n in range(columns))
    content = head + b"\n" + b",".join([b"1"] * columns) + b"\n"
    assert engine.refused("a.csv", content) == "FILE-007"


def test_records_of_very_many_keys(engine: Engine) -> None:
    record = b"{" + b",".join(b'"c%d":1' % n for n in range(10**6)) + b"}"
    assert engine.refused("a.json", b"[" + record + b"]") in ("FILE-005", "FILE-007")


def test_json_nested_very_deep(engine: Engine) -> None:
    assert engine.refused("a.json", b'[{"a":' + b"[" * 10**6 + b"]" * 10**6 + b"}]") == "FILE-007"


def test_a_quote_that_is_never_closed(engine: Engine) -> None:
    ran = engine.run("a.csv", HEAD + b'1,"' + b"a" * 100 * MIB)
    assert ran.memory < MEMORY
    [file] = ran.files
    assert file["counts"]["rows_out"] == 0


def test_cells_that_are_formulas(engine: Engine) -> None:
    """With ``--csv-safe`` a spreadsheet shows them and does not run them."""
    formulas = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "=HYPERLINK(1)"]
    content = b"patient_id,note\n" + b"".join(
        b'%d,"%s"\n' % (n, one.encode()) for n, one in enumerate(formulas)
    )
    ran = engine.run("a.csv", content, "--csv-safe")
    clean = next(ran.outputs.glob("*.clean.csv")).read_text()
    assert not [one for one in formulas if f',"{one}' in clean or f",{one}" in clean]
    assert all(f"'{one}" in clean for one in formulas)


PROFILE = """name: x
version: "1"
extends: us-core
"""
CHECK = """checks:
  - {{id: SITE-001, table: patient, severity: warning, message: Long., assert: '{}'}}
"""
PLAN = "version: 1\nprofile: {name: us-core}\ntoday: 2026-01-01\nfiles:\n"
GROW = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
COLUMNS = ", ".join(["{header: a, field: x_a}"] * 20_000)
DOCUMENTS = {
    "a profile that repeats itself": ("--profile", PROFILE + GROW, "alias"),
    "a profile nested deep": ("--profile", PROFILE + "tables: " + "[" * 10**5, "within each other"),
    "a condition nested deep": (
        "--profile",
        PROFILE + CHECK.format("(" * 1000 + "true" + ")" * 1000),
        "SITE-001",
    ),
    "a plan that repeats itself": (
        "--plan",
        f"{PLAN}- {{name: a, table: {{name: patient}}, columns: &c [{COLUMNS}]}}\n"
        + "- {name: a, table: {name: patient}, columns: *c}\n" * 12_000,
        "alias",
    ),
    "a plan nested deep": ("--plan", PLAN + "- " + "[" * 10**6, "within each other"),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_profiles_and_plans_that_grow(engine: Engine, what: str) -> None:
    flag, document, says = DOCUMENTS[what]
    (engine.folder / "document.yaml").write_text(document)
    ran = engine.run("a.csv", HEAD, flag, str(engine.folder / "document.yaml"))
    assert ran.code == 64, ran.said
    assert says in ran.said
    assert ran.memory < 2 * MEMORY


def test_a_condition_that_runs_long_is_cut_off_and_told(engine: Engine) -> None:
    many = "[" + ",".join("1" * 99) + "]"
    nested = f"{many}.all(a, {many}.all(b, {many}.all(c, a + b + c > 0 && mrn != null)))"
    (engine.folder / "profile.yaml").write_text(PROFILE + CHECK.format(nested))
    rows = b"".join(b"%d,Lovelace,Ada,1815-12-10\n" % n for n in range(5))
    content = b"MRN,Last Name,First Name,DOB\n" + rows
    ran = engine.run("a.csv", content, "--profile", str(engine.folder / "profile.yaml"))
    assert ran.code in (0, 1), ran.said
    found = [json.loads(x) for x in (ran.outputs / "issues.ndjson").read_text().splitlines()]
    assert sum(one["count"] for one in found if one["rule_id"] == "CND-002") == 5
