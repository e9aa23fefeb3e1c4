"""What is wrong with a picture, judged from what is found where it should be."""

from dataclasses import replace

import pytest

from pressrun.audit.verdict import judge
from pressrun.book.panel import words_sha256
from pressrun.library.audit import Seen
from pressrun.library.picture import Picture
from pressrun.library.sidecar import Sidecar
from pressrun.protocol.messages.verify import Fault
from pressrun.states import Place
from pressrun.store.audit import Held

SHA, OTHER = "a" * 64, "b" * 64

HELD = Held(
    id=1,
    library="/l",
    key="k",
    place=Place.CURRENT,
    path="k.png",
    sha256=SHA,
    bytes=9,
    width=2,
    height=3,
    media="image/png",
    filed_at=1.0,
    prompt="the words",
    prompt_sha256=words_sha256("the words"),
    attached=None,
    chain_sha256=SHA,
    batch=1,
    job=1,
    number=1,
    conversation=None,
    turn=None,
    file_id=None,
)
PICTURE = Picture(2, 3, "image/png", ".png")
NOTES = Sidecar(key="k", sha256=SHA, prompt="the  words")
SEEN = Seen(SHA, PICTURE, NOTES)


@pytest.mark.parametrize(
    ("held", "seen", "faults"),
    [
        (HELD, SEEN, []),
        (replace(HELD, chain_sha256=None), SEEN, []),
        (HELD, Seen(notes=NOTES), [Fault.MISSING]),
        (HELD, Seen(OTHER, PICTURE, NOTES), [Fault.CHANGED]),
        (HELD, Seen(OTHER, None, None), [Fault.CHANGED]),
        (HELD, Seen(SHA, None, NOTES), [Fault.CHANGED]),
        (HELD, Seen(unreadable="Input/output error"), [Fault.LIBRARY]),
        (HELD, Seen(SHA, PICTURE, None), [Fault.SIDECAR]),
        (HELD, replace(SEEN, notes=NOTES.model_copy(update={"key": "z"})), [Fault.SIDECAR]),
        (replace(HELD, width=5), SEEN, [Fault.RECORD]),
        (replace(HELD, chain_sha256=OTHER), SEEN, [Fault.RECORD]),
        (replace(HELD, prompt="other"), SEEN, [Fault.RECORD]),
    ],
)
def test_each_fault_has_its_name(held: Held, seen: Seen, faults: list[Fault]) -> None:
    """One thing that is wrong is one verdict, and what is right is none."""
    assert [verdict.fault for verdict in judge(held, seen)] == faults
