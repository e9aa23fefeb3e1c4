"""The contact sheet: one page that shows what the lists of a library ask for, small."""

import html
import string
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from pressrun import files
from pressrun.library import foreign, identity
from pressrun.library.thumbnails import SMALL

NAME = "contact-sheet.html"

_HEAD = string.Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="generator" content="Pressrun">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
  :root { color-scheme: light dark; --ink: light-dark(#20222a, #eceef3);
    --paper: light-dark(#f5f4f1, #16181d); --quiet: light-dark(#6d7078, #9a9ea8); }
  body { margin: 0; padding: 2rem clamp(1rem, 4vw, 4rem); background: var(--paper);
    color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
  header { display: flex; gap: 1rem; align-items: baseline; margin-bottom: 1.5rem; }
  h1 { font-size: 1.4rem; margin: 0; }
  header span, figcaption { color: var(--quiet); }
  main { display: grid; gap: 1.25rem;
    grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); }
  h2, h3 { grid-column: 1 / -1; margin: .75rem 0 0; overflow-wrap: anywhere; }
  h2 { font-size: 1.2rem; } h3 { font-size: 1rem; color: var(--quiet); }
  figure { margin: 0; }
  .gap { aspect-ratio: 1; border: 1px dashed var(--quiet); border-radius: 6px; padding: 1rem;
    box-sizing: border-box; overflow: auto; overflow-wrap: anywhere; }
  img { width: 100%; height: auto; border-radius: 6px; display: block;
    background: color-mix(in srgb, var(--ink) 8%, transparent); }
  a { color: inherit; text-decoration: none; }
  b { display: block; margin-top: .5rem; overflow-wrap: anywhere; }
  strong { display: block; font-size: .85rem; }
  figcaption p { margin: 0; display: -webkit-box; -webkit-line-clamp: 2;
    -webkit-box-orient: vertical; overflow: hidden; font-size: .85rem; }
</style>
<header><h1>$title</h1><span>$count</span></header>
<main>
""")

_FOOT = """</main>
</html>
"""

_MARKS = (
    b'<meta name="generator" content="Pressrun">',
    # of the versions that wrote no name
    b":root { color-scheme: light dark; --ink: light-dark(#20222a, #eceef3);",
)


class Entry(Protocol):
    """One panel of the sheet."""

    @property
    def key(self) -> str:
        """The panel's."""
        ...

    @property
    def path(self) -> str | None:
        """Its picture, below the library; None where it has none."""
        ...

    @property
    def picture(self) -> str | None:
        """Its SHA-256."""
        ...

    @property
    def reason(self) -> str:
        """Why it has no picture, or what is wrong with it; may be empty."""
        ...

    @property
    def prompt(self) -> str:
        """What it was made from."""
        ...


def write(library: Path, entries: Sequence[Entry]) -> Path:
    """Write the contact sheet of a library, in the order of `entries`; returns its path.

    Another's file of that name is set aside.

    Raises:
        OSError: the library is not there, or cannot be written.
    """
    made = sum(entry.path is not None for entry in entries)
    missing = f", {len(entries) - made:,} missing" if made < len(entries) else ""
    count = f"{made:,} picture{'' if made == 1 else 's'}{missing}"
    head = _HEAD.substitute(title=html.escape(library.name), count=count)
    identity.see(library)
    path = library / NAME
    foreign.make_room(library, path, lambda content: any(mark in content for mark in _MARKS))
    with files.writing(path) as file:
        file.write(head.encode())
        # a long one is never in memory whole
        file.writelines(part.encode() for part in _parts(library, entries))
        file.write(_FOOT.encode())
    return path


def _parts(library: Path, entries: Sequence[Entry]) -> Iterator[str]:
    """The figures, with a heading before each chapter and each page: the parts of a key."""
    chapter, page = "", ""
    for entry in entries:
        first, _, rest = entry.key.partition("/")
        within = rest.rpartition("/")[0]
        if rest and first != chapter:
            chapter, page = first, ""
            yield f"<h2>{html.escape(chapter)}</h2>\n"
        if within and within != page:
            page = within
            yield f"<h3>{html.escape(page)}</h3>\n"
        yield _figure(library, entry)


def _figure(library: Path, entry: Entry) -> str:
    if entry.path is None:
        return (
            f'<figure><div class="gap">{html.escape(entry.reason)}</div>'
            f"<b>{html.escape(entry.key)}</b>{_caption(entry)}</figure>\n"
        )
    picture = urllib.parse.quote(entry.path)
    copy = SMALL.path(entry.picture) if entry.picture else entry.path
    # of a picture that an older version filed there is no small copy until the host made one
    shown = urllib.parse.quote(copy) if (library / copy).is_file() else picture
    return (
        f'<figure><a href="{picture}"><img src="{shown}" alt="" loading="lazy" '
        f'width="320" height="320"><b>{html.escape(entry.key)}</b></a>'
        f"{_remark(entry)}{_caption(entry)}</figure>\n"
    )


def _remark(entry: Entry) -> str:
    return f"<strong>{html.escape(entry.reason)}</strong>" if entry.reason else ""


def _caption(entry: Entry) -> str:
    prompt = html.escape(entry.prompt)
    return f'<figcaption><p title="{prompt}">{prompt}</p></figcaption>'
