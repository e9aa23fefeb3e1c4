"""Shows folders in the file manager of the system."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from pressrun import tasks
from pressrun.browser.launch import has_display
from pressrun.errors import BadInputError

ANSWER_SECONDS = 3.0
"""A program that has not failed by then shows the folder: some stay as long as its window."""


def opener(platform: str, programs: Mapping[str, str]) -> str | None:
    """The program that shows a folder; None where there is none.

    Args:
        platform: as `sys.platform` names it.
        programs: where programs are, by name.
    """
    return programs.get("open" if platform == "darwin" else "xdg-open")


async def show(folder: Path) -> None:
    """Show a folder.

    Raises:
        BadInputError: it is not there, or nothing here can show it.
    """
    if not await asyncio.to_thread(folder.is_dir):
        raise BadInputError(
            f"the folder {folder} is not there now. If it is on a disk that is not connected, "
            "connect it; no picture was touched"
        )
    found = {name: path for name in ("open", "xdg-open") if (path := shutil.which(name))}
    program = opener(sys.platform, found)
    if program is None or not has_display():
        raise BadInputError(f"no folder can be shown here; the pictures are in {folder}")
    process = await asyncio.create_subprocess_exec(
        program,
        str(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    ending = tasks.begin(process.wait(), "file manager")
    await asyncio.wait({ending}, timeout=ANSWER_SECONDS)
    if ending.done() and ending.result() != 0:
        raise BadInputError(f"the file manager could not show the folder; its path is {folder}")
