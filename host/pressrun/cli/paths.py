"""Paths on the command line: each is looked at once, before any command begins."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from pressrun import characters
from pressrun.errors import BadInputError

_LINE_ENDS = ("\n", "\r")


class PathCommand(TyperCommand):
    """A command whose paths can all be used when it begins."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer brings a click of its own
        """Run the command with its paths as `usable` has them.

        Raises:
            BadInputError: one can be no path.
        """
        ctx.params = {name: _each(value) for name, value in ctx.params.items()}
        return super().invoke(ctx)


@contextlib.contextmanager
def somewhere() -> Iterator[None]:
    """Say so where something cannot be found because the folder that the author is in is gone.

    Raises:
        BadInputError: it was removed.
    """
    try:
        yield
    except FileNotFoundError as error:
        if not _is_gone():
            raise
        raise BadInputError(
            "the folder that you are in was removed; go to another one. Nothing was started"
        ) from error


def usable(named: Path) -> Path:
    """A path as the author means it: `~` is a home folder. It need not be there.

    Raises:
        BadInputError: nothing can have that path.
    """
    told = characters.shown(str(named)).replace("\n", "\\n")
    if "\0" in str(named) or any(end in str(named) for end in _LINE_ENDS):
        raise BadInputError(
            f"{told} has a line break or a NUL in its name; name a path without. "
            "Nothing was started"
        )
    try:
        path = named.expanduser()
    except RuntimeError as error:
        # a file may be called ~this, and its path from the root says so
        path = Path.cwd() / named
        if not os.path.lexists(path):
            raise BadInputError(
                f"{told}: there is no user {named.parts[0][1:]}, whose home folder that would be. "
                "Nothing was started"
            ) from error
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise BadInputError(
                f"the name {told} is longer than the disk takes; name a shorter one. "
                "Nothing was started"
            ) from error
        if error.errno == errno.ELOOP:
            raise BadInputError(
                f"{told} leads through links that go in a circle. Nothing was started"
            ) from error
    return path


def _is_gone() -> bool:
    """Whether the folder that the author is in was removed."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _each(value: Any) -> Any:  # noqa: ANN401 - whatever an option holds
    if isinstance(value, Path):
        return usable(value)
    return [_each(each) for each in value] if isinstance(value, list) else value
