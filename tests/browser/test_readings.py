"""What a reading tells of pages as they are known, or feared, to be: the eyes alone, no judgement.

Every page is read by the shipped profile in real Chromium, as `pressrun site read` does.
"""

import re
from dataclasses import replace

import pytest

from helpers.markup import (
    GERMAN,
    JAPANESE,
    LANGUAGES,
    Exchange,
    Markup,
    Shell,
    Shown,
    Words,
    img,
    paragraphs,
)
from helpers.saved import SITE, Read
from pressrun.protocol.messages.page import Reading, SeenPicture, SeenTurn

PROMPT = "A fox in the snow. It waits."
SHELLS: tuple[Shell, ...] = ("A", "B")
BLOB = "blob:https://chatgpt.com/"
ICON = "<svg><path d='M0 0'></path></svg>"


def authors(reading: Reading) -> SeenTurn:
    """Return the only turn of the author's."""
    (turn,) = [turn for turn in reading.turns if turn.role == "user"]
    return turn


def answer(reading: Reading) -> SeenTurn:
    """Return the only turn of the site's."""
    (turn,) = [turn for turn in reading.turns if turn.role == "assistant"]
    return turn


def shown(pictures: list[SeenPicture]) -> list[tuple[str, str]]:
    """Return the pictures that a reader sees, by unit and the end of their address."""
    return [(each.unit, each.src.rsplit("/", 1)[-1]) for each in pictures if not each.hidden]


