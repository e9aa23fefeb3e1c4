"""Authors' words as they stand in a prompt: in plain lines, and each sentence once."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SENTENCES = re.compile(r"(?<=[.!?…]) |(?<=[。！？])")  # noqa: RUF001 - what ends sentences

_OFTEN_SAID_CHARS = 1_000
"""A longer text is not remembered: thousands of them would take too much memory."""


class _Text(NamedTuple):
    """A text of an author's, taken apart."""

    whole: str
    lines: tuple[tuple[tuple[str, str], ...], ...]
    """Its lines, each in sentences, each as it is written and as it is compared."""
    compared: frozenset[str]


class Said:
    """What a prompt has said so far: a sentence that two layers share is said by the first."""

    def __init__(self) -> None:
        self._sentences: set[str] = set()
        self._beside: set[str] = set()

    def new(self, text: str) -> str:
        """A text without the sentences that others have said; its own may repeat."""
        self._sentences |= self._beside
        self._beside.clear()
        left = self.beside(text)
        self._sentences |= self._beside
        return left

    def beside(self, text: str) -> str:
        """The same for texts of one layer, in which each is of somebody else.

        What is said of one twin has to be said of the other one as well.
        """
        read = _known(text) if len(text) <= _OFTEN_SAID_CHARS else _read(text)
        known = self._sentences & read.compared
        self._beside |= read.compared
        if not known:
            return read.whole
        left = (
            " ".join(sentence for sentence, compared in each if compared not in known)
            for each in read.lines
        )
        return plain("\n".join(left))


def plain(text: str) -> str:
    """A text in composed letters, with single blanks, and at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(
        line for above, line in zip(["", *lines], lines, strict=False) if line or above
    ).strip("\n")


def _read(text: str) -> _Text:
    whole = plain(text)
    lines = tuple(
        tuple((each, _folded(each)) for each in _SENTENCES.split(line))
        for line in whole.split("\n")
    )
    compared = frozenset(folded for line in lines for _, folded in line if folded)
    return _Text(whole, lines, compared)


_known = lru_cache(maxsize=4_096)(_read)
"""The same, for what many panels say: the words of style, cast and places."""


def line(text: str) -> str:
    """A text as one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def joined(*texts: str) -> str:
    """Texts one after the other, with a semicolon behind each that nothing ends."""
    *first, last = [each for each in texts if each] or [""]
    return "".join([*map(_ended, first), last])


def labelled(label: str, text: str) -> str:
    """A text with its label; nothing where there is none."""
    return f"{label}: {text}" if text else ""


def _ended(text: str) -> str:
    is_open = text[-1] in ",;:" or not unicodedata.category(text[-1]).startswith("P")
    return f"{text.rstrip(' ,;:')}; " if is_open else f"{text} "


def _folded(sentence: str) -> str:
    return sentence.strip(" .!?…,;:。！？").casefold()  # noqa: RUF001 - what ends sentences
