"""Pages as no site should serve them: roles missing, doubled, moved, and words in wrong places.

Whatever a page shows, a picture is never taken that our prompt did not make, a composer is never
found that is not the one, and words that the author wrote are never taken for the site's.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.markup import LANGUAGES, Exchange, Markup, Shown, address, dialog, img, paragraphs
from pressrun.browser.find import find_browser
from pressrun.browser.saved import Reader
from pressrun.cli.site_report import describe
from pressrun.simulator.dice import dice
from pressrun.sites.profile import shipped

SITE = shipped("chatgpt")
PAGES = 500
SAMPLE = 24
OURS = "REAL prompt, {}"
LIMITS = (
    "You've hit the Plus plan limit for image generations requests. It resets in 27 minutes.",
    "Too many requests. You're making requests too quickly.",
    "Something went wrong.",
    "This prompt may violate our content policies.",
    "Your session has expired. Just a moment.",
    "You've reached the maximum length for this conversation.",
)
SITES_OWN = {"throttled", "capped", "refused", "tool error", "thread error", "signed out",
             "challenged", "conversation too long", "upload refused", "wrong model"}  # fmt: skip
"""Outcomes that only words of the site's own may bring about, and no page here holds any."""

Bend = Callable[[random.Random, str], str]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One browser for all pages."""
    with Reader(find_browser()) as reader:
        yield reader


def decoy_composer(chance: random.Random, page: str) -> str:
    """Something else that can be edited, somewhere."""
    block = chance.choice(
        [
            '<div class="ProseMirror" contenteditable="true">DECOY</div>',
            '<div id="pending-home-input" contenteditable="true" role="textbox">DECOY</div>',
            '<textarea name="prompt-textarea" style="display:none">DECOY</textarea>',
            '<div contenteditable="true" role="textbox" hidden>DECOY</div>',
        ]
    )
    return put(chance, page, block)


def doubled_form(chance: random.Random, page: str) -> str:
    """The composer's whole form once more."""
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form
    return put(chance, page, form[0].replace("REAL", "DECOY"))


def stranger(chance: random.Random, page: str) -> str:
    """A picture of somebody else's, in a place where none of ours can be."""
    shown = Shown("file_stranger", *chance.choice([(1024, 1024), (32, 32)]))
    picture = img("Generated image", address(shown.name), shown)
    held = chance.choice(
        [picture, f'<div id="image-stranger">{picture}</div>',
         f'<div data-testid="generated-image-gallery">{picture}</div>']
    )  # fmt: skip
    places = [m.end() for m in re.finditer(r"<nav>|<main>|<form[^>]*>|</form>", page)]
    place = chance.choice(places)
    return page[:place] + held + page[place:]


def stranger_in_the_authors_part(chance: random.Random, page: str) -> str:
    """A picture inside what the author wrote."""
    shown = Shown("file_stranger")
    held = f'<div id="image-s">{img("Generated image", address(shown.name), shown)}</div>'
    marks = ('user-message-content">', "data-user-message-bubble>")
    places = [m.end() for mark in marks for m in re.finditer(mark, page)]
    if not places:
        return page
    place = chance.choice(places)
    return page[:place] + held + page[place:]


def lost_attribute(chance: random.Random, page: str) -> str:
    """A mark that the page had yesterday."""
    name = chance.choice(
        ["data-testid", "data-turn", "data-turn-id", "role", "data-turn-key", "id", "aria-label",
         "data-chatgpt-composer", "data-type", "data-conversation-role", "data-user-message-bubble"]
    )  # fmt: skip
    return re.sub(rf' {name}(="[^"]*")?(?=[\s>])', "", page)


def wrapped(chance: random.Random, page: str) -> str:
    """Elements around elements."""
    tag = chance.choice(["div", "section", "article", "span"])
    return re.sub(
        r"(<section .*?</section>|<form.*?</form>)",
        lambda found: f"<{tag}><{tag}>{found[0]}</{tag}></{tag}>",
        page,
        flags=re.DOTALL,
    )


def hidden_copy(chance: random.Random, page: str) -> str:
    """All that is in the page's main part once more, unseen."""
    main = re.search(r"<main>(.*)</main>", page, re.DOTALL)
    assert main
    hide = chance.choice(["hidden", 'style="display:none"', 'aria-hidden="true"', "inert"])
    return put(chance, page, f"<div {hide}>{main[1].replace('REAL', 'DECOY')}</div>", ("<main>",))


