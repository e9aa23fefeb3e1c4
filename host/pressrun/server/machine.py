"""How much memory the machine, this process and the browsers use, as the system reports it."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import psutil

from pressrun.press.memory import MemoryUse

CGROUP = "PRESSRUN_CGROUP"
"""Names the folder of the control group to use instead of this program's own."""

_UNLIMITED = 2**60
"""The first version of control groups writes a number this large for no limit."""

RENDERER = "--type=renderer"
"""A process with such a child is a browser."""


class Machine:
    """Reads the memory.

    A control group may have less memory than the machine; the fuller of the two counts.
    """

    def __init__(self) -> None:
        self._groups = _groups()
        self._known: dict[int, psutil.Process] = {}

    def read(self, browsers: Mapping[str, int]) -> MemoryUse:
        """What is used now; a browser whose processes are not found is left out.

        Args:
            browsers: a process of each browser's tree, by profile.
        """
        for gone in self._known.keys() - set(browsers.values()):
            del self._known[gone]
        machine = psutil.virtual_memory()
        known = [(machine.total, machine.total - machine.available), *map(_group, self._groups)]
        total, used = max((each for each in known if each), key=lambda each: each[1] / each[0])
        trees = {
            profile: size
            for profile, process in browsers.items()
            if (size := self._tree(process)) is not None
        }
        return MemoryUse(total, used, psutil.Process().memory_info().rss, trees)

    def _tree(self, process: int) -> int | None:
        """What the browser needs that started a process, with all of its processes."""
        browser = self._known.get(process) or browser_of(process)
        if browser is None or not browser.is_running():
            self._known.pop(process, None)
            return None
        self._known[process] = browser
        size = 0
        for each in [browser, *_children(browser)]:
            with contextlib.suppress(psutil.Error):
                size += _own(each)
        return size


def browser_of(process: int) -> psutil.Process | None:
    """The browser that started a process, perhaps through others; None when there is none."""
    with contextlib.suppress(psutil.Error):
        for ancestor in psutil.Process(process).parents():
            if any(_is_renderer(child) for child in _children(ancestor)):
                return ancestor
    return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _is_renderer(process: psutil.Process) -> bool:
    try:
        # Chromium on Linux overwrites its arguments with a single text
        return any(RENDERER in word for word in process.cmdline())
    except psutil.Error:
        return False


def _own(process: psutil.Process) -> int:
    """What a process has in memory; pages that it shares count where the system tells, once."""
    known = process.memory_info()
    return int(known.rss) - int(getattr(known, "shared", 0))


def _groups() -> list[Path]:
    """The folders of the control groups that limit this process.

    https://docs.kernel.org/admin-guide/cgroup-v2.html and, for the first version,
    https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
    """
    if named := os.environ.get(CGROUP):
        return [Path(named)]
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, kinds, path = line.split(":", 2)
        if kinds in ("", "memory"):
            top = Path("/sys/fs/cgroup") / kinds
            group = top / path.lstrip("/")
            # a group's own limit may be its parent's
            found += [each for each in (group, *group.parents) if each.is_relative_to(top)]
    return found


def _group(folder: Path) -> tuple[int, int] | None:
    """A control group's limit and use, without what the system can drop at once."""
    for limit, used, dropped in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            most = int((folder / limit).read_text())
            now = int((folder / used).read_text())
            stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):
            continue
        if 0 < most < _UNLIMITED:
            return most, max(0, now - int(stat.get(dropped, 0)))
    return None
