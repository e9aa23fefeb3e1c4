"""Entries of a site's ledger, in few words."""

from collections.abc import Sequence

from pressrun.book.panel import words_sha256
from pressrun.simulator.ledger import Failure, Picture, Submission


def sent(
    at: float,
    turn: str,
    prompt: str = "p1 a ferry",
    account: str = "author-1",
    references: Sequence[str] = (),
) -> Submission:
    """A prompt that the site took."""
    return Submission(
        time=at,
        number=1,
        account=account,
        conversation=f"chat of {turn}",
        turn=turn,
        prompt=prompt,
        prompt_sha256=words_sha256(prompt),
        references=list(references),
        mode="image",
    )


def made(at: float, turn: str, prompt: str = "p1 a ferry", sha256: str = "") -> Picture:
    """A picture; unless another is told, its SHA-256 is named like its turn."""
    return Picture(
        time=at,
        conversation=f"chat of {turn}",
        turn=turn,
        file_id=f"file of {turn}",
        sha256=sha256 or turn,
        bytes=1,
        prompt_sha256=words_sha256(prompt),
        take=1,
        width=1,
        height=1,
        weight=0,
    )


def failed(at: float, turn: str) -> Failure:
    """A failure that the site told at a moment."""
    return Failure(time=at, conversation=f"chat of {turn}", turn=turn, kind="cap", text="no")
