"""Facts about processes that are not our children."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path


def command_of(pid: int) -> str | None:
    """The command line of a live process; None when there is none, or it is a zombie."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return None
        return command.replace(b"\0", b" ").decode("utf-8", "replace") or None
    found = subprocess.run(  # noqa: S603
        ["ps", "-o", "stat=,args=", "-p", str(pid)],  # noqa: S607 - every Unix has it
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return found if found and not found.startswith("Z") else None


def end_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a process that leads a group, and to all that is left of the group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
