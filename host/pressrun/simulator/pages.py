"""How the simulated site's pages look and work: as designed, unless a trial changes them."""

from dataclasses import dataclass

from pressrun.protocol.messages.page import Reading, SeenPicture
from pressrun.simulator.time import NEVER


@dataclass(frozen=True)
class Scene:
    """What is known of a document besides what it shows."""

    document: str
    now: float
    sent_at: float = NEVER
    """When its turn was sent, if that was done in it."""
    asked_at: float = NEVER
    """When its turn was sent, wherever."""
    ends_at: float = NEVER
    """When its answer is over."""
    opened_at: float = NEVER
    """When it was loaded, if that was by the address of a chat."""
    neighbour: SeenPicture | None = None
    """The newest picture of the account's other chats."""
    younger: frozenset[str] = frozenset()
    """The addresses of the chats that a stale history lacks."""

    @property
    def answering(self) -> bool:
        """Whether the answer is being made."""
        return self.asked_at <= self.now < self.ends_at


class Pages:
    """The pages as they are designed. A trial overrides what it changes.

    `document` is a document's id, `taken` counts the prompts that the site has taken so far.
    """

    def changes(self, document: str, taken: int) -> bool:
        """Whether anything of a document differs from the design."""
        del document, taken
        return False

    def shown(self, reading: Reading, scene: Scene, taken: int) -> Reading:
        """What a document shows, given what it would show by design."""
        del scene, taken
        return reading

    def takes_text(self, document: str, taken: int) -> bool:
        """Whether the composer of a document can be filled."""
        del document, taken
        return True

    def sends(self, document: str, taken: int) -> bool:
        """Whether Send does anything in a document."""
        del document, taken
        return True

    def holds_draft_file(self, document: str, taken: int) -> bool:
        """Whether a fresh chat comes with a file that somebody left in it."""
        del document, taken
        return False

    def limits_in_other_words(self, taken: int) -> bool:
        """Whether the site limits every account, in words that nobody here knows."""
        del taken
        return False

    def file_of(self, src: str) -> str:
        """The site's own name of a picture's file, from its address on a page."""
        return src.partition("id=")[2].partition("&")[0] or src
