"""Paints the example book's reference pictures: `python -m trials.demo.paint FOLDER`.

They are drawn as the replica draws, and marked with what they show, so its panels look like them.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pressrun.book.model import Book, Look, Subject
from pressrun.book.read import read
from pressrun.simulator.dice import dice
from trials.replica.guise import guise_of
from trials.replica.ink import INK, PAPER, Sheet
from trials.replica.people import Pose, Thing, bust, figure
from trials.replica.pictures import SHOWS, STYLE
from trials.replica.scene import LIGHTS, Scenery
from trials.replica.settings import SETTINGS

COLOURS = 64
"""Of a picture: flat colours need no more, and the files stay small."""

_PORTRAIT = (576, 768)
_LANDSCAPE = (1024, 640)
_PLACES = {"quay": ("quay", "dusk", 420.0), "lighthouse": ("lamp room", "night", 560.0)}
"""By the place's id: its setting, the light, and where in it one looks."""


def main(folder: Path) -> None:
    """Paint every reference picture that a book names."""
    book = read(folder)
    for subject in book.cast.values():
        for path in subject.references:
            _keep(_portrait(subject, None), path, subject.id)
        for look in subject.looks.values():
            for path in look.references:
                _keep(_portrait(subject, look), path, subject.id)
    for place in book.places.values():
        for path in place.references:
            _keep(_view(place), path, place.id)
    for path in book.style.references:
        _keep(_style(book), path, STYLE)


def _portrait(subject: Subject, variant: Look | None) -> Image.Image:
    """Somebody whole, and the head once more."""
    sheet, light = Sheet(_PORTRAIT), LIGHTS["day"]
    sheet.box((0, 0), (sheet.width, sheet.height), PAPER, 0)
    words = f"{subject.words}; {variant.words}" if variant else subject.words
    look = guise_of(subject.name, words, subject.id)
    tall = 1_060.0 if not look.is_child else 1_180.0
    sheet.stroke([(60, 1_235), (sheet.width - 60, 1_235)], 3, "#b9ae98")
    thing: Thing = "pole" if look.pole and variant is None else "none"
    figure(sheet, light, look, (340, 1_225), tall, Pose(1, thing=thing))
    bust(sheet, light, look, (sheet.width - 165, 230), 108, Pose(-1))
    return sheet.finished()


def _view(place: Subject) -> Image.Image:
    setting, hour, left = _PLACES[place.id]
    sheet = Sheet(_LANDSCAPE)
    scene = Scenery(sheet, dice("sky", place.id), LIGHTS[hour], hour, lamps_lit=True)
    scene.draw_sky()
    scene.show(SETTINGS[setting], dice("place", f"{place.name.casefold()} {place.id}"), left, 1.0)
    return sheet.finished()


def _style(book: Book) -> Image.Image:
    """Some of everybody and everything, in the book's line and colours."""
    sheet, light = Sheet(_LANDSCAPE), LIGHTS["dusk"]
    scene = Scenery(sheet, dice("sky", book.title), light, "dusk")
    scene.draw_sky()
    scene.show(SETTINGS["hills"], dice("place", "style"), 300, 1.0)
    swatches = (
        light.sky,
        light.glow,
        light.far,
        light.middle,
        light.near,
        light.window,
        INK,
        PAPER,
    )
    for number, colour in enumerate(swatches):
        x = sheet.width - 150
        sheet.box((x, 60 + number * 108), (x + 90, 60 + number * 108 + 84), colour)
    return sheet.finished()


def _keep(picture: Image.Image, path: Path, shows: str) -> None:
    info = PngInfo()
    info.add_text(SHOWS, shows)
    data = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
        data, "PNG", pnginfo=info, optimize=True
    )
    path.write_bytes(data.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
