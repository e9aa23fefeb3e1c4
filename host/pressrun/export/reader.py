"""A page for browsers that holds a whole book: pictures, words and all, and nothing from elsewhere.

It shows one page below the other without any script, and two beside each other with one.
"""

import base64
import hashlib
import html
import io
import string
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pressrun import characters
from pressrun.export import lettering, paint
from pressrun.export.leaves import Leaf, Shows, Volume

MARK = '<meta name="generator" content="Pressrun reader">'
"""Near its beginning: such a file may be written over."""

PIXELS = 1_600
"""The longer side of a page."""

_QUALITY = 84
_ALT_CHARS = 300

_STYLE = """
:root { color-scheme: light dark; --paper: light-dark(#f4f2ee, #15161a);
  --ink: light-dark(#23242a, #e9e8e4); --quiet: light-dark(#6b6d75, #9b9ea8);
  --card: light-dark(#ffffff, #202127); --accent: light-dark(#9a3b26, #f0a489); }
:root[data-light=light] { color-scheme: light; }
:root[data-light=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
header { padding: 2.5rem 1rem 1rem; text-align: center; }
h1 { margin: 0; font: 600 2rem/1.2 Georgia, serif; overflow-wrap: anywhere; }
header p { margin: .4rem 0 0; color: var(--quiet); overflow-wrap: anywhere; }
nav { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem;
  justify-content: center; align-items: center; padding: .5rem 1rem; background: var(--paper); }
nav button, nav select { font: inherit; font-size: .9rem; color: inherit; background: var(--card);
  border: 1px solid color-mix(in srgb, var(--ink) 25%, transparent); border-radius: 6px;
  padding: .25rem .7rem; cursor: pointer; max-width: 16rem; }
nav output { color: var(--quiet); min-width: 6rem; text-align: center;
  font-variant-numeric: tabular-nums; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main { display: grid; gap: 2rem; justify-content: center; padding: 1rem; }
h2 { margin: 2rem 0 0; text-align: center; font: 600 1.35rem/1.3 Georgia, serif;
  overflow-wrap: anywhere; }
figure { margin: 0 auto; width: min(100%, 60rem); scroll-margin-top: 4rem; }
figure.double { width: min(100%, 90rem); }
img { display: block; width: 100%; height: auto; max-height: calc(100vh - 5rem);
  object-fit: contain; }
figcaption { padding: .5rem .25rem; color: var(--quiet); font-size: .85rem; }
ol { margin: .4rem 0 0; padding-inline-start: 2.2rem; color: var(--ink); font-size: 1rem; }
ol li { overflow-wrap: anywhere; }
ol b { font-size: .8em; letter-spacing: .03em; }
:root[data-words=off] ol { display: none; }
:root[data-view=two] header, :root[data-view=two] h2 { display: none; }
:root[data-view=two] main { grid-template-columns: 1fr 1fr; gap: 0; padding: 0 .5rem; }
:root[data-view=two] figure { width: 100%; align-self: start; }
:root[data-view=two] figure:not([data-now]) { display: none; }
:root[data-view=two] figure.left { grid-column: 1; grid-row: 1; }
:root[data-view=two] figure.right { grid-column: 2; grid-row: 1; }
:root[data-view=two] figure.double { grid-column: 1 / 3; grid-row: 1; }
:root[data-view=two] figure.left img { object-position: right; }
:root[data-view=two] figure.right img { object-position: left; }
@media print { nav { display: none; } figure { break-inside: avoid; } }
"""

