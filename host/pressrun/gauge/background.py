"""A process that gives way to all others: by processor, by disk, and when memory is short."""

import contextlib
import os
from pathlib import Path

import psutil

NICE = 19
"""The lowest priority that there is, where there is no better way to be idle."""

FIRST_TO_GO = 1_000
"""Of all processes, the system ends this one first when there is no memory left."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What tells libraries, before they are loaded, to use one processor."""


def give_way() -> None:
    """Have this process run only when no other wants to, as far as the system knows how."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    if hasattr(os, "sched_setscheduler"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(psutil.Error, OSError, AttributeError):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO), encoding="ascii")
