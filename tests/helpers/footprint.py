"""What this program took of the machine; for programs that a test starts."""

import resource
import sys
from pathlib import Path


def peak() -> int:
    """Return the most memory that this program took so far, in MiB.

    What the program took that started this one does not count, as it does for `getrusage`
    (https://man7.org/linux/man-pages/man2/getrusage.2.html): a large one would break any bound, or
    hide what was taken.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(each.split(":", 1) for each in status.read_text("ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) >> 10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most >> 20 if sys.platform == "darwin" else most >> 10
