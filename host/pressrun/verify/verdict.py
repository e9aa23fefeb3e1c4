"""What is wrong with a picture on record, given what is found where it should be."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from pressrun.library.survey import OnDisk
from pressrun.picture.facts import Facts
from pressrun.picture.record import differences
from pressrun.protocol.messages.verify import Fault
from pressrun.store.record import Held


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong, in the words of a sentence's middle."""

    fault: Fault
    text: str
    theirs: bool = False
    """Whether it is the author's own doing, which no repair undoes."""


def judge(held: Held, found: OnDisk) -> Iterator[Flaw]:
    """Everything that is wrong with one picture."""
    sha256 = held.record.facts.sha256
    if held.received_sha256 is not None and held.received_sha256 != sha256:
        yield Flaw(Fault.RECORD, "its attempt received other bytes than are on record for it")
    if held.record.recipe.prompt_sha256 != held.prompt_sha256:
        yield Flaw(Fault.RECORD, "it is on record for another prompt than the one it was made from")
    if found.unreadable is not None:
        yield Flaw(Fault.LIBRARY, f"it cannot be read ({found.unreadable})")
    elif found.sha256 is None:
        yield Flaw(Fault.MISSING, "its file is missing")
    elif found.sha256 != sha256:
        edited = found.facts is not None
        what = "is not the picture that was made" if edited else "is damaged"
        yield Flaw(Fault.CHANGED, f"its file {what} (SHA-256 {found.sha256[:12]}…)", edited)
    elif found.facts is None:
        yield Flaw(Fault.CHANGED, "its file is as it was received, but is not a whole picture")
    else:
        if wrong := _unlike(held.record.facts, found.facts):
            yield Flaw(Fault.RECORD, f"its file has another {', '.join(wrong)} than on record")
        yield from _judge_notes(held, found)


def _unlike(recorded: Facts, found: Facts) -> list[str]:
    """By name, the facts that a file itself tells otherwise."""
    told = asdict(recorded)
    return [name for name, value in asdict(found).items() if value != told[name]]


def _judge_notes(held: Held, found: OnDisk) -> Iterator[Flaw]:
    if found.notes is None:
        yield Flaw(Fault.SIDECAR, "its sidecar is missing")
    elif wrong := differences(held.record, found.notes):
        yield Flaw(Fault.SIDECAR, f"its sidecar has another {', '.join(wrong)}")
