"""Logs of the Python processes: one JSON object a line, the names of ``schemas/log.json``.

A line says what happened in constant words, with ids and counts as fields. An error is logged
as its type and the places it came through: its text may hold a patient's value and stays out.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_ROOT = f"{Path(__file__).resolve().parents[1]}/"


def configure(process: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Send the logs of this process, those of its libraries too, to ``stream``.

    Args:
        process: Which process writes, as ``web`` or ``reconciler``; the field ``process``.
        level: ``debug``, ``info``, ``warning`` or ``error``.
        stream: Where lines go; whoever starts the process decides about files.
    """

    def named(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        named,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _failure,
        structlog.processors.EventRenamer("msg"),
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *before],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It tells at length which plugins it has, each time the schema is looked at.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _failure(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places it came through."""
    given = event.pop("exc_info", None)
    record = event.get("_record")
    if given is None and record is not None:
        given, record.exc_info = record.exc_info, None
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["places"] = [
            f"{place.filename.removeprefix(_ROOT)}:{place.lineno} {place.name}"
            for place in traceback.extract_tb(error.__traceback__)
        ]
    return event
