"""A panel: one wanted picture, with a key that survives reordering and insertion."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from pressrun.picture.recipe import words, words_sha256
from pressrun.protocol.messages.base import PROMPT_CHARS

KEY_CHARS = 180

NAME_BYTES = 230
"""The longest name of a file or folder in a key, in UTF-8: systems take 255, and we add endings."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
_ENDING = re.compile(r"(?i)\.(png|jpe?g|webp|json)$")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Panel:
    """One wanted picture."""

    key: str
    prompt: str
    after: str | None = None
    """The key of another panel, whose picture the author is to approve first."""
    references: tuple[Path, ...] = ()
    """The files of the reference pictures that its prompt is sent with."""

    @property
    def prompt_sha256(self) -> str:
        """The identity of the prompt's words."""
        return words_sha256(self.prompt)


def key_of_words(prompt: str) -> str:
    """A key for a prompt without one: its first words for people, and a hash of them all."""
    plain = unicodedata.normalize("NFC", prompt.casefold())
    first = unicodedata.normalize("NFC", "-".join(_WORD.findall(plain)[:5])[:40].strip("-"))
    return "-".join(part for part in (first, words_sha256(prompt)[:8]) if part)


def fault_of_key(key: str) -> str | None:
    """What is wrong with a key as the name of a file below the library, or None."""
    if not key or len(key) > KEY_CHARS:
        return f"a key has 1 to {KEY_CHARS} characters"
    if not _is_text(key):
        return "a key may not hold half a character"
    if key.startswith("/"):
        return "a key may not start with a slash"
    if _FORBIDDEN.search(key) or unicodedata.normalize("NFC", key) != key:
        return r'a key may not hold control characters, \ : * ? " < > | or decomposed letters'
    *folders, name = key.split("/")
    faults = [*map(_fault_of_folder, folders), _fault_of_name(name)]
    return next(filter(None, faults), None)


def _fault_of_name(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "a key may not hold empty parts, '.' or '..'"
    if part.startswith(".") or part.endswith((".", " ")) or _RESERVED.match(part):
        return f"{part!r} cannot be the name of a file or folder on every system"
    if len(part.encode()) > NAME_BYTES:
        return f"{part[:20]!r}… is too long for the name of a file or folder"
    return None


def _fault_of_folder(part: str) -> str | None:
    if _ENDING.search(part):
        return f"{part!r} cannot be the name of a folder: a picture or its notes may have it"
    return _fault_of_name(part)


def fault_of_prompt(prompt: str) -> str | None:
    """What is wrong with a prompt, or None."""
    if not words(prompt):
        return "the prompt is empty"
    if not _is_text(prompt):
        return "the prompt holds half a character"
    if len(prompt) > PROMPT_CHARS:
        return f"the prompt has {len(prompt)} characters; the limit is {PROMPT_CHARS}"
    return None


def _is_text(text: str) -> bool:
    """Whether a text can be written down: JSON's escapes can tell half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
