"""Errors for people: each says what happened, and sets the exit code of the command it ends."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command, as listed in `docs/commands.md`."""

    OK = 0
    INTERNAL = 1
    """An internal error; the log has the details."""
    BAD_INPUT = 2
    """The input is invalid; nothing was started."""
    NEEDS_YOU = 3
    """Done as far as possible, and something needs the author."""
    NO_HOST = 4
    """The host, or a browser, could not be reached or started."""
    NOT_FOUND = 5
    """What was named, or what the command is about, is not there, or not yet."""
    INTERRUPTED = 130
    """Ctrl-C; the host goes on with what was started."""


class PressrunError(Exception):
    """An error for people: what happened, what it means for the pictures, what to do next."""

    exit = Exit.INTERNAL


class BadInputError(PressrunError):
    """A file or an option cannot be used."""

    exit = Exit.BAD_INPUT


class NoHostError(PressrunError):
    """No host answers, and none could be started."""

    exit = Exit.NO_HOST


class NotFoundError(PressrunError):
    """There is no such thing as the author asked for."""

    exit = Exit.NOT_FOUND