LONG = "\n".join(f"Line {n}: a fox." for n in range(40))
SHOWN = paragraphs(LONG)
TARGET = f"<div data-search-result-target>{SHOWN}</div>"
DECORATIONS = {
    "ellipsis and button": f"{SHOWN}<span class='block'>…</span><button>Show more</button>",
    "hidden ellipsis": f"{SHOWN}<span aria-hidden='true'>…</span><button>もっと見る</button>",
    "role button": f"{SHOWN}<div role='button'>Mehr anzeigen</div>",
    "target": f"{TARGET}<span>…</span><button type='button'>显示更多</button>",
    "edited, beside the target": f"{TARGET}<span>Edited 08:12</span>",
    "a time": f"{SHOWN}<time>08:12</time>",
    "clipped": f"<div style='max-height:40px;overflow:hidden'>{SHOWN}</div>",
    "clamped": "<div style='display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;"
    f"overflow:hidden'>{SHOWN}</div>",
    "faded": f"<div style='mask-image:linear-gradient(#000,transparent)'>{SHOWN}</div>",
    "to be clicked": f"<div style='cursor:pointer'>{SHOWN}</div>",
    "details": f"<details open><summary>Less</summary>{SHOWN}</details>",
    "ellipsis by style": f"<style>#e::after{{content:'…'}}</style><div id=e>{SHOWN}</div>",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", DECORATIONS)
def test_what_decorates_a_prompt_is_not_written_and_makes_it_doubtful(
    read: Read, shell: Shell, name: str
) -> None:
    """The words come without their decoration; that they are all of them nobody can tell."""
    turn = authors(read(Markup(shell, exchanges=(Exchange(LONG, bubble=DECORATIONS[name]),))))
    assert turn.text == LONG
    assert not turn.whole


OTHERS = {
    "edited": f"{paragraphs(PROMPT)}<div class='text-xs'>Edited 08:12</div>",
    "edited, in a paragraph": f"{paragraphs(PROMPT)}<p class='note'>Bearbeitet um 08:12</p>",
    "cut": paragraphs("A fox in the…"),
    "translated": "<p><font dir='auto'><font dir='auto'>Ein Fuchs im Schnee.</font></font></p>",
    "rendered": "<p>A <strong>fox</strong> in the snow.</p>",
    "a list": "<ul><li>A fox in the snow.</li><li>It waits.</li></ul>",
    "a link": "<p>A fox in the <a href='https://snow.example'>snow</a>.</p>",
    "a control": f"{paragraphs(PROMPT)}<span aria-expanded='false'>more</span>",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", OTHERS)
def test_a_prompt_that_may_be_shown_otherwise_is_never_whole(
    read: Read, shell: Shell, name: str
) -> None:
    """Whatever suggests other words than those written keeps them from being evidence."""
    turn = authors(read(Markup(shell, exchanges=(Exchange(PROMPT, bubble=OTHERS[name]),))))
    assert not turn.whole


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "prompt", [PROMPT, LONG, "“Wait”\n\nShe said: <b> … and left", "狐が港で待つ。"]
)
def test_a_prompt_that_stands_as_it_was_written_is_whole(
    read: Read, shell: Shell, prompt: str
) -> None:
    """In paragraphs, or with its line ends kept by style; beside buttons that copy and edit it."""
    assert authors(read(Markup(shell, exchanges=(Exchange(prompt),)))).whole
    kept = prompt.replace("<", "&lt;")
    bubble = f'<div style="white-space:pre-wrap">{kept}</div>'
    page = Markup(shell, exchanges=(Exchange(prompt, references=("r",), bubble=bubble),)).html()
    page = re.sub("(<img [^>]*>)", r'<button aria-label="Open image">\1</button>', page, count=1)
    beside = '<button aria-label="Copy"><svg></svg></button>'
    turn = authors(read(page.replace("</section>", f"{beside}</section>", 1)))
    assert (turn.text, turn.whole) == (prompt, True)


def test_a_page_that_the_browser_translated_shows_no_words_of_the_authors(read: Read) -> None:
    """Chrome marks the document when it has translated it."""
    page = Markup("A", exchanges=(Exchange(PROMPT),)).html()
    assert not authors(read(page.replace("<html ", '<html class="translated-ltr" '))).whole


@pytest.mark.parametrize("shell", SHELLS)
def test_a_picture_for_a_character_is_the_character(read: Read, shell: Shell) -> None:
    """Some systems have emoji drawn as pictures."""
    bubble = '<p>A fox <img alt="🦊" width="16" height="16" src="/emoji/fox.svg"> waits</p>'
    turn = authors(read(Markup(shell, exchanges=(Exchange("A fox 🦊 waits", bubble=bubble),))))
    assert turn.text == "A fox 🦊 waits"


MARKED = '<h4 data-conversation-role="assistant">ChatGPT</h4>'


def gallery(
    large: int, words: Words, *, thumbs: tuple[int, ...] = (1, 2, 3), small: str = ""
) -> str:
    """One large picture and those beside it, as the redesign shows several."""
    buttons = "".join(
        f'<button aria-label="{words.send} {n}">{img("", f"{BLOB}p{n}{small}", Shown("", 96, 96))}'
        "</button>"
        for n in thumbs
    )
    return (
        '<div data-testid="generated-image-gallery"><button data-testid="generated-image-preview" '
        f'aria-label="{words.picture} {large}">{img("", f"{BLOB}p{large}", Shown())}</button></div>'
        f'<div role="group" aria-label="{words.ask}">{buttons}</div>'
    )


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.tag)
@pytest.mark.parametrize("large", [1, 2])
@pytest.mark.parametrize("small", ["", "-small"])
def test_every_picture_of_a_gallery_is_told_once_and_in_its_order(
    read: Read, words: Words, large: int, small: str
) -> None:
    """Whichever is shown large: the small picture by which it is chosen is the same one."""
    page = Markup("B", words, (Exchange(PROMPT, extra=gallery(large, words, small=small)),))
    pictures = answer(read(page)).pictures
    assert {each.unit for each in pictures} == {"1", "2", "3"}
    assert all(each.rule for each in pictures)
    units = {each.src.rsplit("/", 1)[-1]: each.unit for each in pictures}
    assert units[f"p{large}"] == str(large)
    assert [units[f"p{n}{small}"] for n in (1, 2, 3)] == ["1", "2", "3"]


@pytest.mark.parametrize("words", [GERMAN, JAPANESE], ids=lambda words: words.tag)
def test_the_others_beside_the_large_picture_may_be_all_but_it(read: Read, words: Words) -> None:
    """Their numbers tell the order."""
    page = Markup("B", words, (Exchange(PROMPT, extra=gallery(2, words, thumbs=(1, 3))),))
    assert shown(answer(read(page)).pictures) == [("2", "p2"), ("1", "p1"), ("3", "p3")]


