"""The text in a list's bytes: UTF-8, UTF-16, or another encoding that its letters prove."""

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pressrun.texts.faults import BadTextError, Place
from pressrun.texts.intake import Intake

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024

_WESTERN = (
    "äöüßé àâæçéèêëîïôœùûüÿ áéíóúñüïç áâãàçéêíóôõúü àèéìíîòóùú åäöæøéüà éëïóöüèêáí áðéíóúýþæö "
    "àçèéíïòóúüñ"
)
_CENTRAL = "ąćęłńóśźżé áčďéěíňóřšťúůýžľĺŕôä áéíóöőúüű čćđšž ăâîşţ"
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя абвгґдеєжзиіїйклмнопрстуфхцчшщьюяё'’ўђјљњћџ"
_TURKISH = "çğıöşüiâîû\u0307"
_MARKS_OF_TEXT = set("„“”‘’‚‹›«»–—…€£§°·¿¡×®©™½№\u00a0")

_LATIN = (
    ("cp1254", "Windows-1254", _TURKISH),
    ("cp1252", "Windows-1252", _WESTERN),
    ("cp1250", "Windows-1250", _CENTRAL),
    ("mac_roman", "Mac Roman", _WESTERN),
)
"""Encodings of Latin letters, likeliest first, with the small ones of their languages."""

_OTHER = (
    ("cp1251", "Windows-1251", _CYRILLIC, "оеаинтсрвліо"),
    ("koi8_r", "KOI8-R", _CYRILLIC, "оеаинтсрвл"),
    ("cp1253", "Windows-1253", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετσνηυρς"),
    ("cp1255", "Windows-1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלארתמבש"),
    ("cp1256", "Windows-1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئةپچژگ،؟؛", "اليمنورتبة"),
)
"""Encodings of other letters, with the small ones of their languages and the frequent ones."""

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_JAPANESE = (("cp932", "Shift JIS"), ("euc_jp", "EUC-JP"))
_NO_JAPANESE = re.compile(
    r"[^\x00-\x7f\u3000-\u30ff\u2010-\u2027\u2190-\u22ff\u2460-\u27bf\u4e00-\u9fff\uff00-\uff60]"
)

_ISOLATED = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp932"),
    *("euc_jp", "gb18030", "big5", "cp949", "koi8_r", "mac_roman", "iso8859_2", "iso8859_15"),
]
_CLEAR = 0.1
"""How coherent a text must be for `charset_normalizer`'s word to count alone."""

_AHEAD = 0.15
_FREQUENT = 0.45
"""The share of the ten most frequent letters in a text is at least this, and lower by chance."""

_RUNS = (re.compile(r"[^\W\d_a-zA-Z]{5}"), re.compile(r"[^\W\d_a-zA-Z]{3}"))
"""More letters with accents in a row than words have, in the East and in the West."""
_MISPLACED = re.compile(r"[^\W\d_][¿¡½×®©§°€£№™][^\W\d_]|œ(?![uidéeœ]|\W|$)")
_FOREIGN = re.compile(r"[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")


class _Guess(NamedTuple):
    codec: str
    name: str