def covered(_: random.Random, page: str) -> str:
    """A dialog that nobody knows."""
    return page.replace("</body>", dialog("What's new") + "</body>")


BENDS: tuple[Bend, ...] = (
    decoy_composer, doubled_form, stranger, stranger_in_the_authors_part, lost_attribute, wrapped,
    hidden_copy, covered,
)  # fmt: skip


def put(
    chance: random.Random, page: str, block: str, marks: tuple[str, ...] = ("<main>", "</form>")
) -> str:
    """Return the page with a block put after one of some marks, or before its end."""
    places = [match.end() for mark in marks for match in re.finditer(mark, page)]
    place = chance.choice([*places, page.index("</main>")])
    return page[:place] + block + page[place:]


def echoes(prompt: str) -> list[str]:
    """Return what a site may say that repeats a prompt: whole, cut off, after words of its own."""
    return [
        prompt,
        f"I'll draw this as one panel: {prompt[:48]}…",
        f"Here it is.\n\n{prompt}\n\nShall I go on?",
    ]


def hostile(seed: int) -> tuple[str, str, frozenset[str], tuple[str, ...]]:
    """Return a page, our prompt in it, the names of its pictures, and what was done to it."""
    chance = dice(seed, "hostile")
    words = chance.choice(LIMITS)
    prompt = OURS.format(words) if chance.random() < 0.7 else OURS.format("a fox")
    names = tuple(f"file_ours{place}" for place in range(chance.randint(0, 2)))
    other = Exchange(words, "A caption", (Shown("file_stranger"),), ("file_stranger_too",))
    ours = Exchange(
        prompt,
        chance.choice(["", "Here it is", *echoes(prompt)]),
        tuple(Shown(name) for name in names),
        ("file_reference",) if chance.random() < 0.5 else (),
        state=chance.choice(["complete", "in_progress"]),
    )
    page = Markup(
        chance.choice(("A", "B")),
        chance.choice(LANGUAGES),
        ((other, ours), (ours,), (ours, other))[chance.randrange(3)],
        composed=f"REAL {words}" if chance.random() < 0.5 else "",
        bare=chance.random() < 0.3,
        head=f"<title>{words}</title>",
    ).html()
    done = []
    for bend in chance.sample(BENDS, chance.randint(1, 4)):
        page = bend(chance, page)
        done.append(bend.__name__)
    return page, prompt, frozenset(names), tuple(done)


def check(reader: Reader, folder: Path, seed: int) -> None:
    """Read one page, and hold what is seen against what there is."""
    page, prompt, names, done = hostile(seed)
    path = folder / f"{seed}.html"
    path.write_text(page, encoding="utf-8")
    reading = reader.read(path, SITE.page)
    report = describe(SITE, reading, prompt)
    about = (seed, done, report["outcome"])
    taken = [result["identity"] for result in report["results"]]
    assert len(taken) == len(set(taken)) <= len(names), about
    if reading.shell == "A":
        assert {name for name in taken if name.startswith("file")} <= names, about
    assert not any("stranger" in name or "reference" in name for name in taken), about
    assert reading.composers != 1 or "DECOY" not in reading.composer_text, about
    assert report["outcome"]["word"] not in SITES_OWN, about
    if not {"lost_attribute", "stranger_in_the_authors_part"} & set(done):
        assert len(taken) == len(names), about


@pytest.mark.timeout(240)
def test_a_sample_of_hostile_pages_is_read_without_harm(reader: Reader, tmp_path: Path) -> None:
    """Never a wrong picture, a wrong composer, or a prompt's words for the site's."""
    for seed in range(SAMPLE):
        check(reader, tmp_path, seed)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_all_hostile_pages_are_read_without_harm(reader: Reader, tmp_path: Path) -> None:
    """The same, for every page that can be drawn from the seeds."""
    for seed in range(SAMPLE, PAGES):
        check(reader, tmp_path, seed)


def test_the_pages_are_hostile_in_every_way() -> None:
    """Each way to spoil a page is among those that are read, and prompts hold limit words."""
    drawn = [hostile(seed) for seed in range(PAGES)]
    assert {name for _, _, _, done in drawn for name in done} == {bend.__name__ for bend in BENDS}
    assert sum(any(words in prompt for words in LIMITS) for _, prompt, _, _ in drawn) > PAGES / 2
    assert all(paragraphs(prompt) in page for page, prompt, _, _ in drawn)
