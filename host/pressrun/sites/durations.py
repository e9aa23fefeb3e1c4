"""Durations as texts tell them, in the languages that the site is served in.

A duration is a number and a unit: digits, or a word for one, two or a few that stands before its
unit. Digits say by themselves that a time is told. Words are everyday speech ("one day the fox
woke"), so they count only where something beside them asks to wait: "in an hour", "eine Stunde
warten", "数分後".

The words for units are those of Unicode's Common Locale Data Repository, in the cases in which a
sentence may need them: https://cldr.unicode.org/translation/units
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

SECOND, MINUTE, HOUR, DAY = 1.0, 60.0, 3_600.0, 86_400.0

FEW = 5.0
"""What "a few" is taken for."""

UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters that may touch a number or a unit without a space: Thai, kana, Han and Hangul."""

_NUMBER = r"(?P<number>\d+(?:[.,]\d{1,2})?)"

MOST = 1e12
"""The longest duration, in seconds: of hundreds of digits no number is made."""


class Span(NamedTuple):
    """A duration that a text tells."""

    seconds: float
    asked: bool
    """Whether the words beside it ask to wait, as "in" and "for" do."""


class Tongue(NamedTuple):
    """One language's words, as regular expressions."""

    seconds: str
    minutes: str
    hours: str
    days: str
    one: str
    """Articles as well, where they count: "an hour"."""
    two: str
    few: str
    joins: str = ""
    """What stands between the parts of a duration."""
    before: str = ""
    """What asks to wait, before a duration."""
    after: str = ""
    """The same after it."""
    spaced: bool = True
    """Whether the language parts its words by spaces."""


