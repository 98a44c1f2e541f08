"""``/api/openapi.json``: the API described in OpenAPI 3.1, made from the routes that serve it.

Nothing is written twice: paths and methods are Flask's, roles are those that are asked for, texts
are docstrings, schemas are the types of the answers. ``/api/docs`` shows the same to a person.
"""

import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from web.api.access import is_for_probes, open_to_all, role_of
from web.api.answers.problems import ProblemDocument
from web.api.describe import Description, description_of
from web.db.models import Role
from web.errors import MEDIA, PROBLEMS

bp = Blueprint("openapi", __name__, url_prefix="/api")

Document = dict[str, Any]

EVERYWHERE = ("internal-error", "unavailable")
"""Problems that any route may have."""

_JSON = "application/json"
_SCHEMAS = "#/components/schemas/"
_CONVERTER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


@bp.get("/openapi.json")
@open_to_all
def document() -> Response:
    """Return the description of the API."""
    return Response(json.dumps(_described_once(), indent=1), mimetype=_JSON)


@bp.get("/docs")
@open_to_all
def docs() -> str:
    """Return the description of the API as a page."""
    return render_template("docs.html", api=_described_once())


@cache
def _described_once() -> Document:
    """Return the document, made when it is asked for first: a process has no other routes."""
    return describe(current_app)


def describe(app: Flask) -> Document:
    """Return the OpenAPI document of an application."""
    schemas = _Schemas()
    paths: dict[str, Document] = {}
    for rule, method, view, found in _described(app):
        operation = _operation(rule, method, view, found, schemas)
        paths.setdefault(_CONVERTER.sub(r"{\1}", rule.rule), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Distributed Mini Data Harmonizer",
            "version": version("distributed-mini-data-harmonizer"),
            "summary": "Submit messy extracts of patient data, get clean tables and reasons.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(_tags(paths))],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key. Not asked for where the API listens on the "
                    "machine's own address alone.",
                }
            },
            "schemas": schemas.found,
        },
    }


def _described(app: Flask) -> Iterator[tuple[Rule, str, Any, Description]]:
    """Return every route that describes itself, by path."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        found = description_of(view)
        if found is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, view, found


def _tags(paths: dict[str, Document]) -> Iterator[str]:
    for operations in paths.values():
        for operation in operations.values():
            yield from operation["tags"]


class _Schemas:
    """The schemas of types, each once."""

    def __init__(self) -> None:
        self.found: dict[str, Document] = {}

    def of(self, type_: Any) -> Document:
        """Return the schema of a type; what it is made of goes to the components."""
        schema = TypeAdapter(type_).json_schema(
            ref_template=_SCHEMAS + "{model}", mode="serialization"
        )
        self.found |= {name: _closed(one) for name, one in schema.pop("$defs", {}).items()}
        name = getattr(type_, "__name__", None)
        if name is None or "properties" not in schema:
            return schema
        self.found[name] = _closed(schema)
        return {"$ref": _SCHEMAS + name}


def _closed(schema: Document) -> Document:
    """Return a schema of an object that has no other fields."""
    return schema | {"additionalProperties": False} if "properties" in schema else schema


def _operation(
    rule: Rule, method: str, view: Any, found: Description, schemas: _Schemas
) -> Document:
    summary, _, more = (inspect.getdoc(view) or "").partition("\n\n")
    needed = role_of(view, method)
    operation: Document = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": " ".join(summary.split()),
        "tags": [rule.endpoint.partition(".")[0]],
        "parameters": [*_in_path(rule), *_parameters(found)],
        "responses": _both(_answers(found, schemas), _refusals(rule, found, needed, schemas)),
    }
    if needed is None:
        operation["security"] = []
    else:
        more = f"{more}\n\nNeeds the role {needed.value}."
    if is_for_probes(view):
        operation["security"] = [{}, {"key": []}]
    operation["description"] = more.strip()
    bodies: Document = {}
    if found.form is not None:
        bodies["multipart/form-data"] = {"schema": found.form}
    if found.text_body is not None:
        bodies[found.text_body] = {"schema": {"type": "string", "minLength": 1}}
    required: Document = {"required": True} if bodies or found.required else {}
    if found.body is not None:
        bodies[_JSON] = {"schema": _body(found)}
    if bodies:
        operation["requestBody"] = required | {"content": bodies}
    return operation


def _in_path(rule: Rule) -> list[Document]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in sorted(rule.arguments)
    ]


def _parameters(found: Description) -> list[Document]:
    return [
        {"name": one.name, "in": one.place, "description": one.about, "schema": dict(one.schema)}
        | ({"required": True} if one.required else {})
        for one in found.parameters
    ]


def _body(found: Description) -> Document:
    fields = dict(found.body or {})
    schema: Document = {"type": "object", "properties": fields, "additionalProperties": False}
    return schema | ({"required": list(found.required)} if found.required else {})


def _both(answers: Document, refusals: Document) -> Document:
    """Return answers and refusals; of a status that both have, either may come."""
    both = answers.keys() & refusals.keys()
    contents = {status: answers[status]["content"] | refusals[status]["content"] for status in both}
    return (
        answers
        | refusals
        | {status: refusals[status] | {"content": content} for status, content in contents.items()}
    )


_EMPTY = {204: "There is nothing more.", 304: "What the caller has is the newest."}


def _answers(found: Description, schemas: _Schemas) -> Document:
    if found.answer is None:
        content: Document = {}
    elif isinstance(found.answer, tuple):
        content = {media: {"schema": {}} for media in found.answer}
    else:
        content = {_JSON: {"schema": schemas.of(found.answer)}}
    content |= {media: {"schema": {}} for media in found.also_media}
    made: Document = {str(found.status): {"description": "Well.", "content": content}}
    for status in found.also:
        empty = status in _EMPTY
        about = _EMPTY.get(status, "The same.")
        made[str(status)] = {"description": about, "content": {} if empty else content}
    return made


def _refusals(rule: Rule, found: Description, needed: Role | None, schemas: _Schemas) -> Document:
    """Return the problems that a route may answer, several of one status together."""
    slugs = [*found.problems, *EVERYWHERE]
    slugs += ["forbidden"] + (["unauthorized", "too-many-requests"] if needed else [])
    slugs += ["not-found"] if rule.arguments else []
    slugs += ["invalid-request"]
    slugs += ["unsupported-media-type"] if found.body or found.form or found.text_body else []
    slugs += ["too-large"] if found.body or found.form or found.text_body else []
    schema = schemas.of(ProblemDocument)
    by_status: dict[str, list[str]] = {}
    for problem in PROBLEMS.values():
        if problem.slug in slugs:
            by_status.setdefault(str(problem.status), []).append(problem.title)
    return {
        status: {"description": "; or: ".join(titles) + ".", "content": {MEDIA: {"schema": schema}}}
        for status, titles in by_status.items()
    }