def test_two_galleries_and_a_picture_of_another_rule_are_all_told(read: Read) -> None:
    """Not those of the first rule alone, and no two for one because their labels are alike."""
    first = img("", f"{BLOB}a", Shown())
    button = f'<button aria-label="1">{first}</button>'
    one = f'<div data-testid="generated-image-gallery">{button}</div>'
    other = one.replace(f"{BLOB}a", f"{BLOB}b")
    third = f'<div id="image-9">{img("", f"{BLOB}c", Shown())}</div>'
    pictures = answer(
        read(Markup("B", exchanges=(Exchange(PROMPT, extra=one + other + third),)))
    ).pictures
    assert [src for _, src in shown(pictures)] == ["a", "b", "c"]
    assert len({unit for unit, _ in shown(pictures)}) == 3


PLAIN = {
    "img": f'<img src="{BLOB}x" width="1024" height="1024" alt="Ein Fuchs">',
    "img of no told size": f'<div><button><img src="{BLOB}x" alt="Ein Fuchs"></button></div>',
    "canvas": '<canvas width="512" height="512"></canvas>',
    "video": '<video width="640" height="480" poster="/poster.png"></video>',
    "svg": f'<svg width="512" height="512"><image href="{BLOB}x" width="512" height="512"/></svg>',
    "background": f'<div style="width:512px;height:512px;background-image:url({BLOB}x)"></div>',
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", PLAIN)
def test_a_large_picture_is_told_whatever_its_markup(read: Read, shell: Shell, name: str) -> None:
    """No rule finds it; that it is there keeps an answer from being one of words."""
    (picture,) = answer(
        read(Markup(shell, exchanges=(Exchange(PROMPT, "Hier", extra=PLAIN[name]),)))
    ).pictures[-1:]
    assert picture.rule == ""
    assert not picture.hidden
    assert picture.unit


AVATAR = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='512' height='512'/>"


@pytest.mark.parametrize("shell", SHELLS)
def test_icons_and_hidden_pictures_that_no_rule_finds_are_not_told(
    read: Read, shell: Shell
) -> None:
    """An avatar, a favicon of a source, what is there for later."""
    extra = (
        '<img src="/icon.png" width="24" height="24" alt="">'
        f'<img src="{AVATAR}" style="width:28px;height:28px" alt="">'
        f'<div hidden><img src="{BLOB}x" width="1024" height="1024" alt=""></div>'
        f'<div style="display:none"><canvas width="512" height="512"></canvas></div>'
        '<div style="width:512px;height:512px;background-image:linear-gradient(red,blue)"></div>'
    )
    assert (
        answer(read(Markup(shell, exchanges=(Exchange(PROMPT, "Words", extra=extra),)))).pictures
        == []
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("markup", "linked"),
    [
        ('<a href="https://shop.example/fox">{}</a>', True),
        ('<div id="image-ad"><a href="https://shop.example/fox">{}</a></div>', True),
        ('<div id="image-ad">{}<a href="https://shop.example/fox">Buy</a></div>', True),
        ('<a rel="sponsored" href="/redirect">{}</a>', True),
        ('<a href="https://chatgpt.com/c/1">{}</a>', False),
        ('<a download href="https://files.example/fox.png">{}</a>', False),
        ('<div id="image-1">{}</div><p><a href="https://wiki.example">A source</a></p>', False),
    ],
)
def test_a_picture_that_leads_to_another_site_is_told_so(
    read: Read, shell: Shell, markup: str, *, linked: bool
) -> None:
    """As an advertisement does; a source that is named beside a picture makes none of it."""
    extra = markup.format(img("", f"{BLOB}x", Shown()))
    picture = answer(
        read(Markup(shell, exchanges=(Exchange(PROMPT, "Here", extra=extra),)))
    ).pictures[-1]
    assert picture.linked == linked


GALLERY = (
    '<div data-testid="generated-image-gallery"><button data-testid="generated-image-preview">'
    f"{img('', f'{BLOB}g', Shown())}</button></div>"
)


def test_pictures_that_stand_in_no_turn_are_told_apart(read: Read) -> None:
    """A gallery is known to stand beside its turn; what stands in menu, form or margin is none."""
    furniture = "".join(
        f"<{tag}>{img('', f'{BLOB}no', Shown())}</{tag}>"
        for tag in ("nav", "aside", "header", "footer", "form")
    )
    left = f"<div hidden>{GALLERY.replace('/g', '/old')}</div>"
    reading = read(Markup("B", exchanges=(Exchange(PROMPT),), beside=left + furniture + GALLERY))
    assert shown(reading.loose) == [("1", "g")]
    assert reading.loose[0].rule
    assert not reading.loose[0].busy
    busy = GALLERY.replace("<div ", '<div aria-busy="true" ', 1)
    plain = img("", f"{BLOB}h", Shown())
    reading = read(Markup("B", exchanges=(Exchange(PROMPT),), beside=busy + plain))
    assert [(each.rule != "", each.busy) for each in reading.loose] == [
        (True, True),
        (False, False),
    ]
    assert read(Markup("B", exchanges=(Exchange(PROMPT, pictures=(Shown(),)),))).loose == []


@pytest.mark.parametrize("shell", SHELLS)
def test_wrappers_without_a_box_hide_nothing(read: Read, shell: Shell) -> None:
    """Turns, their parts, galleries and notices are read inside `display: contents` as without."""
    page = Markup(shell, exchanges=(
        Exchange("Another", "Words of before", (Shown("first"),)),
        Exchange(PROMPT, "Here it is", (Shown("second"),), state="in_progress"),
    ), over='<div role="alert">Slow down</div>')  # fmt: skip
    style = (
        "<style>section, [data-turn-key], [data-testid=generated-image-gallery], [role=alert], "
        "[id^=image-], .markdown, [data-chatgpt-search-unit-key] {display: contents}</style>"
    )
    plain = read(page)
    boxless = read(page.html().replace("</head>", f"{style}</head>"))
    assert [(turn.id, turn.role, turn.text) for turn in boxless.turns] == [
        (turn.id, turn.role, turn.text) for turn in plain.turns
    ]
    assert [shown(turn.pictures) for turn in boxless.turns] == [
        shown(turn.pictures) for turn in plain.turns
    ]
    assert [notice.text for notice in boxless.notices] == ["Slow down"]


def test_turns_without_a_box_are_told_from_top_to_bottom(read: Read) -> None:
    """A page that scrolls in reverse has them in reverse."""
    page = Markup("B", exchanges=(Exchange("First"), Exchange("Second")), twice=False).html()
    style = (
        "<style>main > div {display:flex; flex-direction:column-reverse}"
        "[data-turn-key] {display:contents}</style>"
    )
    reading = read(page.replace("</head>", f"{style}</head>"))
    assert [turn.text for turn in reading.turns] == ["Second", "First"]


@pytest.mark.parametrize(
    "unmarked", [GALLERY, f"<div>{PLAIN['img']}</div>", f"<div><div>{GALLERY}</div></div>"]
)
def test_an_answer_of_pictures_alone_needs_no_mark(read: Read, unmarked: str) -> None:
    """What stands after the author's part and shows a picture is it; a reference is not."""
    page = Markup("B", exchanges=(Exchange(PROMPT, references=("ref",), unmarked=unmarked),))
    reading = read(page)
    assert authors(reading).text == PROMPT
    assert [src for _, src in shown(authors(reading).pictures)] == ["ref"]
    assert len(shown(answer(reading).pictures)) == 1
    noted = replace(page, exchanges=(Exchange(PROMPT, unmarked="<div>Edited 08:12</div>"),))
    assert [turn.role for turn in read(noted).turns] == ["user"], "a note is no answer"


def test_a_turn_whose_author_is_taken_away_is_an_answer(read: Read) -> None:
    """The redesign unmounts the author's part for a while, and changes the turn's key."""
    page = Markup("B", exchanges=(Exchange(PROMPT, "Here", (Shown(),)),), twice=False).html()
    page = page.replace(f"<div data-user-message-bubble>{paragraphs(PROMPT)}</div>", "")
    reading = read(page.replace('data-turn-key="k0"', 'data-turn-key="fallback-turn-0"'))
    assert [(turn.id, turn.role, turn.text) for turn in reading.turns] == [
        ("fallback-turn-0", "assistant", "Here")
    ]
    assert len(reading.turns[0].pictures) == 1


@pytest.mark.parametrize("left", ["", "<h4 data-conversation-role='user'>You said:</h4>"])
def test_the_empty_place_of_an_author_is_no_turn(read: Read, left: str) -> None:
    """Its words are gone for a while, and come back."""
    page = Markup("B", exchanges=(Exchange(PROMPT, "Here", (Shown(),)),), twice=False).html()
    bubble = f"<div data-user-message-bubble>{paragraphs(PROMPT)}</div>"
    page = page.replace(bubble, f'<div data-chatgpt-search-unit-key="m0:user">{left}</div>')
    assert [turn.role for turn in read(page).turns] == ["assistant"]


def renamed(page: str, *names: str) -> str:
    """Return a page with attributes under other names."""
    for name in names:
        page = page.replace(f"{name}=", f"data-x-{name.removeprefix('data-')}=").replace(
            f"{name}>", f"data-x-{name.removeprefix('data-')}>"
        )
    return page


@pytest.mark.parametrize(
    ("shell", "names"),
    [
        ("A", ("data-turn",)),
        ("A", ("data-turn", "data-message-author-role")),
        ("B", ("data-user-message-bubble",)),
        ("B", ("data-conversation-role",)),
    ],
)
def test_roles_under_other_names_are_told_by_what_is_left(
    read: Read, shell: Shell, names: tuple[str, ...]
) -> None:
    """The author's words are the author's, and no picture of the author's is the site's."""
    exchange = Exchange(PROMPT, "Here it is", (Shown("file_made"),), references=("file_ref",))
    reading = read(renamed(Markup(shell, exchanges=(exchange,), twice=False).html(), *names))
    assert [turn.role for turn in reading.turns] == ["user", "assistant"]
    assert PROMPT in reading.turns[0].text
    assert "file_ref" not in "".join(each.src for each in reading.turns[1].pictures)
    assert len(shown(reading.turns[1].pictures)) == 1


def test_a_role_that_nothing_tells_is_not_made_up(read: Read) -> None:
    """Words alone, under no mark at all, are nobody's."""
    page = Markup("B", exchanges=(Exchange(PROMPT),), twice=False).html()
    reading = read(renamed(page, "data-user-message-bubble"))
    assert [turn.role for turn in reading.turns] == [""]


def test_the_places_of_turns_that_are_not_mounted_count(read: Read) -> None:
    """The older build mounts what is looked at; a chat of empty places is not fresh."""
    places = "".join(
        f'<div data-turn-id-container="t{n}" style="height:300px"></div>' for n in range(3)
    )
    page = Markup("A", beside='<div data-testid="conversation-pagination-sentinel"></div>' + places)
    reading = read(page)
    assert (reading.turn_count, reading.turns) == (3, [])
    mounted = Markup("A", exchanges=(Exchange(PROMPT),)).html()
    mounted = mounted.replace(
        "<section", '<div data-turn-id-container="t" data-is-intersecting="true"><section'
    ).replace("</section>", "</section></div>")
    assert read(mounted).turn_count == 1
    assert authors(read(mounted)).text == PROMPT


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "label",
    [
        "Edit image",
        "Edit generated image 1",
        "Share generated image 2",
        "编辑生成的图像 1",
        "Bild bearbeiten",
    ],
)
def test_finished_evidence_may_be_numbered_and_in_another_language(
    read: Read, shell: Shell, label: str
) -> None:
    """What is beside the pictures counts, and nothing in the author's part."""
    mark = f'<button aria-label="{label}">{ICON}</button>'
    exchange = Exchange(PROMPT, pictures=(Shown(),), final=False)
    assert answer(read(Markup(shell, exchanges=(replace(exchange, extra=mark),)))).finished
    assert not answer(read(Markup(shell, exchanges=(exchange,)))).finished
    mine = replace(exchange, bubble=f"<p>{PROMPT}</p>{mark}")
    assert not answer(read(Markup(shell, exchanges=(mine,)))).finished