TONGUES = {
    "en": Tongue(
        "seconds?|secs?", "minutes?|mins?", "hours?|hrs?", "days?",
        "an?|one", "two|a couple(?: of)?", "a few|few|several|some", "and",
        r"in|for|after|wait|within|another|about|approximately|until|next",
        r"later|from now|before|to (?:wait|go)|left|remaining",
    ),
    "de": Tongue(
        "sekunden?|sek", "minuten?|min", "stunden?|std", "tage?n?",
        "eine[rnm]?|einen", "zwei", "ein paar|einige[nr]?|wenige[nr]?|mehrere[nr]?", "und",
        "in|für|nach|warte|binnen|innerhalb von|noch|etwa|ungefähr|weitere", "warten|später|lang",
    ),
    "fr": Tongue(
        "secondes?", "minutes?|min", "heures?", "jours?",
        "une?", "deux", "quelques|plusieurs", "et",
        "dans|pendant|après|d['’]ici|attendez|patientez|environ|sous|encore", "plus tard",
    ),
    "es": Tongue(
        "segundos?", "minutos?|min", "horas?", "días?",
        "una?", "dos|un par de", "unos|unas|algunos|algunas|varios|varias|pocos|pocas", "y",
        "en|dentro de|durante|tras|después de|espera|espere|unos|aproximadamente|otros?|otras?",
        "más tarde|después",
    ),
    "pt": Tongue(
        "segundos?", "minutos?|min", "horas?", "dias?",
        "uma?", "dois|duas", "alguns|algumas|poucos|poucas|vários|várias|uns|umas", "e",
        "em|dentro de|durante|por|após|daqui a|depois de|aguarde|espere|cerca de|mais",
        "mais tarde|depois",
    ),
    "it": Tongue(
        "secondi|secondo", "minuti|minuto|min", "ore|ora", "giorni|giorno",
        "un[ao]?", "due|un paio di", "alcuni|alcune|qualche|pochi|poche", "e",
        "tra|fra|per|dopo|entro|attendi|attendere|aspetta|circa|altri|altre", "dopo|più tardi",
    ),
    "nl": Tongue(
        "seconden?", "minuten|minuut|min", "uren|uur", "dagen|dag",
        "een|één", "twee|een paar", "enkele|enige|wat", "en",
        "over|in|na|voor|binnen|wacht|ongeveer|nog|gedurende", "later|wachten|geduld",
    ),
    "pl": Tongue(
        "sekund[yęa]?|sek", "minut[yęa]?|min", "godzin[yęa]?|godz", "dzień|dni|doby|dobę",
        "jedną|jeden|jedna|jednego", "dwie|dwa|parę", "kilka|kilku|kilkanaście", "i|oraz",
        "za|po|przez|w ciągu|około|poczekaj|zaczekaj|odczekaj|jeszcze", "później",
    ),
    "ru": Tongue(
        "секунд[уыа]?|сек", "минут[уыа]?|мин", "час(?:а|ов)?", "день|дня|дней",
        "один|одну|одна", "два|две|пару", "несколько", "и",
        "через|в течение|на|подождите|около|примерно|спустя|ещё|еще", "спустя",
    ),
    "uk": Tongue(
        "секунд[уиа]?|сек", "хвилин[уиа]?|хв", "годин[уиа]?|год", "день|дні|дня|днів",
        "один|одну|одна", "два|дві|пару", "кілька|декілька", "і|й|та",
        "через|за|протягом|на|зачекайте|близько|приблизно|ще", "потому",
    ),
    "cs": Tongue(
        "sekund[yua]?|sek", "minut[yua]?|min", "hodin[yua]?|hod",
        r"dny|dní|(?:(?<=\b1 )|(?<=jeden ))den",
        "jednu|jeden|jedna", "dvě|dva|pár", "několik", "a",
        "za|po|během|počkejte|počkej|přibližně|ještě", "později",
    ),
    "tr": Tongue(
        "saniye", "dakika|dk", "saat", "gün",
        "bir", "iki", "birkaç|bir kaç", "ve",
        "yaklaşık|önümüzdeki|lütfen", "sonra|içinde|bekle\\w*|boyunca|kaldı",
    ),
    "sv": Tongue(
        "sekunder|sekund|sek", "minuter|minut|min", "timmar|timme", "dagar|dag|dygn",
        "en|ett", "två|ett par", "några|flera", "och",
        "om|i|på|efter|inom|vänta|cirka|ungefär|ytterligare", "senare",
    ),
    "da/nb": Tongue(
        "sekunder|sekund|sek", "minutter|minut|minutt|min",
        r"timer|(?:(?<=\b1 )|(?<=\ben ))time", "dage|dager|dag|døgn",
        "en|et|én|ett", "to|et par", "nogle|noen|flere", "og",
        "om|i|efter|etter|inden for|innen|vent|cirka|omkring", "senere|siden",
    ),
    "fi": Tongue(
        "sekunti|sekuntia|sekunnin", "minuutti|minuuttia|minuutin|min",
        "tunti|tuntia|tunnin", "päivä|päivää|päivän|vuorokautta|vuorokauden",
        "yksi|yhden", "kaksi|kahden|pari|parin", "muutama|muutamaa|muutaman|useita", "ja",
        "odota|noin|vielä", "kuluttua|päästä|ajan|sisällä|jälkeen",
    ),
    "hu": Tongue(
        "másodperc(?:et|ig)?", "perc(?:et|ig|en)?", "ór[aá](?:t|ig|n)?", "nap(?:ot|ig|on)?",
        "egy", "két|kettő", "néhány|pár|több", "és",
        "várjon|várj|kb\\.?|körülbelül|még", "múlva|belül|elteltével|után",
    ),
    "ro": Tongue(
        "secunde|secundă|de secunde", "minute|minut|de minute|min", "ore|oră|de ore",
        "zile|zi|de zile",
        "un|o", "două|doi", "câteva|câțiva|mai multe", "și|şi",
        "peste|în|după|timp de|așteaptă|așteptați|aproximativ|încă", "mai târziu",
    ),
    "el": Tongue(
        "δευτερόλεπτ[αο]|δευτερολέπτων", "λεπτ[άό]|λεπτών", "ώρες|ώρα|ωρών",
        "η?μέρες|η?μέρα|ημερών",
        "ένα|έναν|μία|μια", "δύο|δυο", "λίγα|λίγες|μερικά|μερικές|κάποια", "και",
        "σε|μετά από|για|εντός|περιμένετε|περίμενε|περίπου", "αργότερα|αργοτερα",
    ),
    "ar": Tongue(
        "ثوان[يٍ]?|ثانية", "دقائق|دقيقة", "ساعات|ساعة", "أيام|يوم[اً]?",
        "(?!)", "(?!)", "بضعة?|عدة", "و",
        "بعد|خلال|لمدة|في غضون|انتظر|حوالي|حوالى", "واحدة|أخرى",
    ),
    "he": Tongue(
        "שניות|שנייה|שניה", "דקות|דקה", "שעות|שעה", "ימים|יום",
        "(?!)", "שתי|שני", "כמה|מספר", "ו-?",
        "בעוד|תוך|עוד|אחרי|במשך|למשך|כעבור|המתן|המתינו|כ", "אחת|נוספות",
    ),
    "hi": Tongue(
        "सेकंड|सेकेंड|सेकण्ड", "मिनटों|मिनट", "घंटों|घंटे|घंटा|घण्टे|घण्टा", "दिनों|दिन",
        "एक", "दो", "कुछ|कई", "और",
        "अगले|लगभग|करीब", "में|बाद|के बाद|के लिए|तक|प्रतीक्षा|इंतज़ार|इंतजार|रुकें",
    ),
    "id": Tongue(
        "detik", "menit", "jam", "hari",
        "satu", "dua", "beberapa", "dan",
        "dalam|setelah|selama|tunggu|sekitar", "lagi|kemudian",
    ),
    "vi": Tongue(
        "giây", "phút", "giờ|tiếng", "ngày",
        "một", "hai", "vài|mấy|một vài", "và",
        "sau|trong|trong vòng|đợi|chờ|khoảng", "nữa|sau",
    ),
    "zh": Tongue(
        "秒钟?|秒鐘", "分[钟鐘]|分(?!之|の|か)",
        "[个個]?小[时時]|[个個]?[钟鐘][头頭]", "天(?!气|氣)|日[内內后後]",
        "一", "两|兩|二", "几|幾|数|數", "(?:零|又|和|及)?",
        "等待?|等候|[请請]在|[将將]在|[约約]|再[过過]", "[之以]?[后後]|以?[内內]",
        spaced=False,
    ),
    "ja": Tongue(
        "秒間?", "分間|分(?!之|の[0-9]|か)", "時間", "日間|日(?=後|以内)",
        "一", "二", "数|幾", "と?",
        "あと|約|残り", "後|以内|待|お待ち|ほど|程度|経", spaced=False,
    ),
    "ko": Tongue(
        "초", "분(?!의)", "시간", "일(?=\\s?(?:후|뒤|동안|간|이내))",
        "한", "두", "몇|수", "(?:과|하고)?",
        "약|앞으로", "후|뒤|이후|동안|만|이내|정도|기다", spaced=False,
    ),
    "th": Tongue(
        "วินาที", "นาที", "ชั่วโมง", "วัน(?!ที่)",
        "หนึ่ง", "สอง", "ไม่กี่|สองสาม|หลาย", "(?:และ|กับ)?",
        "ใน|อีก|รอ|หลังจาก|ภายใน|ประมาณ", "หนึ่ง|ข้างหน้า|ต่อมา", spaced=False,
    ),
}  # fmt: skip
"""By language, as tags; "(?!)" where a language has no such word before its units."""

