"""``python -m web.admin`` for tests, in their own process: a program of its own takes a second."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest import mock

from web.admin import main
from web.config import Settings


def web_admin(settings: Settings, *arguments: str, typed: str = "") -> CompletedProcess[str]:
    """Return what the command did on the database of these settings, ``typed`` being its input."""
    environ = {name: value for name, value in os.environ.items() if "HARMONIZER_" not in name}
    environ["HARMONIZER_DATABASE_URL"] = settings.database_url
    out, error = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environ, clear=True),
        mock.patch("sys.stdin", io.StringIO(typed)),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        try:
            code = main([*arguments])
        except SystemExit as end:  # by the parser of arguments
            code = int(end.code or 0)
    return CompletedProcess(arguments, code, out.getvalue(), error.getvalue())
