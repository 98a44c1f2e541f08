"""What is wrong with a request."""

from typing import NotRequired

from typing_extensions import TypedDict

from web.api.answers.kinds import Reference


class FieldProblem(TypedDict):
    """What is wrong with one field."""

    field: str
    reason: str


class ProblemDocument(TypedDict):
    """An error, RFC 9457."""

    type: Reference
    title: str
    status: int
    detail: str
    instance: str
    errors: NotRequired[list[FieldProblem]]
