"""What werkzeug compiles of a URL rule is kept: the application of each test has the same 150."""

from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_compiled: dict[tuple[object, ...], Any] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Any:
    """Return the function that builds URLs of a rule; it takes the rule, so that any alike has it.

    Converters are part of it only where the rule has defaults.
    """
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, append_unknown, *rule._trace)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


def keep() -> None:
    """Keep it from now on, in this process."""
    Rule._compile_builder = _compiled_once  # type: ignore[assignment, method-assign]
