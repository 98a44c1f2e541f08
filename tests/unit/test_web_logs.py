"""Log lines: one JSON object each, the agreed names, never the text of an error."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from jsonschema import Draft202012Validator

from harmonizer_queue import CONTRACT
from web.logs import configure


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("web", "info", stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_ours_and_one_of_a_library_have_the_same_names(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("job accepted", job_id="1", duration_s=0.5)
    logging.getLogger("theirs").warning("listening on %d", 8080)
    ours, theirs = lines(stream)
    assert ours.pop("time").endswith("Z")
    assert theirs.pop("time").endswith("Z")
    assert ours == {
        "level": "info",
        "msg": "job accepted",
        "process": "web",
        "job_id": "1",
        "duration_s": 0.5,
    }
    assert theirs == {"level": "warning", "msg": "listening on 8080", "process": "web"}


def test_an_error_is_its_type_and_its_places(stream: io.StringIO) -> None:
    try:
        int("Smith")
    except ValueError as error:
        structlog.get_logger("ours").error("request failed", exc_info=error)
        structlog.get_logger("ours").exception("request failed")
        logging.getLogger("theirs").exception("request failed")
    assert "Smith" not in stream.getvalue()
    for line in lines(stream):
        assert line["error"] == "builtins.ValueError"
        assert line["places"][0].startswith("tests/unit/test_web_logs.py:")


def test_every_line_has_the_form_that_go_writes_too(stream: io.StringIO) -> None:
    form = Draft202012Validator(json.loads((CONTRACT / "schemas" / "log.json").read_text("utf-8")))
    log = structlog.get_logger("ours")
    log.info("item ended", job_id="1", item_id="2", kind="file", attempt=1, duration_s=0.5)
    log.warning("item ended", worker_id="3", reason="poison", items=4)
    try:
        int("Smith")
    except ValueError:
        log.exception("request failed")
    logging.getLogger("theirs").critical("no more memory")
    written = lines(stream)
    assert len(written) == 4
    for line in written:
        form.validate(line)
    assert not form.is_valid(written[0] | {"cells": {"name": "Smith"}})


def test_less_than_the_level_is_not_written(stream: io.StringIO) -> None:
    structlog.get_logger("ours").debug("nothing")
    assert stream.getvalue() == ""
