"""A book in another language: the same panels, with its words in place of the book's own."""

from pathlib import Path

import pytest

from helpers import authored
from pressrun.book import read
from pressrun.book.check import check
from pressrun.book.model import Gravity

SPANISH = "# El muelle\n\n## Página 1\n\n### Viñeta 1\n\nMARA: ¿Quién?\n\n### Viñeta 2 {#arrival}\n"


def lettered(
    folder: Path, files: dict[str, str | bytes | None]
) -> dict[str, tuple[str, list[str]]]:
    """The action and the words of each panel in Spanish."""
    book = read.read(authored.write(folder, files), "es")
    assert (book.translation, book.library) == ("es", folder / "pictures.es")
    return {each.key: (each.action, [own.text for own in each.lettering]) for each in book.panels}


@pytest.mark.parametrize(
    "script",
    [
        SPANISH,
        "### Uno {#ch01/p001/panel-1}\n\nMARA: ¿Quién?\n",
        "# A\n\n## Página 1\n\n### Viñeta 1\n\nMARA: ¿Quién?\n",
        "# A\n\n## Hoja\n\n### Viñeta\n\nMARA: ¿Quién?\n",
        "# A\n\n## Página 1\n\n### Viñeta 2\n\n### Viñeta 1\n\nMARA: ¿Quién?\n",
    ],
    ids=["whole", "by key", "its panel alone", "by order", "by number"],
)
def test_words_find_their_panels(tmp_path: Path, script: str) -> None:
    """By key, by the numbers of page and panel, or by their order."""
    found = lettered(tmp_path, {"lang/es/01.md": script.replace("### Uno", "# A\n\n### Uno")})
    assert found["ch01/p001/panel-1"][1] == ["¿Quién?"]
    assert found["arrival"] == ("She turns.", [])


def test_an_action_of_a_translation_counts_for_it(tmp_path: Path) -> None:
    """Where a sign in the picture reads otherwise, say; all else is the book's."""
    script = SPANISH + "\nElla se vuelve.\n"
    found = lettered(tmp_path, {"lang/es/01.md": script})
    assert found["arrival"] == ("Ella se vuelve.", [])
    assert read.read(tmp_path).panels[1].action == "She turns."


def test_a_table_can_be_a_translation(tmp_path: Path) -> None:
    """Under the same keys."""
    table = "key,action,dialogue\nch01/p001/panel-1,,MARA: ¿Quién?\n"
    found = lettered(tmp_path, {"lang/es/01.csv": table})
    assert found["ch01/p001/panel-1"] == ("Mara walks along the quay.", ["¿Quién?"])


@pytest.mark.parametrize(
    ("script", "language", "told"),
    [
        (
            SPANISH,
            "fr",
            (
                "fault book.toml:1: the book is not in 'fr'; its words in that language go to "
                "lang/fr/; lang/ has es"
            ),
        ),
        (
            SPANISH.replace("arrival", "arival"),
            "es",
            ("fault lang/es/01.md:9: the book has no panel 'arival'; did you mean 'arrival'?"),
        ),
        (
            SPANISH + "\n### Viñeta 3\n\nx\n",
            "es",
            (
                "fault lang/es/01.md:11: the book has no such "
                "panel; give it the key of the panel that it translates, such as "
                "{#ch01/p001/panel-1}"
            ),
        ),
        (
            SPANISH + "\n### Viñeta 1\n\nx\n",
            "es",
            (
                "fault lang/es/01.md:11: ch01/p001/panel-1 is "
                "translated twice: also in lang/es/01.md:5"
            ),
        ),
        (
            SPANISH.replace("MARA: ¿Quién?\n", "MARA: ¿Quién?\n\nJON: Yo.\n"),
            "es",
            (
                "warning "
                "lang/es/01.md:5: ch01/p001/panel-1 has 1 piece of lettering, and here 2 pieces"
            ),
        ),
        (
            "# A\n\n## Página 1\n\n### Viñeta 2\n\nx\n",
            "es",
            ("warning script/01.md:5: the words of ch01/p001/panel-1 are not in 'es'"),
        ),
    ],
)
def test_mistakes_in_a_translation_are_told(
    tmp_path: Path, script: str, language: str, told: str
) -> None:
    """With their file and line, as those of the book itself."""
    book = authored.write(tmp_path, {"lang/es/01.md": script})
    found = check(book, language)
    assert told in [f"{each.gravity.value} {read.line(each)}" for each in found.defects]
    has_faults = any(each.gravity == Gravity.FAULT for each in found.defects)
    assert (found.book is None) == has_faults


def test_the_books_own_language_is_the_book(tmp_path: Path) -> None:
    """Nobody needs to know which one was first."""
    assert read.read(authored.write(tmp_path), "en").translation is None
