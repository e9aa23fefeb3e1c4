"""What a site repeats of an author's words, and what it says itself.

A prompt may hold the very words of a limit, and a site likes to repeat a prompt: as a caption, a
title, or in what it says before it draws. Repeated words tell nothing of the site's state.
"""

import re
from collections.abc import Iterable, Iterator

_BREAK = re.compile(
    r"""(?P<opens>[:：](?=\s)|[“„«「『(]|(?<!\w)["'‘])"""
    r"""|[.!?…]+["'”’»)]*(?=\s|$)|[。！？]|[”»」』)]|(?<=\w)"|\n"""
)
"""Where a clause ends; what may open a quotation is told apart."""


def own_words(text: str, written: Iterable[str], *, titles: bool = False) -> str:
    """A text of the site's, with an ellipsis in place of what it repeats.

    What the author wrote as well is repeated when it is the whole text, when lines of it are all
    that the author wrote, when it stands in quotation, or when it goes on from where the author's
    words go on. A clause that stands by itself may be the site's: a prompt that holds a notice's
    words makes the notice no less true.

    Args:
        text: what the page shows as the site's.
        written: what the author wrote.
        titles: whether a whole repetition is a title, which begins as the author's words do.
    """
    written = [each for each in written if _words(each)]
    prompts = [_words(each) for each in written]
    places = [prompt.find(_words(text)) for prompt in prompts]
    if any(place == 0 if titles else place >= 0 for place in places):
        return "…"
    kept: list[str] = []
    last, quoted = "", False
    for clause, mark, opens in _clauses(_without_whole(text, written)):
        words = _words(clause)
        heard = ([words] if quoted else []) + ([f"{last} {words}"] if last else [])
        repeated = words and any(each in prompt for each in heard for prompt in prompts)
        kept += ["…" if repeated else clause, mark]
        if words:
            last, quoted = words.rpartition(" ")[2], False
        quoted = opens or (quoted and mark != "\n")
    return "".join(kept)


def _without_whole(text: str, written: Iterable[str]) -> str:
    """A text with an ellipsis in place of lines that are all that the author wrote."""
    lines = [line for line in text.splitlines(keepends=True) if _words(line)]
    said = [_words(line) for line in lines]
    for prompt in written:
        whole = [words for words in map(_words, prompt.splitlines()) if words]
        for at in range(len(said) - len(whole) + 1):
            if said[at : at + len(whole)] == whole:
                said[at : at + len(whole)] = [""] * len(whole)
    if all(said):
        return text
    return "".join(line if words else "…\n" for line, words in zip(lines, said, strict=True))


def _clauses(text: str) -> Iterator[tuple[str, str, bool]]:
    """Every clause, the mark that ends it, and whether what follows may be a quotation."""
    at = 0
    for mark in _BREAK.finditer(text):
        yield text[at : mark.start()], mark[0], mark["opens"] is not None
        at = mark.end()
    yield text[at:], "", False


def _words(text: str) -> str:
    """The words of a text, without case, marks and spacing."""
    return " ".join(re.findall(r"\w+", text.casefold()))
