"""Whether the process can work."""

from typing import Literal

from typing_extensions import TypedDict


class Live(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Ready(TypedDict):
    """Whether everything that is needed answers."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]
    warnings: list[str]
