"""What a route says about itself, beside its path: what it answers, takes and may refuse."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from web.errors import NotFoundError, invalid
from web.ids import FORM

View = TypeVar("View", bound=Callable[..., Any])
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query or a header."""

    name: str
    about: str
    schema: Schema
    place: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Description:
    """What stands in the API's document about a route.

    ``answer`` is a type of JSON, or names of media types, ``also_media`` more of them; ``body`` has
    the fields of a JSON object with their schemas, ``required`` those that it cannot do without,
    ``form`` is the schema of a form, ``text_body`` the media type of a text; ``problems`` are slugs
    besides those that every route has.
    """

    status: int
    answer: Any
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Schema] | None
    required: tuple[str, ...]
    form: Schema | None
    problems: tuple[str, ...]
    also: tuple[int, ...]
    also_media: tuple[str, ...]
    text_body: str | None


_DESCRIBED: dict[Any, Description] = {}


def described(
    answer: Any,
    *parameters: Parameter,
    status: int = 200,
    body: Mapping[str, Schema] | None = None,
    required: tuple[str, ...] = (),
    form: Schema | None = None,
    problems: tuple[str, ...] = (),
    also: tuple[int, ...] = (),
    also_media: tuple[str, ...] = (),
    text_body: str | None = None,
) -> Callable[[View], View]:
    """Describe a route. ``also`` are statuses of the same answer, or of one without a body."""

    def describe(view: View) -> View:
        _DESCRIBED[view] = Description(
            status, answer, parameters, body, required, form, problems, also, also_media, text_body
        )
        return view

    return describe


def register(app: Flask) -> None:
    """Hold requests of an application to the parameters that are described."""
    app.before_request(_refuse_unknown_parameters)
    app.before_request(_refuse_what_no_text_has)


def _refuse_unknown_parameters() -> None:
    """Refuse a parameter that nobody looks at: a filter with a typing error would show everything.

    Of one that is given twice, only one would be looked at.

    Raises:
        InvalidRequestError: Names what there is instead.
    """
    found = description_of(current_app.view_functions.get(request.endpoint or ""))
    if found is None:
        return
    known = [one.name for one in found.parameters if one.place == "query"]
    if not set(request.args) <= set(known):
        among = f"a parameter is none of {', '.join(known)}" if known else "there are no parameters"
        raise invalid("query", among)
    for name, values in request.args.lists():
        if len(values) > 1:
            raise invalid(name, "is given more than once")


def _refuse_what_no_text_has() -> None:
    """Refuse the character NUL, which PostgreSQL keeps in no text.

    Raises:
        NotFoundError: It is in the path.
        InvalidRequestError: It is in a parameter, or in a field of a form without files.
    """
    if "\0" in request.path:
        raise NotFoundError("The character NUL is in no path.")
    sent = [*request.args.items(multi=True)]
    if request.mimetype == "application/x-www-form-urlencoded":
        sent += request.form.items(multi=True)
    for name, value in sent:
        if "\0" in value:
            raise invalid(name[:64], "holds the character NUL")


def description_of(view: Any) -> Description | None:
    """Return what a route says about itself."""
    return _DESCRIBED.get(view)


LIMIT = Parameter(
    "limit", "How many at a time.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
)
ROW_CURSOR = Parameter(
    "cursor", "`next_cursor` of an earlier answer.", {"type": "string", "pattern": "^[0-9]{1,18}$"}
)
TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "format": "uuid", "pattern": f"^{FORM}$"}
JOB_CURSOR = Parameter("cursor", "`next_cursor` of an earlier answer.", ID)


def word(words: Iterable[str]) -> Schema:
    """Return the schema of one of some words."""
    return {"type": "string", "enum": [str(one) for one in words]}


def one_of(name: str, about: str, words: Iterable[str]) -> Parameter:
    """Return a parameter that is one of some words."""
    return Parameter(name, about, word(words))


def text(name: str, about: str) -> Parameter:
    """Return a parameter that is a text."""
    return Parameter(name, about, TEXT)
