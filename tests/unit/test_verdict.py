"""What is wrong with a picture, judged from what is found where it should be."""

from dataclasses import replace

import pytest

from helpers.pictures import RECORD
from pressrun.library.survey import OnDisk
from pressrun.picture.facts import Facts
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.verify import Fault
from pressrun.states import PictureState
from pressrun.store.record import Held
from pressrun.verify.verdict import judge

FACTS, OTHER = RECORD.facts, "b" * 64
HELD = Held(
    id=1,
    library="/l",
    place=PictureState.CURRENT,
    path="k.png",
    record=RECORD,
    prompt_sha256=RECORD.recipe.prompt_sha256,
    received_sha256=FACTS.sha256,
)
SEEN = OnDisk(FACTS.sha256, FACTS, RECORD)
SPACED = replace(RECORD, recipe=Recipe("A  fox", RECORD.recipe.references))
ADOPTED = replace(RECORD, provenance=replace(RECORD.provenance, account=8, batch=8, job=8))
OLDER = replace(RECORD, provenance=replace(RECORD.provenance, turn=None, file_id=None))
WIDER = replace(RECORD, facts=replace(FACTS, width=5))
OTHERWISE = replace(HELD, record=replace(RECORD, recipe=Recipe("other")))
UNKNOWN = Facts(FACTS.sha256)


def noting(**changes: object) -> OnDisk:
    """Return what is found when the sidecar tells something else."""
    return replace(SEEN, notes=replace(RECORD, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "found", "faults"),
    [
        (HELD, SEEN, []),
        (HELD, replace(SEEN, notes=SPACED), []),
        (HELD, replace(SEEN, notes=ADOPTED), []),
        (HELD, replace(SEEN, notes=OLDER), []),
        (HELD, noting(facts=UNKNOWN), []),
        (replace(HELD, received_sha256=None), SEEN, []),
        (HELD, OnDisk(notes=RECORD), [Fault.MISSING]),
        (HELD, OnDisk(OTHER, replace(FACTS, sha256=OTHER), RECORD), [Fault.CHANGED]),
        (HELD, OnDisk(OTHER, None, None), [Fault.CHANGED]),
        (HELD, OnDisk(FACTS.sha256, None, RECORD), [Fault.CHANGED]),
        (HELD, OnDisk(unreadable="Input/output error"), [Fault.LIBRARY]),
        (HELD, replace(SEEN, notes=None), [Fault.SIDECAR]),
        (HELD, noting(key="z"), [Fault.SIDECAR]),
        (HELD, noting(facts=replace(FACTS, sha256=OTHER)), [Fault.SIDECAR]),
        (HELD, noting(recipe=Recipe("A hare")), [Fault.SIDECAR]),
        (HELD, noting(provenance=replace(RECORD.provenance, turn="u2")), [Fault.SIDECAR]),
        (replace(HELD, record=WIDER), SEEN, [Fault.RECORD]),
        (replace(HELD, received_sha256=OTHER), SEEN, [Fault.RECORD]),
        (OTHERWISE, replace(SEEN, notes=OTHERWISE.record), [Fault.RECORD]),
    ],
)
def test_each_fault_has_its_name(held: Held, found: OnDisk, faults: list[Fault]) -> None:
    """One thing that is wrong is one flaw, and what is right is none."""
    assert [flaw.fault for flaw in judge(held, found)] == faults
