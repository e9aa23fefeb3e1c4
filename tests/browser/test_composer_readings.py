"""What a reading tells of composers: attached files, modes, and buttons without their marks."""

from collections.abc import Callable

import pytest

from helpers.markup import ENGLISH, LANGUAGES, Markup, Shell, Words
from helpers.saved import Read

PROMPT = "A fox in the snow. It waits."
SHELLS: tuple[Shell, ...] = ("A", "B")
BLOB = "blob:https://chatgpt.com/"
ICON = "<svg><path d='M0 0'></path></svg>"

Files = Callable[[int, Words], str]


def remove(words: Words, name: str) -> str:
    """Return the button that takes a file away, labelled in some language."""
    return f'<button type="button" aria-label="{words.stop} {name}">{ICON}</button>'


def preview(number: int) -> str:
    """Return a file's picture, which only this document has."""
    return f'<img src="{BLOB}f{number}" width="60" height="60" alt="">'


def opened(number: int) -> str:
    """Return a file's picture as a button that shows it large."""
    return f'<div><button type="button"><img src="/t{number}.png" width="60"></button></div>'


def in_attachments(count: int, words: Words) -> str:
    """Files inside `data-composer-attachments`, in a wrapper of their own."""
    files = "".join(f"<div>{preview(n)}{remove(words, 'fox.png')}</div>" for n in range(count))
    return f"<div data-composer-attachments><div>{files}</div></div>"


def in_surface(count: int, words: Words) -> str:
    """Files inside `.composer-attachment-surface`, each with two buttons."""
    files = "".join(f"<div>{opened(n)}{remove(words, 'fox.png')}</div>" for n in range(count))
    return f'<div class="flex composer-attachment-surface">{files}</div>'


def as_groups(count: int, words: Words) -> str:
    """Files without a picture, known by their class."""
    kind = "group/composer-attachment relative"
    return "".join(
        f'<span class="{kind}"><span>fox{n}.png</span>{remove(words, "fox.png")}</span>'
        for n in range(count)
    )


def as_tiles(count: int, words: Words) -> str:
    """Files without any mark."""
    files = "".join(f"<div>{preview(n)}{remove(words, 'fox.png')}</div>" for n in range(count))
    return f"<div>{files}</div>"


FILES: tuple[Files, ...] = (in_attachments, in_surface, as_groups, as_tiles)
LOADING = (
    '<div role="progressbar"></div>',
    '<svg><animateTransform attributeName="transform"></animateTransform></svg>',
    '<i style="display:block;width:9px;height:9px;animation:turn 1s infinite"></i>',
    '<i class="ring" style="display:block"></i>',
    '<div aria-busy="true">…</div>',
)
TURNING = (
    "<style>@keyframes turn{to{rotate:1turn}} .ring::after{content:'';display:block;width:9px;"
    "height:9px;animation:turn 1s infinite}</style>"
)
RESTING = (
    '<i style="display:block;width:9px;height:9px;animation:turn 1s 2"></i>',
    '<i style="display:none;animation:turn 1s infinite"></i>',
    '<i style="display:block;visibility:hidden;animation:turn 1s infinite"></i>',
    '<i style="display:block;width:9px;height:9px;animation:none 1s infinite"></i>',
)


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.tag)
@pytest.mark.parametrize("files", FILES)
def test_attached_files_are_counted_in_every_markup(read: Read, words: Words, files: Files) -> None:
    """One, two and three of them, the leftovers of a draft included, and none on a fresh page."""
    for count in (1, 2, 3):
        reading = read(Markup("B", words, inside=files(count, words)))
        assert (reading.chips, reading.chips_pending) == (count, 0)
    assert read(Markup("B", words)).chips == 0


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("sign", LOADING)
def test_a_file_on_its_way_is_pending(read: Read, files: Files, sign: str) -> None:
    """Whatever shows it: a bar, a spinner, or `aria-busy`."""
    inside = files(2, ENGLISH).replace("<button", f"{sign}<button", 1)
    reading = read(Markup("B", inside=inside + TURNING))
    assert (reading.chips, reading.chips_pending) == (2, 1)


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("sign", RESTING)
def test_a_file_that_moves_for_a_while_or_unseen_is_there(
    read: Read, files: Files, sign: str
) -> None:
    """It slides into its place; a bar that is not shown any more still turns."""
    inside = files(2, ENGLISH).replace("<button", f"{sign}<button", 1)
    reading = read(Markup("B", inside=inside + TURNING))
    assert (reading.chips, reading.chips_pending) == (2, 0)


def test_a_surface_that_holds_the_whole_composer_has_files_in_it(read: Read) -> None:
    """Buttons and editor that stand in it, too, are none."""
    for count in (0, 2):
        page = Markup("B", inside=as_tiles(count, ENGLISH)).html()
        page = page.replace("<form", '<div class="composer-attachment-surface"><form')
        assert read(page.replace("</form>", "</form></div>")).chips == count


