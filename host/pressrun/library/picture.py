"""Whether bytes are a whole picture, found out by decoding all of it within limits."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

PIXELS = 64_000_000
"""The most pixels a picture may have; decoding more could take the machine's memory."""

ENDINGS = {
    "PNG": ("image/png", ".png"),
    "JPEG": ("image/jpeg", ".jpg"),
    "WEBP": ("image/webp", ".webp"),
}
"""The formats that are taken: media type and file ending."""


class BadPictureError(Exception):
    """The bytes are no whole picture of a kind we take."""


@dataclass(frozen=True)
class Picture:
    """What decoding told."""

    width: int
    height: int
    media: str
    ending: str


def inspect(path: Path, thumbnail: Path | None = None, *, thumbnail_pixels: int = 360) -> Picture:
    """Decode every pixel of a picture, and leave a small copy at `thumbnail`.

    Raises:
        BadPictureError: it is damaged, of another kind, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=list(ENDINGS)) as image:
                width, height = image.size
                if width * height > PIXELS:
                    raise BadPictureError(
                        f"it has {width:,} by {height:,} pixels; the limit is {PIXELS:,}"
                    )
                image.load()
                media, ending = ENDINGS[str(image.format)]
                if thumbnail is not None:
                    small = image.convert("RGB")
                    small.thumbnail((thumbnail_pixels, thumbnail_pixels))
                    thumbnail.parent.mkdir(parents=True, exist_ok=True)
                    small.save(thumbnail, "JPEG", quality=82)
    except UnidentifiedImageError as error:
        raise BadPictureError("the bytes are no PNG, JPEG or WebP picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPictureError(f"it has too many pixels; the limit is {PIXELS:,}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPictureError(f"the picture is damaged ({error})") from error
    return Picture(width, height, media, ending)