_SHORT = re.compile(
    rf"(?i)(?:(?<![.,:/\w])|(?<=\d[hm])){_NUMBER}(?:(?P<s>s)|(?P<m>m)|(?P<h>h))(?=\d{{1,2}}[ms]|\W|$)"
)
"""Units of one letter belong to the digits that they touch: "2h 5m", "2h5m"."""

_NEAR = 24
"""How far beside a duration it is looked for what asks to wait, in characters."""


def durations(text: str) -> list[Span]:
    """Every duration of a text, its parts added up, in whatever language it is told.

    Args:
        text: with ASCII digits and plain spaces.
    """
    spans: list[Span] = []
    parts = _parts(text)
    while parts:
        first = last = parts.pop(0)
        seconds, spelled = first.seconds, first.spelled
        while parts and _joined(text[last.end : parts[0].start]):
            last = parts.pop(0)
            seconds = min(MOST, seconds + last.seconds)
            spelled = spelled and last.spelled
        before = text[max(0, first.start - _NEAR) : first.start]
        after = text[last.end : last.end + _NEAR]
        asked = bool(_BEFORE.search(before) or _AFTER.match(after))
        if asked or not spelled or not (text[: first.start] + text[last.end :]).strip(" .!。"):
            spans.append(Span(seconds, asked))
    return spans


