"""How another profile reads the same page: what is found and what is lost, by role."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pressrun.sites.profile import Outcome


@dataclass(frozen=True)
class Change:
    """One thing that is read differently."""

    what: str
    """A role, or "outcome", "turns", "pictures" or "attachments"."""
    before: str | None
    """How it is shown; None where nothing was found."""
    after: str | None
    rule: str = ""
    """What finds it now."""
    lost: bool = False
    """Whether less is found or recognised than before."""


@dataclass(frozen=True)
class Compared:
    """One page, read by two profiles."""

    page: Path
    shell: str | None
    outcome: str
    turns: int
    pictures: int
    changes: Sequence[Change]

    @property
    def loses(self) -> bool:
        """Whether anything is lost on this page."""
        return any(change.lost for change in self.changes)


@dataclass(frozen=True)
class Trial:
    """A profile, tried on pages against the one in use."""

    used: str
    """Version of the profile in use."""
    tried: str
    """Version of the other."""
    file: Path
    """Where the other is."""
    pages: Sequence[Compared]

    @property
    def changed(self) -> int:
        """How many pages are read differently."""
        return sum(bool(page.changes) for page in self.pages)

    @property
    def loses(self) -> int:
        """On how many pages something is lost."""
        return sum(page.loses for page in self.pages)

    def told(self) -> dict[str, Any]:
        """The whole, as plain values."""
        pages = [{**asdict(page), "page": str(page.page)} for page in self.pages]
        return {
            "used": self.used,
            "tried": self.tried,
            "file": str(self.file),
            "changed": self.changed,
            "losing": self.loses,
            "pages": pages,
        }


def compare(page: Path, before: dict[str, Any], after: dict[str, Any]) -> Compared:
    """How two profiles read one page.

    Args:
        page: the file.
        before: how the profile in use reads it, as `site_report.describe` gives it.
        after: the same by the other profile.
    """
    roles = dict.fromkeys([*before["found"], *after["found"]])
    changes = [
        *_shell(before, after),
        *(each for role in roles if role != "shell" for each in _role(role, before, after)),
        *_outcome(before, after),
        *_count("turns", len(before["turns"]), len(after["turns"])),
        *_count("pictures", len(before["results"]), len(after["results"])),
        *_count("attachments", before["attachments"], after["attachments"]),
    ]
    return Compared(
        page,
        after["shell"],
        after["outcome"]["word"],
        len(after["turns"]),
        len(after["results"]),
        changes,
    )


def _shell(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    was, now = before["shell"], after["shell"]
    if was == now and before["recognised_by"] == after["recognised_by"]:
        return []
    rule = after["recognised_by"]["rule"] if after["recognised_by"] else ""
    return [Change("shell", was, now, rule, lost=now is None)]


def _role(role: str, before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    was, now = before["found"].get(role), after["found"].get(role)
    said, says = _state(role, was, before), _state(role, now, after)
    if was == now and said == says:
        return []
    unsure = role == "composer" and before["composers"] == 1 != after["composers"]
    return [Change(role, said, says, now["rule"] if now else "", lost=now is None or unsure)]


def _state(role: str, found: dict[str, Any] | None, report: dict[str, Any]) -> str | None:
    if found is None:
        return None
    disabled = role == "send" and not report["send"]["enabled"]
    return f"×{found['count']}{', disabled' if disabled else ''}"


def _outcome(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    was, now = before["outcome"]["word"], after["outcome"]["word"]
    if was == now:
        return []
    return [Change("outcome", was, now, after["outcome"]["text"], lost=now == Outcome.UNKNOWN)]


def _count(what: str, was: int, now: int) -> list[Change]:
    return [] if was == now else [Change(what, str(was), str(now), lost=now < was)]
