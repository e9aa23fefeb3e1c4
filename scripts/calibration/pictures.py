"""Pictures from disk, as arrays: over white, without empty margins, of one size."""

import io
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

Pixels = NDArray[np.uint8]
"""Height × width × 3, sRGB."""

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif")
DRAWING = ".svg"
DRAWN_SIDE = 256
"""A drawing is painted in a square of this side, in pixels."""
MOST_PIXELS = 64_000_000

UNREADABLE = (
    OSError,
    subprocess.SubprocessError,
    ValueError,
    SyntaxError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
)
"""What is raised for a file that is no picture, or a broken one."""


def read(path: Path) -> Pixels | None:
    """A picture over white, cut to what is drawn; None if it cannot be read as one.

    A file of any kind may lie in a folder of pictures, so that each is read alone and a bad one is
    passed over.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files that are a little broken, and read all the same
        try:
            with Image.open(painted(path) if path.suffix == DRAWING else path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return None
                return _pixels(opened)
        except UNREADABLE:
            return None


def painted(path: Path) -> io.BytesIO:
    """A drawing as a picture, by Debian's `librsvg2-bin`."""
    side = str(DRAWN_SIDE)
    command = ["rsvg-convert", "--width", side, "--height", side, "--keep-aspect-ratio", str(path)]
    painted = subprocess.run(command, capture_output=True, check=True, timeout=20)  # noqa: S603
    return io.BytesIO(painted.stdout)


def _pixels(picture: Image.Image) -> Pixels | None:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        deep = np.asarray(picture, np.float64)
        high = 65535 if deep.max() > 255 else 255  # noqa: PLR2004 (eight bits)
        grey = np.clip(deep * (255 / high), 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return np.asarray(picture)
    clear = picture.convert("RGBA")
    box = clear.getchannel("A").getbbox()
    if box is None:
        return None
    return np.asarray(over_white(clear.crop(box)))


def over_white(picture: Image.Image) -> Image.Image:
    """A picture without transparency, as it looks on white paper."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper.convert("RGB")


def square(pixels: Pixels, side: int) -> Pixels | None:
    """The centre, brought down to `side` pixels; None if there are not as many."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    if short < side:
        return None
    top, left = (height - short) // 2, (width - short) // 2
    centre = np.ascontiguousarray(pixels[top : top + short, left : left + short])
    if short == side:
        return centre
    small = Image.fromarray(centre).resize((side, side), Image.Resampling.LANCZOS, reducing_gap=3)
    return np.asarray(small)


def found(
    folder: Path, patterns: Sequence[str] = ("**/*",), endings: Sequence[str] = ENDINGS
) -> Iterator[Path]:
    """The files in a folder that are named like pictures, in a fixed order, each once."""
    seen: set[Path] = set()
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if path.suffix.lower() in endings and path not in seen and path.is_file():
                seen.add(path)
                if not path.is_symlink():
                    yield path


def different(pictures: Sequence[Pixels]) -> list[int]:
    """The numbers of those that are not a frame of the same animation as one before."""
    kept: list[int] = []
    small = np.zeros((0, 12 * 12 * 3))
    for number, pixels in enumerate(pictures):
        tiny = np.asarray(Image.fromarray(pixels).resize((12, 12), Image.Resampling.BOX), float)
        if not len(small) or np.abs(small - tiny.ravel()).mean(axis=1).min() > _SAME:
            kept.append(number)
            small = np.vstack([small, tiny.ravel()])
    return kept


_SAME = 6.0
"""Pictures that differ by less than this on average, of 255, at 12 × 12 pixels are one."""