def text_of(intake: Intake, data: bytes) -> str:
    """The text in a list's bytes; what was assumed is noted.

    Raises:
        BadTextError: it is no text, a damaged one, or one whose encoding is not clear.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            if codec != "utf-8":
                intake.notes.append(f"Read as {codec[:6].upper()}")
            return _decoded(intake, data[len(mark) :], codec).lstrip("\ufeff")
    if wide := _wide(data):
        intake.notes.append(f"Read as {wide[:6].upper()}, without a byte order mark")
        return _decoded(intake, data, wide)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if b"\x00" in data or _is_damaged(data):
            raise _damaged(intake, data, error, "UTF-8") from error
    guess = _guessed(_sample(data))
    if guess is None:
        raise intake.faults.whole(
            "the text is not UTF-8, and it is not clear in which encoding it is; "
            "save the file as UTF-8"
        )
    text = _decoded(intake, data, guess.codec)
    shown = re.search(r"\w{0,12}[^\x00-\x7f]\w{0,12}", text)
    example = f" (as in {shown.group()!r})" if shown else ""
    intake.notes.append(f"Read as {guess.name}{example}; if that is wrong, save the file as UTF-8")
    return text


def _decoded(intake: Intake, data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise _damaged(intake, data, error, codec.upper()) from error


def _damaged(intake: Intake, data: bytes, error: UnicodeDecodeError, name: str) -> BadTextError:
    lines = re.split("\r\n|\r|\n", data[: error.start].decode(error.encoding, errors="replace"))
    place = Place(len(lines), len(lines[-1]) + 1)
    return intake.faults.at(place, f"not valid {name}; save the file as UTF-8")


def _wide(data: bytes) -> str | None:
    """The kind of UTF-16 in bytes without a mark: one half of every plain letter is zero."""
    first, second = data[0::2].count(0), data[1::2].count(0)
    if not first + second or len(data) % 2 or min(first, second) * 10 > max(first, second):
        return None
    if (first + second) * 5 < len(data):
        try:
            data.decode()
        except UnicodeDecodeError:
            pass
        else:
            return None
    codec = "utf-16-le" if second > first else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return codec if "\n" in text or "\r" in text or " " in text or text.isprintable() else None


def _is_damaged(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few: it has as many letters as other bytes."""
    text = _sample(data).decode(errors="surrogateescape")
    bad = sum(1 for _ in re.finditer("[\udc80-\udcff]", text))
    good = sum(1 for _ in re.finditer("[^\x00-\x7f\udc80-\udcff]", text))
    return good >= bad


def _sample(data: bytes) -> bytes:
    """The lines that are not ASCII, as many as are looked at."""
    return b"\n".join(_telling(data))


def _telling(data: bytes) -> Iterator[bytes]:
    left = _SAMPLE
    for line in re.finditer(rb"[^\n]+", data):
        if line.group().isascii():
            continue
        yield line.group()
        left -= len(line.group())
        if left < 0:
            return


def _guessed(sample: bytes) -> _Guess | None:
    for codec, name in _JAPANESE:
        text = _try(sample, codec)
        if text and len(_KANA.findall(text)) * 10 > len(text) // 4 and _KANA.search(text):
            foreign = _NO_JAPANESE.findall(text)
            if not foreign:
                return _Guess(codec, name)
    for codec, name, languages in _LATIN:
        text = _try(sample, codec)
        # the letters that Turkish shares with others stand at the same places
        if languages == _TURKISH and not (text and set("ğışİĞŞ") & set(text)):
            continue
        if text and not _RUNS[languages == _WESTERN].search(text) and _is_written(text, languages):
            return _Guess(codec, name)
    if guess := _by_frequency(sample):
        return guess
    # few texts come this far, and it is slow to load
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(sample[:_SAMPLE], cp_isolation=_ISOLATED).best()
    if best is None or best.coherence < _CLEAR:
        return None
    return _Guess(best.encoding, best.encoding.replace("_", "-").upper())


def _by_frequency(sample: bytes) -> _Guess | None:
    """The encoding in which frequent letters are frequent, if it is far ahead of the others."""
    found = list[tuple[float, _Guess]]()
    for codec, name, languages, frequent in _OTHER:
        text = _try(sample, codec)
        if text and _is_written(text, languages) and not _is_loud(text):
            letters = [each for each in text.casefold() if each.isalpha() and not each.isascii()]
            share = sum(each in frequent for each in letters) / max(1, len(letters))
            found.append((share, _Guess(codec, name)))
    found.sort(reverse=True)
    ahead = len(found) == 1 or (found and found[0][0] - found[1][0] >= _AHEAD)
    return found[0][1] if ahead and found[0][0] > _FREQUENT else None


def _try(sample: bytes, codec: str) -> str | None:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_written(text: str, languages: str) -> bool:
    """Whether a text uses the letters of one language only, as it uses them."""
    others = {each for each in text if not each.isascii()} - _MARKS_OF_TEXT
    small = {letter for each in others for letter in each.casefold()} - {"s"}
    known = any(small <= {*alphabet, "ß"} for alphabet in languages.split(" "))
    return known and not _MISPLACED.search(text) and not _FOREIGN.search(text) and not _turned(text)


def _is_loud(text: str) -> bool:
    """Whether a text has more capitals than small letters: in KOI8-R they change places."""
    return sum(each.isupper() for each in text) > sum(each.islower() for each in text)


def _turned(text: str) -> bool:
    """Whether capitals that are not ASCII stand behind small letters: the mark of a wrong guess."""
    return any(not b.isascii() and b.isupper() and a.islower() for a, b in pairwise(text))
