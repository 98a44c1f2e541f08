"""Wall clocks that jump, for processes that are linked dynamically: Python's, not Go's.

libfaketime would do, but the release that Debian has breaks ``time.sleep`` of Python 3.11 when it
leaves the monotonic clock alone, and ``Event.wait`` when it does not.
"""

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


@dataclass(frozen=True)
class Clock:
    """The wall clock of one process."""

    library: Path
    file: Path

    def set_off(self, seconds: int) -> None:
        """Let it be so far off, at once."""
        if not self.file.exists():
            self.file.write_bytes(bytes(struct.calcsize("@l")))
        with self.file.open("r+b") as file:
            file.write(struct.pack("@l", seconds))

    def environ(self) -> dict[str, str]:
        """Return what gives a process this clock."""
        return {"LD_PRELOAD": str(self.library), "CHAOS_CLOCK": str(self.file)}


def build(folder: Path) -> Path | None:
    """Compile the library; None where that cannot be done."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "clock.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, check=False)
    return library if done.returncode == 0 else None
