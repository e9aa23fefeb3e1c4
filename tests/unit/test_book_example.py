"""The example book and the presets: what a new author starts from is whole, and teaches it all."""

import shutil
import tomllib
from pathlib import Path

import pytest
from PIL import Image

import pressrun.book
from pressrun.book import new, panels
from pressrun.book.check import check
from pressrun.book.model import Book, Draws
from pressrun.book.read import read
from pressrun.picture.ingredients import hashed
from pressrun.picture.key import fold

HERE = Path(pressrun.book.__file__).parent
EXAMPLE = HERE / "example"
PRESETS = sorted((HERE / "presets").glob("*.toml"))


@pytest.fixture(scope="module")
def book() -> Book:
    """The example."""
    return read(EXAMPLE)


@pytest.mark.parametrize("translation", [None, "es"])
def test_the_example_has_nothing_wrong_and_nothing_doubtful(translation: str | None) -> None:
    """A new author's first check is clean."""
    found = check(EXAMPLE, translation)
    assert [each.text for each in found.defects] == []
    assert found.book is not None


def test_the_example_shows_what_a_book_can_do(book: Book) -> None:
    """Chapters, a double page, figures with a variant, places, a group, keys, all lettering."""
    assert len(book.panels) == 24
    assert len(book.chapters) == 2
    pages = [page for chapter in book.chapters for page in chapter.pages]
    assert len(pages) >= 6
    assert any(page.double for page in pages)
    assert len(book.cast) == 3
    assert any(subject.looks for subject in book.cast.values())
    assert len(book.places) == 2
    groups = {(panel.chapter, fold(panel.group)) for panel in book.panels if panel.group}
    assert len(groups) == 1
    assert any(panel.key != panel.place_key for panel in book.panels)
    assert {said.voice.value for panel in book.panels for said in panel.lettering} == {
        "balloon",
        "caption",
        "effect",
    }


def test_everybody_and_every_variant_of_the_example_appears(book: Book) -> None:
    """Nothing is there that no panel needs."""
    shown = {
        (each.subject.id, each.look and each.look.name) for p in book.panels for each in p.cast
    }
    for subject in book.cast.values():
        assert {(subject.id, name) for name in (None, *subject.looks)} <= shown


def test_the_example_is_made_without_waiting_for_anybody(book: Book) -> None:
    """The first run of a new author makes all of it."""
    found = panels.wanted(book)
    assert len(found) == 24
    assert [each.key for each in found if each.after] == []


def test_the_pictures_of_the_example_are_small_and_whole(book: Book) -> None:
    """They come with every copy of Pressrun, and are sent with every prompt."""
    files = sorted((EXAMPLE / "references").iterdir())
    for file in files:
        assert file.stat().st_size < 150_000
        with Image.open(file) as picture:
            picture.load()
    used = {path for panel in panels.wanted(book) for path in panel.references}
    assert used == set(files)


def test_the_translation_of_the_example_says_as_much_as_the_book(book: Book) -> None:
    """Panel by panel, in Spanish."""
    spanish = read(EXAMPLE, "es")
    assert [each.key for each in spanish.panels] == [each.key for each in book.panels]
    for one, other in zip(book.panels, spanish.panels, strict=True):
        assert [each.voice for each in other.lettering] == [each.voice for each in one.lettering]
        assert other.action == one.action
    said = {each.text for panel in spanish.panels for each in panel.lettering}
    assert "Se lo llevó la marea." in said


def test_the_example_letters_later_until_it_is_told_otherwise(book: Book, tmp_path: Path) -> None:
    """Then its translation has pictures of its own."""
    assert book.style.lettering == Draws.LATER
    assert panels.wanted(read(EXAMPLE, "es")) == []
    copy = Path(shutil.copytree(EXAMPLE, tmp_path / "copy"))
    text = (copy / "book.toml").read_text(encoding="utf-8")
    text = text.replace('lettering = "later"', 'lettering = "site"')
    (copy / "book.toml").write_text(text, encoding="utf-8")
    spoken = [panel.key for panel in book.panels if panel.lettering]
    assert [each.key for each in panels.wanted(read(copy, "es"))] == spoken


def test_there_are_five_presets() -> None:
    """Each under a name that reads well in `book.toml`."""
    assert [each.stem for each in PRESETS] == [
        "ligne-claire",
        "manga",
        "noir",
        "pulp",
        "watercolour",
    ]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_a_preset_is_a_whole_style_bible_that_can_be_copied(preset: Path, tmp_path: Path) -> None:
    """By its name and as a file beside `book.toml` it is the same style."""
    told = tomllib.loads(preset.read_text(encoding="utf-8"))
    for name in ("title", "about", "words", "palette", "line", "never", "letters", "follow_up"):
        assert len(told[name]) >= 4, name
    copy = Path(shutil.copytree(EXAMPLE, tmp_path / "copy"))
    shutil.copy(preset, copy / "style.toml")
    text = (copy / "book.toml").read_text(encoding="utf-8")
    prompts = []
    for name in (preset.stem, "style.toml"):
        (copy / "book.toml").write_text(
            text.replace('preset = "ligne-claire"', f'preset = "{name}"'), encoding="utf-8"
        )
        found = check(copy)
        assert found.book is not None, found.defects
        assert [each.text for each in found.defects] == []
        prompts.append([each.prompt for each in panels.wanted(found.book)])
    assert prompts[0] == prompts[1]
    assert told["words"] in prompts[0][0]


@pytest.mark.parametrize("preset", [None, *(each.stem for each in PRESETS)])
def test_a_new_book_has_its_style_in_a_file_of_its_own(preset: str | None, tmp_path: Path) -> None:
    """An author changes it as she likes, and no update of Pressrun does; nothing is doubtful."""
    folder = tmp_path / "book"
    new.make(folder, preset=preset)
    found = check(folder)
    assert found.book is not None, found.defects
    assert [each.text for each in found.defects] == []
    chosen = HERE / "presets" / f"{preset or 'ligne-claire'}.toml"
    assert (folder / "style.toml").read_bytes() == chosen.read_bytes()
    told = tomllib.loads(chosen.read_text(encoding="utf-8"))
    assert found.book.style.preset == "style.toml"
    assert found.book.style.words == told["words"]
    is_example = preset in (None, "ligne-claire")
    assert bool(found.book.style.references) == is_example
    for name in ("palette", "never"):
        assert (getattr(found.book.style, name) == told[name]) == (not is_example)


def test_a_new_book_is_made_from_the_same_as_the_example(book: Book, tmp_path: Path) -> None:
    """Its style is the same words in another file."""
    folder = tmp_path / "book"
    new.make(folder)
    assert [each.prompt for each in panels.wanted(read(folder))] == [
        each.prompt for each in panels.wanted(book)
    ]


def test_presets_say_what_they_have_always_said() -> None:
    """A book that names one is not stale because Pressrun was updated: a better one is new."""
    said = {}
    for preset in PRESETS:
        told = tomllib.loads(preset.read_text(encoding="utf-8"))
        drawn = ("words", "palette", "line", "never", "letters", "follow_up")
        said[preset.stem] = hashed(*(told[name] for name in drawn))
    assert said == {
        "ligne-claire": "ddb61d89805b",
        "manga": "7db931e0ba11",
        "noir": "9c5dc09b1132",
        "pulp": "a57805f4e26a",
        "watercolour": "626b82e3f93f",
    }
