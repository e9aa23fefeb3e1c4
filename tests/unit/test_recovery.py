"""What is done about an attempt in doubt: the code and the table in the documentation agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from pressrun.press.recovery import Answer, Decision, Evidence, Where, decide

TABLE = Path(__file__).parents[2] / "docs/recovery.md"

TURNS = {
    "has a picture": Answer.PICTURE,
    "was refused": Answer.REFUSED,
    "failed": Answer.FAILED,
    "cannot be told": Answer.UNCLEAR,
    "is being worked on": Answer.WORKING,
    "is not there": Answer.NO_TURN,
}
MORE = {
    "a newer conversation is shown": "newer_shown",
    "time is left": "time_left",
    "the composer holds our prompt": "composer_holds_prompt",
    "it is as we left it": "as_left",
    "looks are left": "looks_left",
}


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    where: frozenset[Where]
    answers: frozenset[Answer]
    fact: str | None
    decision: Decision

    def fits(self, evidence: Evidence) -> bool:
        """Whether it speaks of this evidence."""
        known = self.fact is None or getattr(evidence, self.fact)
        return evidence.where in self.where and evidence.answer in self.answers and known


def rows() -> Iterator[Row]:
    """The rows of the table, each word of which has to be known here."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    first = lines.index("| Where | Our turn | More | Decision |") + 2
    for line in lines[first : lines.index("", first)]:
        where, turn, more, decision = (cell.strip() for cell in line.strip("|").split("|"))
        places = set(Where) if where == "anywhere" else {Where(each) for each in where.split(", ")}
        yield Row(
            frozenset(places),
            frozenset(TURNS[each] for each in turn.split(", ")),
            MORE[more] if more else None,
            Decision(decision.split("**")[1]),
        )


EVERY = [
    Evidence(where, answer, **dict(zip(MORE.values(), facts, strict=True)))
    for where, answer, facts in product(Where, Answer, product((False, True), repeat=len(MORE)))
]


@pytest.mark.parametrize("evidence", EVERY, ids=str)
def test_the_first_row_that_fits_is_what_the_code_decides(evidence: Evidence) -> None:
    """For every evidence that there can be; none is without a row."""
    row = next(row for row in rows() if row.fits(evidence))
    assert decide(evidence) == row.decision


def test_every_row_is_needed() -> None:
    """A row that decides nothing misleads whoever reads it."""
    table = list(rows())
    deciding = {next(row for row in table if row.fits(each)) for each in EVERY}
    assert deciding == set(table)
    assert len(table) > len(Decision) - 1


@pytest.mark.parametrize("evidence", EVERY, ids=str)
def test_nothing_is_sent_again_unproved(evidence: Evidence) -> None:
    """Only a failure that the site told, or one of the three proofs, lets a job be sent again."""
    unsent = evidence.answer == Answer.NO_TURN and (
        (evidence.where == Where.DOCUMENT and evidence.composer_holds_prompt)
        or (evidence.where == Where.HISTORY and evidence.newer_shown)
        or (evidence.where == Where.CONVERSATION and evidence.as_left)
    )
    failed = evidence.answer == Answer.FAILED and evidence.where != Where.DOCUMENT
    if decide(evidence) in (Decision.GO_BACK, Decision.RETRY):
        assert unsent or failed
