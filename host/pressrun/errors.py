"""Errors for people: each says what happened, and carries the exit code of a command it ends."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command; `docs/commands.md` tells the same."""

    OK = 0
    INTERNAL = 1
    """A fault of Pressrun's own; the log has the details."""
    BAD_INPUT = 2
    """What was given cannot be used; nothing was started."""
    NEEDS_YOU = 3
    """It was done as far as it goes, and something waits for a decision of yours."""
    NO_HOST = 4
    """The host, or a browser, could not be reached or started."""
    NOT_FOUND = 5
    """There is no such batch, job or log."""
    INTERRUPTED = 130
    """Ctrl-C; what was begun is kept."""


class PressrunError(Exception):
    """Something that a person is told, in words that say what to do next."""

    exit = Exit.INTERNAL


class BadInputError(PressrunError):
    """A file or an option of the author's cannot be used."""

    exit = Exit.BAD_INPUT


class NoHostError(PressrunError):
    """No host answers, and none could be started."""

    exit = Exit.NO_HOST


class NotFoundError(PressrunError):
    """What was asked for does not exist."""

    exit = Exit.NOT_FOUND
