"""What is wrong with a picture on record, given what is found where it should be."""

from collections.abc import Iterator
from dataclasses import dataclass

from pressrun.book.panel import words_sha256
from pressrun.library.audit import Seen
from pressrun.protocol.messages.verify import Fault
from pressrun.store.audit import Held


@dataclass(frozen=True)
class Verdict:
    """One thing that is wrong, in the words of a sentence's middle."""

    fault: Fault
    text: str


def judge(held: Held, seen: Seen) -> Iterator[Verdict]:
    """Everything that is wrong with one picture."""
    if held.chain_sha256 is not None and held.chain_sha256 != held.sha256:
        yield Verdict(Fault.RECORD, "its attempt received other bytes than are on record for it")
    if words_sha256(held.prompt) != held.prompt_sha256:
        yield Verdict(Fault.RECORD, "it is on record for other words than those it was made from")
    if seen.unreadable is not None:
        yield Verdict(Fault.LIBRARY, f"it cannot be read ({seen.unreadable})")
    elif seen.sha256 is None:
        yield Verdict(Fault.MISSING, "its file is gone")
    elif seen.sha256 != held.sha256:
        what = "is not the one that was made" if seen.picture else "is damaged"
        yield Verdict(Fault.CHANGED, f"its file {what} (SHA-256 {seen.sha256[:12]}…)")
    elif seen.picture is None:
        yield Verdict(Fault.CHANGED, "its bytes are as they came, and are no whole picture")
    else:
        if (seen.picture.width, seen.picture.height) != (held.width, held.height):
            yield Verdict(Fault.RECORD, "it has another size than on record")
        yield from _judge_notes(held, seen)


def _judge_notes(held: Held, seen: Seen) -> Iterator[Verdict]:
    notes = seen.notes
    if notes is None:
        yield Verdict(Fault.SIDECAR, "the notes beside it are gone")
        return
    wrong = [
        name
        for name, same in (
            ("key", notes.key == held.key),
            ("sha256", notes.sha256 == held.sha256),
            ("prompt", words_sha256(notes.prompt) == held.prompt_sha256),
        )
        if not same
    ]
    if wrong:
        yield Verdict(Fault.SIDECAR, f"the notes beside it tell another {', '.join(wrong)}")
