"""Whether bytes are a whole picture, found out by decoding all of it within limits."""

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from pressrun.picture.facts import Facts

PIXELS = 64_000_000
"""The most pixels a picture may have; decoding more could take the machine's memory."""

THUMBNAIL_PIXELS = 360
"""The longer side of a small copy."""

MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""The formats that are taken, and the media type of each."""


class BadPictureError(Exception):
    """A file is not a whole picture of a kind that is taken."""


def decode(path: Path, sha256: str, thumbnail: Path | None = None) -> Facts:
    """Decode every pixel of a picture, and leave a small copy at `thumbnail`.

    Args:
        path: its file.
        sha256: of its bytes, which is taken as given.
        thumbnail: where the small copy goes; with None there is none.

    Raises:
        BadPictureError: it is damaged, of another kind, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=list(MEDIA)) as image:
                width, height = image.size
                if width * height > PIXELS:
                    raise BadPictureError(
                        f"it has {width:,} by {height:,} pixels; the limit is {PIXELS:,}"
                    )
                image.load()
                media = MEDIA[str(image.format)]
                if thumbnail is not None:
                    small = image.convert("RGB")
                    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
                    thumbnail.parent.mkdir(parents=True, exist_ok=True)
                    small.save(thumbnail, "JPEG", quality=82)
        size = path.stat().st_size
    except UnidentifiedImageError as error:
        raise BadPictureError("the file is not a PNG, JPEG or WebP picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPictureError(f"it has too many pixels; the limit is {PIXELS:,}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPictureError(f"the picture is damaged ({error})") from error
    return Facts(sha256, size, width, height, media)
