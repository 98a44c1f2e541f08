"""Scripts and functions with one guard taken out."""

import hashlib
import inspect
import textwrap
from types import ModuleType

import pytest

from harmonizer_queue import scripts
from harmonizer_queue.scripts import Script


def mutate_script(patch: pytest.MonkeyPatch, name: str, old: str, new: str) -> None:
    """Let the Python side run one script, or all with ``*``, with a part of it replaced."""
    load = scripts.load
    touched = [one for one in scripts.names() if name in ("*", one) and old in load(one).source]
    assert touched, f"the guard {old!r} is not in the script {name} any more: mend this test"

    def mutated(wanted: str) -> Script:
        script = load(wanted)
        if wanted not in touched:
            return script
        source = script.source.replace(old, new)
        digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
        return Script(wanted, source, digest)

    patch.setattr(scripts, "load", mutated)


def mutate_function(
    patch: pytest.MonkeyPatch, owner: ModuleType | type, name: str, old: str, new: str
) -> None:
    """Let a module or a class have one of its functions with a part of it replaced."""
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert old in source, f"the guard {old!r} is not in {name} any more: mend this test"
    made: dict[str, object] = {}
    exec(
        compile(source.replace(old, new), f"<mutant of {name}>", "exec"), function.__globals__, made
    )
    patch.setattr(owner, name, made[name])
