"""Other programs, by the number of their process."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path


def command_line(process: int) -> str:
    """What a process was started as, its words parted by spaces.

    Empty when there is none, or only what its parent has not taken notice of (a zombie).
    """
    if Path("/proc/self").exists():
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            return ""
        return words.replace(b"\0", b" ").decode("utf-8", "replace")
    shown = subprocess.run(  # noqa: S603 - a number, and no shell
        ["/bin/ps", "-o", "stat=,args=", "-p", str(process)],
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, command = shown.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else command.strip()


def numbers_of(*words: str) -> list[int]:
    """The processes whose command lines hold all these words; on Linux only."""
    known = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [
        number
        for number in known
        if (line := command_line(number)) and all(word in line for word in words)
    ]


def end_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a process that leads a group, and to all that is left of the group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
