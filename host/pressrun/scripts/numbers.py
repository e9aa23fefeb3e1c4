"""Numbers of pages and panels as authors write them: digits, words, Roman and Chinese ones."""

import re
from typing import NamedTuple

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
_ONES += "sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"

_OTHERS = (
    (
        "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
        "sechzehn siebzehn achtzehn neunzehn zwanzig einundzwanzig zweiundzwanzig dreiundzwanzig "
        "vierundzwanzig"
    ),
    (
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
        "dix-sept dix-huit dix-neuf vingt vingt-et-un vingt-deux vingt-trois vingt-quatre"
    ),
    (
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
        "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres "
        "veinticuatro"
    ),
    (
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
        "quindici sedici diciassette diciotto diciannove venti ventuno ventidue ventitre "
        "ventiquattro"
    ),
    (
        "um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze "
        "dezesseis dezessete dezoito dezenove vinte"
    ),
    "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien",
    "один два три четыре пять шесть семь восемь девять десять",
    "prima seconda terza quarta quinta sesta settima ottava nona decima",
    "primera segunda tercera cuarta quinta sexta septima octava novena decima",
    "premiere deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
    "erste zweite dritte vierte funfte sechste siebte achte neunte zehnte",
    "erstes zweites drittes viertes funftes sechstes siebtes achtes neuntes zehntes",
    "primeira segunda terceira quarta quinta sexta setima oitava nona decima",
    "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo",
    "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
)

_WORDS = {word: at for at, word in enumerate(_ONES.split(), 1)}
_WORDS |= {word: at * 10 for at, word in enumerate(_TENS.split(), 2)}
_WORDS |= {
    f"{ten}{gap}{one}": (at * 10 + unit)
    for at, ten in enumerate(_TENS.split(), 2)
    for unit, one in enumerate(_ONES.split()[:9], 1)
    for gap in ("-", " ", "\u2010", "\u2011", "\u2013")
}
_WORDS |= {word: at for at, word in enumerate(_ORDINALS.split(), 1)}
_WORDS |= {"une": 1, "una": 1, "uma": 1, "ein": 1, "duas": 2, "erster": 1, "premier": 1}
_WORDS |= {"one hundred": 100, "hundred": 100}
for _language in _OTHERS:
    for _at, _word in enumerate(_language.split(), 1):
        _WORDS.setdefault(_word, _at)

_KANJI = {each: at for at, each in enumerate("一二三四五六七八九", 1)}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_NUMBER = re.compile(
    r"(?P<digits>[0-9]{1,5})(?P<letter>[a-z](?![a-z]))?"
    r"|(?P<word>" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")(?![a-z])"
    r"|(?P<roman>[ivxlc]{1,8})(?![a-z0-9])"
    r"|(?P<kanji>[一二三四五六七八九十]{1,4})"
)
_TO = re.compile(
    r"\s{0,3}(?:[-\u2010-\u2015/&+,~\u301c\uff5e\u30fb\u3001]|and\b|to\b|und\b|bis\b|et\b|a\b|y\b|e\b|through\b|thru\b|al?\b|i\b|ate\b|и\b)"
    r"\s{0,3}"
)
_OF = re.compile(r"\s{0,3}(?:of|de|von|di|sur|/|out of|из)\s{0,3}(?=[0-9])")


_COUNTED = re.compile(
    r"\s{0,2}-?(?:panel|pnl|case|vignett|vineta|cuadro|bild|riquadr|quadr|コマ|컷|格|frame|tier|row|col)"
)
"""Behind a number of panels: `Page 1 - 4 panels` is no range."""

_ORDINAL = frozenset(word for words in (_ORDINALS, *_OTHERS[7:]) for word in words.split())


def is_ordinal(text: str) -> bool:
    """Whether a folded text is a word such as `first`."""
    return text in _ORDINAL


def is_count(text: str) -> bool:
    """Whether a folded text begins with a number of panels."""
    found = _one(text, 0)
    return found is not None and _COUNTED.match(text, found[1]) is not None


class Number(NamedTuple):
    """A number, or a range of them, and where it ends in the text."""

    first: int
    last: int | None
    """Of a range."""
    end: int
    between: str = ""
    """What stands between the two numbers of a range."""
    first_end: int = 0
    """Where the first number of a range ends."""


def number_at(folded: str, start: int) -> Number | None:
    """The number at a place of a folded text, or the range."""
    found = _one(folded, start)
    if found is None:
        return None
    first, end = found
    between = _TO.match(folded, end)
    if between:
        other = _one(folded, between.end())
        if other and other[0] > first and not _COUNTED.match(folded, other[1]):
            last, after = other
            while (more := _TO.match(folded, after)) and (other := _one(folded, more.end())):
                if other[0] != last + 1:
                    break
                last, after = other
            return Number(first, last, after, between.group().strip(), end)
    if of := _OF.match(folded, end):
        digits = re.compile(r"[0-9]{1,5}").match(folded, of.end())
        if digits and not _COUNTED.match(folded, digits.end()):
            return Number(first, None, digits.end(), first_end=end)
    return Number(first, None, end)


def value_of(text: str) -> int | None:
    """The number that a whole folded text is; None where it is none."""
    found = _one(text, 0)
    return found[0] if found and found[1] == len(text) else None


def _one(folded: str, start: int) -> tuple[int, int] | None:
    found = _NUMBER.match(folded, start)
    if found is None:
        return None
    if digits := found["digits"]:
        return int(digits), found.end()
    if word := found["word"]:
        return _WORDS[word], found.end()
    if roman := found["roman"]:
        value = _roman(roman)
        return (value, found.end()) if value else None
    return _kanji(found["kanji"]), found.end()


def _roman(text: str) -> int | None:
    total = 0
    for at, letter in enumerate(text):
        value = _ROMAN[letter]
        after = _ROMAN[text[at + 1]] if at + 1 < len(text) else 0
        total += -value if after > value else value
    return total if _as_roman(total) == text else None


def _as_roman(value: int) -> str:
    made = ""
    for worth, letters in (
        *((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v")),
        *((4, "iv"), (1, "i")),
    ):
        made += letters * (value // worth)
        value %= worth
    return made


def _kanji(text: str) -> int:
    if "十" not in text:
        return int("".join(str(_KANJI[each]) for each in text))
    tens, _, ones = text.partition("十")
    return (_KANJI.get(tens[:1], 1)) * 10 + _KANJI.get(ones[:1], 0)
