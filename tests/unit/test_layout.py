"""The tree keeps what other things rely on."""

import queue
import re
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_folder_queue_does_not_hide_the_standard_module() -> None:
    assert Path(queue.__file__).is_relative_to(sysconfig.get_path("stdlib"))
    assert not (ROOT / "queue" / "__init__.py").exists()
    assert not (ROOT / "queue" / "queue.py").exists()


def test_the_folder_queue_comes_after_the_standard_library_on_the_path() -> None:
    """The editable install appends; something that prepends would let the folder win."""
    here = [Path(entry).resolve() for entry in sys.path if entry]
    standard = here.index(Path(sysconfig.get_path("stdlib")).resolve())
    assert here.index(ROOT / "queue") > standard


def test_no_python_test_stands_under_queue() -> None:
    assert list((ROOT / "queue").rglob("test_*.py")) == []


def test_test_modules_have_names_of_their_own() -> None:
    """Without packages in tests/, pytest imports a module by its bare name."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_name_no_index(name: str) -> None:
    first, *pinned = (ROOT / name).read_text().splitlines()
    assert first == "-e ."
    assert pinned
    assert [line for line in pinned if "==" not in line or "://" in line] == []


def test_requirements_are_compiled_from_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, wanted in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-dev.txt", project["optional-dependencies"]["dev"]),
    ):
        pinned = {line.split(" ;")[0] for line in (ROOT / name).read_text().splitlines()}
        missing = {re.sub(r"\[.*?\]", "", entry) for entry in wanted} - pinned
        assert not missing, f"run `make lock`: {name} lacks {missing}"