_SCRIPT = """
'use strict';
const root = document.documentElement, figures = [...document.querySelectorAll('figure')];
const rtl = root.dataset.direction === 'rtl', said = document.querySelector('output');
const chapters = document.querySelector('select'), openings = [];
for (const each of figures) {
  const last = openings.at(-1), opens = rtl ? 'right' : 'left';
  const joins = last && last.length === 1 && last[0].classList.contains(opens)
    && !each.classList.contains('double') && !each.classList.contains(opens);
  if (joins) last.push(each); else openings.push([each]);
}
let now = 0;
function show(number, scroll) {
  now = Math.max(0, Math.min(openings.length - 1, number));
  for (const each of figures) each.toggleAttribute('data-now', openings[now].includes(each));
  said.textContent = openings[now].map(each => each.dataset.number).join('–')
    + ' / ' + root.dataset.last;
  for (const each of chapters ? chapters.options : [])
    if (parseInt(each.value.slice(1)) <= parseInt(openings[now].at(-1).id.slice(1)))
      chapters.value = each.value;
  if (scroll && root.dataset.view !== 'two') openings[now][0].scrollIntoView();
}
const single = () => root.dataset.view !== 'two';
function step(by) {
  if (!single()) return show(now + by, true);
  const at = figures.findIndex(each => each.getBoundingClientRect().bottom > 80);
  const next = figures[Math.max(0, Math.min(figures.length - 1, at + by))];
  next.scrollIntoView();
  show(openings.findIndex(each => each.includes(next)), false);
}
const act = {
  next: () => step(1), back: () => step(-1),
  view: () => { root.dataset.view = single() ? 'two' : 'one'; show(now, true); },
  words: () => { root.dataset.words = root.dataset.words === 'off' ? 'on' : 'off'; },
  light: () => {
    const dark = root.dataset.light
      ? root.dataset.light === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.light = dark ? 'light' : 'dark';
  },
};
document.querySelector('nav').hidden = false;
document.querySelector('nav').addEventListener('click', event => {
  const name = event.target.dataset.act;
  if (name) act[name]();
});
if (chapters) chapters.addEventListener('change', () => {
  const first = document.getElementById(chapters.value);
  show(openings.findIndex(each => each.includes(first)), true);
});
addEventListener('keydown', event => {
  if (event.target.matches('select') || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowRight: rtl ? 'back' : 'next', ArrowLeft: rtl ? 'next' : 'back',
    PageDown: 'next', PageUp: 'back', v: 'view', w: 'words', d: 'light',
  };
  const name = keys[event.key];
  if (name) act[name]();
  else if (event.key === 'Home') show(0, true);
  else if (event.key === 'End') show(openings.length - 1, true);
  else return;
  event.preventDefault();
});
addEventListener('scroll', () => {
  if (!single()) return;
  const at = figures.find(each => each.getBoundingClientRect().bottom > innerHeight / 3);
  if (at) show(openings.findIndex(each => each.includes(at)), false);
}, { passive: true });
show(0, false);
"""

_HEAD = string.Template("""<!doctype html>
<html lang="$language" data-direction="$direction" data-last="$last" data-view="one">
<meta charset="utf-8">
$mark
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
style-src 'sha256-$style_hash'; script-src 'sha256-$script_hash'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="author" content="$author">
<title>$title</title>
<style>$style</style>
<header><h1>$title</h1><p>$about</p></header>
<nav hidden aria-label="Reader">
<button type="button" data-act="$first">$first_sign</button>
<output aria-live="polite"></output>
<button type="button" data-act="$second">$second_sign</button>
$chapters<button type="button" data-act="view">One or two pages (v)</button>
<button type="button" data-act="words">Words (w)</button>
<button type="button" data-act="light">Light or dark (d)</button>
</nav>
<main>
""")

_SIGNS = {"back": "Back", "next": "Next"}


def write(volume: Volume, file: BinaryIO, told: Callable[[], None], *, proof: bool = False) -> None:
    """Write the page, a picture at a time.

    Args:
        volume: what it shows.
        file: where to.
        told: called after each page of the book.
        proof: small pages, with the keys of panels.

    Raises:
        OSError: it cannot be written.
    """
    file.write(_head(volume).encode())
    titles = {
        page.key: chapter.title or f"Chapter {chapter.number}"
        for chapter in volume.chapters
        for page in [each for each in chapter.pages if each.panels][:1]
    }
    for leaf in volume.leaves:
        if leaf.page is not None and (title := titles.pop(leaf.page.key, None)):
            file.write(f"<h2>{_escaped(title)}</h2>\n".encode())
        file.writelines(part.encode() for part in _figure(volume, leaf, proof=proof))
        told()
    file.write(f"</main>\n<script>{_SCRIPT}</script>\n</html>\n".encode())