def test_a_gallery_that_is_busy_is_at_work(read: Read) -> None:
    """Also where it has no box of its own."""
    busy = GALLERY.replace("<div ", '<div aria-busy="true" ', 1)
    for markup in (busy, busy.replace("<div ", '<div style="display:contents" ', 1)):
        assert answer(read(Markup("B", exchanges=(Exchange(PROMPT, extra=markup),)))).busy


LIMIT = "You have hit your limit"


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        (f'<div role="status">{LIMIT}</div>', False),
        (f"<output>{LIMIT}</output>", False),
        (f'<section aria-live="polite"><ol><li>{LIMIT}</li></ol></section>', False),
        (f'<div aria-live="assertive">{LIMIT}</div>', False),
        (f"<ol><li data-sonner-toast>{LIMIT}</li></ol>", False),
        (f'<div data-testid="modal-limit">{LIMIT}</div>', True),
        (f'<div aria-modal="true">{LIMIT}</div>', True),
    ],
)
def test_whatever_says_something_over_the_page_is_heard(
    read: Read, shell: Shell, markup: str, *, blocks: bool
) -> None:
    """Toasts, live regions and dialogs, in whatever markup; also in the composer's form."""
    for page in (Markup(shell, over=markup), Markup(shell, inside=markup)):
        (notice,) = read(page).notices
        assert (notice.text, notice.blocks) == (LIMIT, blocks)


