"""Ordinary sentences in many languages, from the manual pages that Debian's packages install."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

MANUALS = Path("/usr/share/man")
PACKAGES = {
    "de": "manpages-de",
    "es": "manpages-es",
    "fr": "manpages-fr",
    "it": "manpages-it",
    "ja": "manpages-ja",
    "nl": "manpages-nl",
    "pl": "manpages-pl",
    "pt_BR": "manpages-pt-br",
    "ru": "manpages-ru",
    "sv": "manpages-sv",
}
"""The package that brings each language's pages."""

_MARKUP = re.compile(r"\\f(?:\[\w*\]|\(..|.)|\\s[-+]?\d|\\[&%|^/,]|\\m\[\w*\]|\\[\"#].*")
_LETTER = re.compile(r"\\(?:\[u([0-9A-F]{4})\]|\((..)|(-|~| ))")
_LETTERS = {"-": "-", " ": " ", "~": " ", "aq": "'", "cq": "’", "oq": "‘", "lq": "“", "rq": "”"}
_NUMBERS = (
    r"\d|\b(?:an?|one|two|few|several|ein\w*|zwei|drei|paar|einige\w*|wenige\w*|mehrere\w*|une?|deux|trois|quelques"
    r"|plusieurs|un[ao]?|uno|dos|tres|algun\w*|vari[oa]s|due|tre|alcun\w*|qualche|um[a]?|dois|duas|três"
    r"|vári[oa]s|een|één|twee|drie|enkele|paar|jed\w+|dw\w+|trzy|kilk\w+|par[ęu]|од\w+|дв\w+|три|нескольк\w+"
    r"|en|ett|två|tre|några|half|halbe\w*|demi|media|meia|mezz\w*|pół|пол)\b|[一二三四五六七八九十数何毎各半]"
)
_UNITS = (
    r"second|secs?\b|minut|hour|day|sekund|stund|tag|tage|heure|jour|segund|hora|día|dia|giorn|ora\b|ore\b|uur|uren"
    r"|dag|godzin|dni|dzień|doby|секунд|минут|мин\b|час|дн[яей]|день|tim|dygn|ms\b|[smhd]\b|秒|分|時|日"
)
_TIMED = re.compile(
    rf"(?i)(?:{_NUMBERS})\W*(?:\w+\W+)?(?:{_UNITS})|(?:{_UNITS})\w*\W+(?:{_NUMBERS})"
)
"""A number or a word for one beside a word for a unit of time: a sentence that may tell a time."""
_CLOCK = re.compile(r"\d[:.h]\d\d|[12]\d{3}")
"""What may be a time of day, or a date."""


def missing() -> list[str]:
    """The packages whose pages are not installed."""
    return [name for language, name in PACKAGES.items() if not (MANUALS / language).is_dir()]


def sentences(language: str) -> Iterator[str]:
    """Every sentence of a language's pages that tells no time, each once."""
    seen: set[str] = set()
    for path in sorted((MANUALS / language).rglob("*.gz")):
        source = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")
        for sentence in _sentences(source):
            if sentence not in seen and not _TIMED.search(sentence) and not _CLOCK.search(sentence):
                seen.add(sentence)
                yield sentence


def _sentences(source: str) -> Iterator[str]:
    for block in re.split(r"\n(?:[.'].*\n?|\s*\n)+", source):
        text = _LETTER.sub(_letter, _MARKUP.sub("", " ".join(block.split())))
        for sentence in re.split(r"(?<=[.!?])\s+(?=\w)|(?<=。)", text):
            if len(sentence) > 20 and sentence.rstrip()[-1] in ".!?。" and "\\" not in sentence:
                yield sentence.strip()


def _letter(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _LETTERS.get(found[2] or found[3], "\\")
