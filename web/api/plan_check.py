"""Whether the ``plan`` of a submission is a plan: its outline, so that a mistake is told at once.

The worker checks every decision. What is said here names lines and keys, never what stands there:
somebody may have sent a file of patients by mistake.
"""

import datetime
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from web.api.upload import StoredFile
from web.errors import FieldError, InvalidRequestError
from web.libyaml import Loader
from web.store import Keeping

MAX_BYTES = 2 * 1024 * 1024
"""Reading YAML takes a worker some 280 times its size in memory."""
MAX_CHECKED = 1024 * 1024
"""Above this the check would take seconds of the request; the worker's own comes anyway."""
MAX_DEPTH = 20
MAX_ERRORS = 20

PLAN_KEYS = frozenset(("version", "plan_id", "profile", "today", "code_lists", "files"))
FILE_KEYS = frozenset(
    ("name", "source", "sha256", "result", "ingest", "table", "rows", "tests", "columns")
)


def check_plan(store: Keeping, plan: StoredFile) -> None:
    """Refuse a file that is no plan.

    Raises:
        InvalidRequestError: It is none; each reason says where.
    """
    if plan.bytes > MAX_BYTES:
        wrong = [f"is larger than {MAX_BYTES} bytes"]
    elif plan.bytes > MAX_CHECKED:
        return
    else:
        wrong = faults(store.read(plan.uri, MAX_CHECKED))
    if wrong:
        errors = [FieldError("plan", reason) for reason in wrong[:MAX_ERRORS]]
        raise InvalidRequestError("The plan cannot be followed.", errors)


def faults(document: bytes) -> list[str]:
    """Return what keeps a document from being a plan, with the line of each."""
    try:
        text = document.decode("utf-8-sig")
        _refuse_bombs(text)
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [f"line {mark.line + 1}: is not YAML" if mark else "is not YAML"]
    except (UnicodeDecodeError, yaml.YAMLError):
        return ["is not YAML in UTF-8"]
    except _BombError as error:
        return [str(error)]
    return list(_plan(root))


class _BombError(Exception):
    """A document that is small only as long as nobody reads it."""


def _refuse_bombs(document: str) -> None:
    """Refuse aliases, which no plan has, and depth, on which the composer would recurse."""
    depth = 0
    for event in yaml.parse(document, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            raise _BombError(f"{_line(event)}: a plan has no aliases")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _BombError(f"{_line(event)}: is nested too deep")


def _plan(root: Node | None) -> Iterator[str]:
    if not isinstance(root, MappingNode):
        yield "line 1: must be a mapping with version, profile, today and files"
        return
    members = _members(root)
    yield from _unknown(root, PLAN_KEYS, "a plan")
    version, today, files = (members.get(name) for name in ("version", "today", "files"))
    if _text(version) != "1":
        yield f"{_line(version or root)}: version must be 1"
    try:
        datetime.datetime.strptime(_text(today), "%Y-%m-%d")
    except ValueError:
        yield f"{_line(today or root)}: today must be a day, YYYY-MM-DD"
    if not isinstance(files, SequenceNode):
        yield f"{_line(files or root)}: files must be a list"
        return
    for number, file in enumerate(files.value, 1):
        yield from _file(file, f"file {number}")


def _file(file: Node, where: str) -> Iterator[str]:
    if not isinstance(file, MappingNode):
        yield f"{_line(file)}: {where} must be a mapping"
        return
    members = _members(file)
    yield from _unknown(file, FILE_KEYS, where)
    table = members.get("table")
    if not isinstance(table, MappingNode) or not _text(_members(table).get("name")):
        yield f"{_line(table or file)}: {where} has no table with a name"
    columns = members.get("columns")
    if not isinstance(columns, SequenceNode):
        yield f"{_line(columns or file)}: {where} has no list of columns"
        return
    for number, column in enumerate(columns.value, 1):
        if not isinstance(column, MappingNode) or not _text(_members(column).get("field")):
            yield f"{_line(column)}: {where}, column {number} has no field"


def _unknown(node: MappingNode, known: frozenset[str], where: str) -> Iterator[str]:
    met: set[str] = set()
    for key, _ in node.value:
        if _text(key) in met:
            yield f"{_line(key)}: {where} has a key twice"
        met.add(_text(key))
        if _text(key) not in known:
            yield f"{_line(key)}: {where} has only {', '.join(sorted(known))}"


def _members(node: MappingNode) -> dict[str, Node]:
    return {_text(key): value for key, value in node.value}


def _text(node: Node | None) -> str:
    """Return a scalar as it is written, "" for what is none."""
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _line(at: Node | yaml.Event) -> str:
    return f"line {at.start_mark.line + 1 if at.start_mark else 1}"
