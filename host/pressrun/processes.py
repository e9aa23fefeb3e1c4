"""Other programs, by process id."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path


def command_line(process: int) -> str:
    """The command line of a process, with spaces between its words.

    Empty when there is no such process, or only a zombie.
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
    """The ids of processes whose command line contains all these words; on Linux only."""
    known = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [
        number
        for number in known
        if (line := command_line(number)) and all(word in line for word in words)
    ]


def end_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a process group, whether or not its leader is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
