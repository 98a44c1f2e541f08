"""``python -m reconciler``: runs until SIGTERM or Ctrl-C."""

import os
import signal
import sys

from harmonizer_queue import faults
from reconciler.process import Reconciler, parts, spare_collector
from web import logs
from web.config import Settings, SettingsError
from web.store import StoreError


def main() -> int:
    """Run the reconciler; return 0 after a wanted stop, 64 when settings cannot be used.

    Those of Redis count too.
    """
    try:
        settings = Settings.from_environ(os.environ)
        faults.configure(os.environ)
        logs.configure("reconciler", settings.log_level)
        reconciler = Reconciler(parts(settings))
    except (SettingsError, StoreError, faults.FaultsError) as error:
        print(error, file=sys.stderr)
        return 64
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: reconciler.over.set())
    spare_collector()
    try:
        reconciler.start()
    except OSError as error:
        print(f"HARMONIZER_RECONCILER_PORT cannot be used: {error.strerror}.", file=sys.stderr)
        return 64
    reconciler.over.wait()
    reconciler.stop()
    if reconciler.refused is not None:
        print(f"This Redis cannot be used: {reconciler.refused}.", file=sys.stderr)
        return 64
    return 0


if __name__ == "__main__":
    sys.exit(main())
