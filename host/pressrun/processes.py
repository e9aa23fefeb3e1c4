"""Other programs, by the number of their process."""

import subprocess
from pathlib import Path


def command_line(process: int) -> str:
    """What a process was started as, its words parted by spaces; empty when there is none."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            return ""
    shown = subprocess.run(  # noqa: S603 - a number, and no shell
        ["/bin/ps", "-o", "args=", "-p", str(process)],
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip()
