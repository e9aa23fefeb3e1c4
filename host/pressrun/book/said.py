"""Authors' words as they stand in a prompt: in plain lines, and each sentence once."""

import re
import unicodedata

_SENTENCES = re.compile(r"(?<=[.!?…]) |(?<=[。！？])")  # noqa: RUF001 - what ends sentences


class Said:
    """What a prompt has said so far: a sentence that two layers share is said by the first."""

    def __init__(self) -> None:
        self._sentences: set[str] = set()

    def new(self, text: str) -> str:
        """A text without the sentences that others have said; its own may repeat."""
        left: list[str] = []
        own: set[str] = set()
        for line in plain(text).split("\n"):
            sentences = _SENTENCES.split(line)
            kept = [each for each in sentences if _folded(each) not in self._sentences]
            own.update(map(_folded, sentences))
            left.append(line if len(kept) == len(sentences) else " ".join(kept))
        self._sentences |= own - {""}
        return plain("\n".join(left))


def plain(text: str) -> str:
    """A text in composed letters, with single blanks, and at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(
        line for above, line in zip(["", *lines], lines, strict=False) if line or above
    ).strip("\n")


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
