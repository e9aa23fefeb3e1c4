"""What a picture is: its bytes, its size and its kind."""

from dataclasses import dataclass

from pressrun.picture.recipe import Sha256

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
"""The kinds of pictures that are taken, and how their files' names end."""


@dataclass(frozen=True)
class Facts:
    """What the file of a picture is. All but the SHA-256 is known once it is decoded."""

    sha256: Sha256
    bytes: int = 0
    width: int = 0
    """In pixels."""
    height: int = 0
    media: str = ""
    """As `image/png`."""

    @property
    def ending(self) -> str:
        """How the file's name ends."""
        return ENDINGS[self.media]
