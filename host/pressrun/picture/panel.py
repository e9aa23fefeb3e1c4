"""A panel: one wanted picture, with a key that stays the same when panels move."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.picture.recipe import words, words_sha256
from pressrun.protocol.messages.base import PROMPT_CHARS

KEY_CHARS = 180

NAME_BYTES = 230
"""The longest file or folder name in a key, in UTF-8: systems take 255, and we add suffixes."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\..*)?")
"""Names of devices (https://learn.microsoft.com/windows/win32/fileio/naming-a-file)."""

_ENDING = re.compile(r"(?i)\.(png|jpe?g|webp|json)$")
_PICTURE = re.compile(r"(?i)(?:\.(?:png|jpe?g|webp))+$")
_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0]"
)


@dataclass(frozen=True)
class Panel:
    """One wanted picture."""

    key: str
    prompt: str
    after: str | None = None
    """The key of another panel, whose picture the author has to approve first."""
    references: tuple[Path, ...] = ()
    """The files of the reference pictures that its prompt is sent with."""
    format: str | None = None
    """The aspect ratio that is asked for, as `3:4`; None leaves it to the site."""
    before: str | None = None
    """The key of the panel before it in its group: its picture is made first and sent with it."""
    scene: str | None = None
    """Panels of one scene may share a chat. None is the first part of its key."""
    ingredients: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What of a book it was composed from; see `Recipe`."""
    layers: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    """Of a book: the layers of its prompt, each with its length in characters."""

    @property
    def prompt_sha256(self) -> str:
        """The identity of the prompt's words."""
        return words_sha256(self.prompt)


def key_of_name(name: str) -> str:
    """The key that an author's name for a picture stands for: composed, without its ending."""
    return _PICTURE.sub("", unicodedata.normalize("NFC", name))


def key_of_words(prompt: str) -> str:
    """A key for a prompt without one: its first words, for people, and a hash of all words."""
    plain = unicodedata.normalize("NFC", prompt.casefold())
    first = unicodedata.normalize("NFC", "-".join(_words(plain)[:5])[:40].strip("-"))
    return "-".join(part for part in (first, words_sha256(prompt)[:8]) if part)


def is_unseen(letter: str) -> bool:
    """Whether a character is not seen, or turns the direction of others; a plain space is not."""
    kind = unicodedata.category(letter)
    return (
        kind in {"Cf", "Zl", "Zp"}
        or (kind == "Zs" and letter != " ")
        or (_UNSEEN.match(letter) is not None)
    )


def _words(plain: str) -> list[str]:
    """The words of a text; letters that are not seen are none."""
    return [seen for word in _WORD.findall(plain) if (seen := _UNSEEN.sub("", word))]


def fault_of_letters(key: str) -> str | None:
    """Why a key would not read as what it is, or None if it does; the library's own may be so."""
    unseen = dict.fromkeys(letter for letter in key if is_unseen(letter))
    if not unseen:
        return None
    named = ", ".join(
        f"U+{ord(letter):04X} ({unicodedata.name(letter, 'unnamed')})" for letter in unseen
    )
    return f"a key must not contain characters that cannot be seen: {named}"


def fault_of_key(key: str) -> str | None:
    """Why a key cannot name a file in the library, or None if it can."""
    if not key or len(key) > KEY_CHARS:
        return f"a key must have 1 to {KEY_CHARS} characters"
    if not is_text(key):
        return r"a key must be valid Unicode; this one has half of a surrogate pair, such as \ud83d"
    if key.startswith("/"):
        return "a key must not start with a slash"
    if _FORBIDDEN.search(key):
        return r'a key must not contain control characters or \ : * ? " < > |'
    if unicodedata.normalize("NFC", key) != key:
        return (
            "a key must use composed letters (Unicode NFC): é as one character, not e and an accent"
        )
    *folders, name = key.split("/")
    faults = [*map(_fault_of_folder, folders), _fault_of_name(name)]
    return next(filter(None, faults), None)


def _fault_of_name(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "no part of a key between slashes may be empty, '.' or '..'"
    if part.startswith(".") or part.endswith((".", " ")) or _RESERVED.fullmatch(part):
        return f"some systems do not allow {part!r} as the name of a file or folder"
    if len(part.encode()) > NAME_BYTES:
        return f"{part[:20]!r}… is too long for the name of a file or folder"
    return None


def _fault_of_folder(part: str) -> str | None:
    if _ENDING.search(part):
        return f"{part!r} cannot be a folder: a picture or its sidecar may have that name"
    return _fault_of_name(part)


def fault_of_prompt(prompt: str, room: int = 0) -> str | None:
    """Why a prompt cannot be used, or None if it can; `room` is for what is added to it."""
    if not words(prompt):
        return "the prompt is empty"
    if not is_text(prompt):
        return r"the prompt is not valid Unicode: it has half of a surrogate pair, such as \ud83d"
    if len(prompt) > PROMPT_CHARS:
        return f"the prompt has {len(prompt):,} characters; the limit is {PROMPT_CHARS:,}"
    if len(prompt) > PROMPT_CHARS - room:
        return (
            f"the prompt has {len(prompt):,} characters; with a format the limit is "
            f"{PROMPT_CHARS - room:,}"
        )
    return None


def control_in(prompt: str) -> str | None:
    """The first control character of a prompt that is no tab and no end of a line."""
    found = _CONTROL.search(prompt)
    return f"U+{ord(found[0]):04X}" if found else None


def is_text(text: str) -> bool:
    """Whether a text can be encoded: JSON's escapes can spell half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