def _joined(between: str) -> bool:
    """Whether two parts with this between them are of one duration."""
    return len(between) < _NEAR and _JOINS.fullmatch(between) is not None


class _Part(NamedTuple):
    start: int
    end: int
    seconds: float
    spelled: bool


def _parts(text: str) -> list[_Part]:
    """The numbers with their units, in order; of those that overlap, the longest."""
    found = [
        _Part(
            *match.span(), min(MOST, _count(match) * _unit(match)), spelled=match["number"] is None
        )
        for form in _FORMS
        for match in form.finditer(text)
    ]
    parts: list[_Part] = []
    for part in sorted(found, key=lambda part: (part.start, -part.end)):
        ordinal = part.spelled and part.seconds <= SECOND  # "a second picture"
        if not ordinal and (not parts or part.start >= parts[-1].end):
            parts.append(part)
    return parts


def _count(match: re.Match[str]) -> float:
    if match["number"]:
        return float(match["number"].replace(",", "."))
    return FEW if match["few"] else 2.0 if match["two"] else 1.0


def _unit(match: re.Match[str]) -> float:
    letters = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
    return letters[match.lastgroup or ""]


def _units(words: Tongue) -> str:
    end = r"(?!\w)" if words.spaced else ""
    kinds = zip("smhd", words[:4], strict=True)
    return f"(?:{'|'.join(f'(?P<{kind}>{names})' for kind, names in kinds)}){end}"


def _spelled(words: Tongue) -> re.Pattern[str]:
    """A word for a number before its unit."""
    begin, gap = (r"(?<!\w)", r"[\s'’]") if words.spaced else ("", r"\s?")
    number = f"(?:(?P<few>{words.few})|(?P<two>{words.two})|(?P<one>{words.one}))"
    return re.compile(f"(?i){begin}(?P<number>(?!))?{number}{gap}{_units(words)}")


def _counted(words: Tongue) -> re.Pattern[str]:
    begin = rf"(?<![.,:/月])(?<!\d[時点點시])(?<!\d[時点點시]\s)(?<![^\W{UNSPACED}])"
    return re.compile(rf"(?i){begin}{_NUMBER}\s?{_units(words)}")


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted({word for word in words if word}, key=len, reverse=True))


_FORMS = (
    _SHORT,
    *(_counted(words) for words in TONGUES.values()),
    *(_spelled(words) for words in TONGUES.values()),
)
_PARTED = [words for words in TONGUES.values() if words.spaced]
_JOINED = [words for words in TONGUES.values() if not words.spaced]
_JOINS = re.compile(rf"(?i)[\s,]*(?:{_any(words.joins for words in TONGUES.values())})?[\s,]*")
_BEFORE = re.compile(
    rf"(?i)(?:(?<!\w)(?:{_any(words.before for words in _PARTED)})\s"
    r"(?:about |approximately |another )?[-~]?"
    rf"|(?:{_any(words.before for words in _JOINED)})\s?)$"
)
_AFTER = re.compile(
    rf"(?i)\s?(?:(?:{_any(words.after for words in _PARTED)})(?!\w)"
    rf"|(?:の?(?:{_any(words.after for words in _JOINED)})))"
)
