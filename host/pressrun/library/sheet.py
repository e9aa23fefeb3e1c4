"""The contact sheet: one page that shows every picture of a library, small."""

import html
import string
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pressrun.library import files, foreign
from pressrun.library.shelf import OWN

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
  figure { margin: 0; }
  img { width: 100%; height: auto; border-radius: 6px; display: block;
    background: color-mix(in srgb, var(--ink) 8%, transparent); }
  a { color: inherit; text-decoration: none; }
  b { display: block; margin-top: .5rem; overflow-wrap: anywhere; }
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
    """One picture of the sheet."""

    @property
    def key(self) -> str:
        """The panel's."""
        ...

    @property
    def path(self) -> str:
        """Below the library."""
        ...

    @property
    def prompt(self) -> str:
        """What it was made from."""
        ...


def write(library: Path, entries: Sequence[Entry]) -> Path:
    """Write the contact sheet of a library, in the order of `entries`; returns its path.

    Another's file of that name is set aside.
    """
    head = _HEAD.substitute(title=html.escape(library.name), count=f"{len(entries):,} pictures")
    path = library / NAME
    foreign.make_room(library, path, lambda content: any(mark in content for mark in _MARKS))
    with files.writing(path) as file:
        file.write(head.encode())
        # a long one is never in memory whole
        file.writelines(_figure(entry).encode() for entry in entries)
        file.write(_FOOT.encode())
    return path


def _figure(entry: Entry) -> str:
    picture = urllib.parse.quote(entry.path)
    thumbnail = urllib.parse.quote(f"{OWN}/thumbnails/{entry.key}.jpg")
    prompt = html.escape(entry.prompt)
    return (
        f'<figure><a href="{picture}"><img src="{thumbnail}" alt="" loading="lazy" '
        f'width="360" height="360"><b>{html.escape(entry.key)}</b></a>'
        f'<figcaption><p title="{prompt}">{prompt}</p></figcaption></figure>\n'
    )