def test_a_toolbar_is_no_file(read: Read) -> None:
    """A group of buttons with a label may be anything."""
    bar = (
        f'<div role="group" aria-label="Tools"><button>{ICON}</button><button>{ICON}</button></div>'
    )
    for shell in SHELLS:
        assert read(Markup(shell, inside=bar)).chips == 0


def choice(group: str, entry: str, state: str) -> str:
    """Return the markup of a choice between two, for labels and states."""
    first, second = (f'<button {entry} {state}="{{{n}}}">{{{n + 1}}}</button>' for n in (1, 3))
    return f'<div role="{group}" aria-label="{{0}}">{first}{second}</div>'


MODES = {
    "tabs": choice("tablist", 'role="tab"', "aria-selected"),
    "radios": choice("radiogroup", 'role="radio"', "aria-checked"),
    "pressed": choice("group", "", "aria-pressed"),
}
LABELS = [("Composer mode", "Chat", "Work"), ("Modus", "Chat", "Arbeit"), ("種類", "会話", "仕事")]


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("labels", LABELS)
def test_work_is_told_from_chat(read: Read, name: str, labels: tuple[str, str, str]) -> None:
    """Pictures are made in Chat alone; and a choice of modes is no attached file."""
    group, chat, work = labels
    for chosen in (False, True):
        markup = MODES[name].format(group, str(not chosen).lower(), chat, str(chosen).lower(), work)
        reading = read(Markup("B", inside=markup))
        assert ("work_mode" in {sign.name for sign in reading.signs}) == chosen
        assert reading.chips == 0


@pytest.mark.parametrize(
    ("label", "on"),
    [
        ("Remove Create image", True),
        ("Bild erstellen entfernen", True),
        ("移除创建图片", True),
        ("Create image", False),
        ("Remove Deep research", False),
        ("Deep research entfernen", False),
    ],
)
@pytest.mark.parametrize("place", ["form", "body"])
def test_image_mode_as_a_chip_is_seen(read: Read, label: str, place: str, *, on: bool) -> None:
    """Outside the editor; never another mode's chip, and no suggestion of this one."""
    chip = f'<button type="button" aria-label="{label}">x</button>'
    page = Markup("B", inside=chip if place == "form" else "").html()
    if place == "body":
        page = page.replace("<form", f"<div data-composer-body>{chip}<form").replace(
            "</form>", "</form></div>"
        )
    assert read(page).mode_on == on


def test_an_entry_of_an_open_menu_is_no_mode(read: Read) -> None:
    """A menu may be drawn within the form."""
    menu = '<div role="menu"><button data-system-hint-type="picture_v2">Create image</button></div>'
    assert not read(Markup("B", inside=menu)).mode_on
    entry = (
        '<button data-list-navigation-item data-system-hint-type="picture_v2">Create image</button>'
    )
    assert not read(Markup("B", inside=entry)).mode_on


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.tag)
@pytest.mark.parametrize(("shell", "bare"), [("A", False), ("B", False), ("B", True)])
def test_buttons_without_marks_are_found_by_their_place(
    read: Read, shell: Shell, words: Words, *, bare: bool
) -> None:
    """The menu and Send; voice, model and a chip's menu are neither."""
    buttons = (
        f'<button type="button" aria-haspopup="menu" aria-label="{words.add}">{ICON}</button>'
        '<button type="button" aria-haspopup="menu">Auto</button>'
        f'<button type="button" aria-label="Diktieren">{ICON}</button>'
        f'<button type="submit" aria-label="{words.send}">{ICON}</button>'
    )
    reading = read(Markup(shell, words, bare=bare, composed=PROMPT, buttons=buttons))
    seen = {found.role: found for found in reading.seen}
    assert (seen["add_menu"].count, seen["send"].count) == (1, 1)
    assert reading.send
    wordy = (
        '<button type="button" aria-haspopup="menu">Auto</button><button type="button">x</button>'
    )
    bereft = {found.role for found in read(Markup(shell, words, bare=bare, buttons=wordy)).seen}
    assert not {"add_menu", "send"} & bereft


@pytest.mark.parametrize("order", range(3))
def test_the_input_that_takes_pictures_is_chosen(read: Read, order: int) -> None:
    """Of three: for pictures and films, for pictures, for anything."""
    kinds = ['accept="image/*,video/*"', 'accept="image/*"', ""]
    inputs = "".join(
        f'<input type="file" id="i{k}" {kinds[k]}>'
        for k in (order, (order + 1) % 3, (order + 2) % 3)
    )
    page = Markup("B").html().replace('<input type="file" accept="image/*" hidden>', inputs)
    (found,) = [found for found in read(page).seen if found.role == "file_input"]
    assert (found.where, found.count) == ("input#i1", 1)
    films = Markup("B").html().replace('<input type="file" accept="image/*" hidden>', "")
    assert "file_input" not in {found.role for found in read(films).seen}
