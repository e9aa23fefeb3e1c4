"""Short ways to write entries of a site's ledger."""

from collections.abc import Sequence

from pressrun.picture.recipe import words_sha256
from pressrun.simulator.ledger import SiteFailure, SitePicture, Submission


def sent(
    at: float,
    turn: str,
    prompt: str = "p1 a ferry",
    account: str = "author-1",
    references: Sequence[str] = (),
    chat: str | None = None,
) -> Submission:
    """A prompt that the site took; in a chat of its own, unless one is named."""
    return Submission(
        time=at,
        number=1,
        account=account,
        conversation=chat or f"chat of {turn}",
        turn=turn,
        prompt=prompt,
        prompt_sha256=words_sha256(prompt),
        references=list(references),
        mode="image",
    )


def made(at: float, turn: str, prompt: str = "p1 a ferry", sha256: str = "") -> SitePicture:
    """A picture; unless another is told, its SHA-256 is named like its turn."""
    return SitePicture(
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


def failed(at: float, turn: str) -> SiteFailure:
    """A failure that the site told at a moment."""
    return SiteFailure(time=at, conversation=f"chat of {turn}", turn=turn, kind="cap", text="no")