def _head(volume: Volume) -> str:
    last = volume.leaves[-1]
    # the left of the two buttons leads to the left
    first, second = ("next", "back") if volume.is_rtl else ("back", "next")
    about = [volume.book.author, "read from right to left" if volume.is_rtl else ""]
    return _HEAD.substitute(
        language=_escaped(volume.language),
        direction="rtl" if volume.is_rtl else "ltr",
        last=last.number + (1 if last.double else 0),
        mark=MARK,
        style_hash=_hash(_STYLE),
        script_hash=_hash(_SCRIPT),
        author=_escaped(volume.book.author),
        title=_escaped(volume.name),
        about=_escaped(" · ".join(filter(None, about))),
        style=_STYLE,
        first=first,
        first_sign=f"← {_SIGNS[first]}",
        second=second,
        second_sign=f"{_SIGNS[second]} →",
        chapters=_chapters(volume),
    )


def _chapters(volume: Volume) -> str:
    """A list to choose a chapter from, where there are several."""
    if len(volume.chapters) < 2:  # noqa: PLR2004 - nothing to choose
        return ""
    options = []
    for chapter in volume.chapters:
        pages = {page.key for page in chapter.pages}
        leaf = next((each for each in volume.leaves if each.page and each.page.key in pages), None)
        if leaf is not None:
            name = _escaped(chapter.title or f"Chapter {chapter.number}")
            options.append(f'<option value="p{leaf.number}">{name}</option>')
    return f'<select aria-label="Chapter">{"".join(options)}</select>\n'


def _escaped(text: str) -> str:
    """A text as it stands in a page: it is shown, and never acts."""
    return html.escape(characters.dropped(text))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _figure(volume: Volume, leaf: Leaf, *, proof: bool) -> Iterator[str]:
    width = volume.shape.pixels
    longer = max(leaf.width, leaf.height) / volume.shape.width * width
    width = max(1, round(width * min(1, PIXELS / longer)))
    if proof:
        width = min(width, paint.small(volume))
    image = paint.page(volume, leaf, width, proof=proof)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY, method=2)
    side = "double" if leaf.double else leaf.side.value
    yield (
        f'<figure id="p{leaf.number}" class="{side}" data-number="{leaf.numbers}">'
        f'<img loading="lazy" width="{image.width}" height="{image.height}" '
        f'alt="{_escaped(_alt(leaf))}" src="data:image/webp;base64,'
    )
    yield base64.b64encode(file.getvalue()).decode()
    yield f'"><figcaption>{leaf.numbers}{_words(volume, leaf)}</figcaption></figure>\n'


def _alt(leaf: Leaf) -> str:
    """What a page shows, for those who do not see it."""
    if leaf.shows is Shows.TITLE:
        return "Title page"
    if leaf.shows is Shows.EMPTY:
        return "Empty page"
    told = (" ".join(placement.panel.action.split()) for placement in leaf.placements)
    return " / ".join(each[:_ALT_CHARS] for each in told)


def _words(volume: Volume, leaf: Leaf) -> str:
    """The words of a page as text, numbered as the letterer's list has them."""
    if leaf.page is None:
        return ""
    numbers = lettering.numbers(leaf.page)
    items = [
        f'<li value="{number}"><b>{_escaped(lettering.said(words))}</b> {_escaped(words.text)}</li>'
        for placement in leaf.placements
        for number, words in zip(
            numbers[placement.panel.key], placement.panel.lettering, strict=True
        )
    ]
    language = _escaped(volume.language)
    return f'<ol lang="{language}" dir="auto">{"".join(items)}</ol>' if items else ""
