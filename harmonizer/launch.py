"""Start the stack: ``python -m harmonizer.launch run``, ``demo`` or ``stop``."""

import argparse
import os
import signal
import sys
import time
from types import FrameType

from harmonizer import demo, stack
from harmonizer.services import ServiceError
from web.config import Settings, SettingsError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 64, 130
STOP_LOOK_SECONDS = 0.1


class StopRequested(BaseException):
    """A signal asked for the end; it passes every handler of errors."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code.

    0 well, 1 failed, 64 settings that cannot be used, 130 interrupted.
    """
    parser = argparse.ArgumentParser(prog="python -m harmonizer.launch", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run the stack until Ctrl-C")
    commands.add_parser("demo", help="run it once over the sample files and show the results")
    commands.add_parser("stop", help="stop the stack that runs in the home folder")
    command = parser.parse_args(arguments).command
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_requested)
    try:
        settings = Settings.from_environ(os.environ)
        if command == "run":
            return stack.run(settings, _say, sys.stdout)
        if command == "demo":
            return demo.run(settings, _say)
        return _stop(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return USAGE
    except ServiceError as error:
        print(error, file=sys.stderr)
        return FAILED
    except StopRequested:
        _say("Stopped.")
        return OK if command == "run" else INTERRUPTED


def _stop(settings: Settings) -> int:
    """Ask the stack in the home folder to stop, and wait until it has."""
    process = stack.running(settings.home)
    if process is None:
        _say(f"No stack runs in {settings.home}.")
        return OK
    os.kill(process, signal.SIGTERM)
    while stack.running(settings.home) is not None:
        time.sleep(STOP_LOOK_SECONDS)
    _say("Stopped.")
    return OK


def _stop_requested(number: int, frame: FrameType | None) -> None:
    raise StopRequested


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
