"""The keys of panels that no author gave: made from a template, so that none leaves the library."""

import re
from dataclasses import dataclass
from functools import cache

from pressrun.book.nearest import meant
from pressrun.picture.panel import fault_of_key, fault_of_letters

RESERVED = ("cast", "places")
"""What keys of sheets begin with."""

_FIELDS = ("chapter", "page", "panel")
_FIELD = re.compile(r"\{([^{}]*)\}")
_WIDTH = re.compile(r"0?[1-9]")
_RUN_ON = re.compile(r"\}[{0-9]")


@dataclass(frozen=True)
class Naming:
    """A template for keys, in its three parts: those of the chapter, of the page, of the panel."""

    template: str
    chapter: str
    """The folders that come before any that names a page."""
    page: str
    """The folders after them that come before any that names a panel."""
    panel: str

    @classmethod
    def of(cls, template: str) -> "Naming":
        """The naming of a template such as `ch{chapter:02}/p{page:03}/panel-{panel}`.

        Raises:
            ValueError: it cannot name panels; the error says why, for people.
        """
        named = [_field(found) for found in _FIELD.findall(template)]
        rest = _FIELD.sub("", template)
        if "{" in rest or "}" in rest:
            raise ValueError("a { or } has no partner")
        if missing := [f"{{{name}}}" for name in _FIELDS if name not in named]:
            told = " and ".join(missing)
            raise ValueError(f"it leaves out {told}, so two panels would have one name")
        if _RUN_ON.search(template):
            raise ValueError(
                "put something between the numbers: without it, 1 and 12 read as 11 and 2"
            )
        parts = template.split("/")
        first = next(at for at, part in enumerate(parts) if _has(part, "page", "panel"))
        second = next(at for at, part in enumerate(parts) if _has(part, "panel"))
        naming = cls(
            template,
            "/".join(parts[:first]),
            "/".join(parts[first:second]),
            "/".join(parts[second:]),
        )
        key = naming.key(1, 1, 1)
        if fault := fault_of_letters(key) or fault_of_key(key):
            raise ValueError(f"it makes keys such as {key!r}: {fault}")
        if key.split("/")[0].casefold() in RESERVED:
            raise ValueError(f"the folder {key.split('/')[0]!r} is kept for the sheets of the cast")
        return naming

    def key(self, chapter: int, page: int, panel: int, given: tuple[str, str] = ("", "")) -> str:
        """The key of a panel by its place.

        Args:
            chapter: its number, from 1.
            page: the same, in its chapter.
            panel: the same, on its page.
            given: the keys that the author gave to its chapter and its page, each empty for none.
        """
        parts = (given[0] or self.chapter, given[1] or self.page, self.panel)
        return "/".join(
            _filled(part, chapter=chapter, page=page, panel=panel) for part in parts if part
        )

    def chapter_key(self, chapter: int, given: str = "") -> str:
        """The key of a chapter: the folder of its panels, if the template gives it one."""
        if given:
            return given
        own = self.chapter if _has(self.chapter, "chapter") else "ch{chapter:02}"
        return _filled(own, chapter=chapter)

    def page_key(self, chapter_key: str, chapter: int, page: int, given: str = "") -> str:
        """The key of a page: the folder of its panels, if the template gives it one."""
        own = self.page if _has(self.page, "page") else "p{page:03}"
        return f"{chapter_key}/{given or _filled(own, chapter=chapter, page=page)}"


def _field(text: str) -> str:
    """The name of a template's field.

    Raises:
        ValueError: it is none.
    """
    name, colon, width = text.partition(":")
    if name not in _FIELDS:
        hint = meant(name, _FIELDS)
        raise ValueError(f"there is no {{{name}}}{hint or '; there are ' + ', '.join(_FIELDS)}")
    if colon and not _WIDTH.fullmatch(width):
        raise ValueError(f"{{{text}}}: write a width such as {{{name}:03}}")
    return name


def _has(part: str, *names: str) -> bool:
    return any(found.partition(":")[0] in names for found in _FIELD.findall(part))


def _filled(part: str, **numbers: int) -> str:
    return _compiled(part).format(**numbers)


@cache
def _compiled(part: str) -> str:
    """A part of a template as `str.format` takes it: all widths are filled with zeros."""

    def number(found: re.Match[str]) -> str:
        name, _, width = found[1].partition(":")
        return f"{{{name}:0{int(width or 1)}}}"

    return _FIELD.sub(number, part)


NAMING = Naming.of("ch{chapter:02}/p{page:03}/panel-{panel}")
"""How panels are named where `book.toml` says nothing."""