@pytest.mark.parametrize("shell", SHELLS)
def test_conversation_is_no_notice(read: Read, shell: Shell) -> None:
    """Not where it is read out, nor the region that holds it; and what has no mark is margin."""
    page = Markup(shell, exchanges=(Exchange(LIMIT, "Words"),))
    unseen = "position:absolute;width:1px;height:1px;overflow:hidden"
    for over in (
        f'<div aria-live="assertive" class="sr-only">{LIMIT} now</div>',
        f'<div aria-live="polite">{LIMIT}</div>',
        f'<div role="status" style="{unseen}">{LIMIT} now</div>',
        '<div role="status"></div>',
    ):
        assert read(replace(page, over=over)).notices == []
    assert read(page.html().replace("<main>", '<main aria-live="polite">')).notices == []
    assert LIMIT in read(Markup(shell, over=f"<div><p>{LIMIT}</p></div>")).margin


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "mark", ['id="modal-duplicate-file"', 'data-testid="modal-duplicate-file"']
)
@pytest.mark.parametrize("label", ["OK", "Verstanden"])
def test_the_dialog_over_a_file_that_is_there_already_is_known(
    read: Read, shell: Shell, mark: str, label: str
) -> None:
    """With the one button that takes it away."""
    close = f'<button aria-label="x">{ICON}</button>'
    over = f"<div {mark}>{close}<p>Twice</p><button>{label}</button></div>"
    reading = read(Markup(shell, over=over))
    assert [sign.name for sign in reading.signs] == ["duplicate_file"]
    (ok,) = [found for found in reading.seen if found.role == "duplicate_ok"]
    assert ok.count == 1


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/c/68a1b2c3-0001-8330-a6f0-0123456789ab", "68a1b2c3-0001-8330-a6f0-0123456789ab"),
        ("/c/68a1b2c3-0001?model=auto", "68a1b2c3-0001"),
        ("/g/g-p-68a1-book/c/68a1b2c3-0001", "68a1b2c3-0001"),
        ("/c/WEB:68a1b2c3-0001", None),
        ("/c/WEB%3A68a1b2c3-0001", None),
        ("/c/local-chatgpt:68a1b2c3", None),
        ("/c/local-chatgpt%3A68a1b2c3", None),
        ("/uc/68a1b2c3-0001", None),
        ("/", None),
    ],
)
def test_a_provisional_address_names_no_conversation(address: str, name: str | None) -> None:
    """Only what the site will know later is a name."""
    found = SITE.conversation.search(f"https://chatgpt.com{address}")
    assert (found.group(1) if found else None) == name
