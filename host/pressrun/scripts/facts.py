"""Panels that are told by named facts: objects of a storyboard, rows of a shot list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from pressrun.scripts import vocabulary
from pressrun.scripts.body import body_of
from pressrun.scripts.habits import Habits
from pressrun.scripts.lettering import (  # fmt: skip
    ACTIONS,
    BALLOONS,
    CAPTIONS,
    EFFECTS,
    FIELDS,
    NOTES,
    PROMPTS,
    is_caps,
    is_nothing,
    name_of,
    speakers_of,
    split_label,
    unquoted,
)
from pressrun.scripts.lines import Line, plain
from pressrun.scripts.marks import SCENES, SHOTS
from pressrun.scripts.script import Lettering, ScriptPanel, Voice
from pressrun.scripts.vocabulary import folded
from pressrun.texts.faults import Place

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"

DEPTH = 30
"""How deep a storyboard is looked into."""


class FactRole(StrEnum):
    """What a named fact is about."""

    CHAPTER = "chapter"
    PAGE = "page"
    PANEL = "panel"
    SCENE = "scene"
    SHOT = "shot"
    ACTION = "action"
    DIALOGUE = "dialogue"
    SPEAKER = "speaker"
    CAPTION = "caption"
    EFFECT = "effect"
    PROMPT = "prompt"
    NOTE = "note"
    DIRECTION = "direction"
    """How it is drawn: camera, light."""
    FIELD = "field"
    TEXT = "text"
    """Words that are drawn or lettered, as the other facts say."""
    NUMBER = "number"
    TITLE = "title"
    KEY = "key"
    NAME = "name"
    LETTERING = "lettering"
    KIND = "kind"
    """Which kind of lettering its words are."""
    OTHER = "other"


def _names(words: str) -> frozenset[str]:
    return frozenset(folded(word).replace("_", " ") for word in words.split("|"))


_SPEAKERS = _names(
    "speaker|speakers|said by|spoken by|voice|personaje que habla|sprecher|sprecherin|locuteur|"
    "parlante|hablante|falante|話者|발화자|talker|who speaks|character speaking|speaking|"
    "speaking character|figur|person|personaje|personnage|personaggio|personagem|persoon|"
    "говорящий|персонаж|кто говорит|话者|说话人|说话者|發言者|화자|발언자|キャラ名|発言者"
)
_DIRECTIONS = _names(
    "camera|camera angle|angle|shot type|shot size|shot style|framing|composition|lighting|"
    "light|camera movement|movement|lens|colour|color|palette|colors|colours|expression|pose|"
    "props|foreground|background details|camera notes|view|viewpoint|perspective|encuadre|"
    "angulo|luz|cadrage|einstellung|einstellungsgrosse|perspektive|inquadratura|enquadramento|"
    "カメラ|アングル|構図|照明|ショット|カメラワーク|サイズ|weather|time|time of day|zeit|hora|"
    "heure|時間|echelle|angle de vue|plan|plano|type de plan|tipo de plano|tipo plano|"
    "valeur de plan|valeur|cadre|licht|kamera|camara|emotion|expressions|details|type|size|"
    "focal|depth|"
    "style|era|costume|wardrobe"
)
_LAYOUTS = _names(
    "layout|panel size|grid|position|shape|width|height|duration|length|secs|seconds|status|"
    "equipment|rating|seed|model|negative prompt|id|uuid|url|image url|file|filename|"
    "image path|thumbnail|sketch|reference url|version|x|y|w|h|bbox"
)
_NUMBERS = _names(
    "number|no|no.|nr|nr.|num|#|index|idx|n|id|order|番号|numero|nummer|order index|"
    "sequence number|panel id|shot id"
)
_TEXTS = _names(
    "text|line|content|words|quote|speech|value|texto|texte|testo|body|says|message|dialogue|"
    "dialog|セリフ|台詞|utterance|caption|copy|sound|said|replique|lines|spoken text|balloon"
)
_WHO = _SPEAKERS | _names(
    "character|name|who|from|by|personaje|personnage|figur|actor|role|キャラ|キャラクター|"
    "owner|person|char|personaggio|personagem|source|人物|nombre|nom"
)
_TYPES = _names(
    "type|kind|style|balloon type|bubble type|balloon style|manner|tone|delivery|emotion|"
    "bubble|balloon|category|modifier|how|direction|parenthetical|種類|tipo|art|extension|"
    "shape|mode"
)
TITLES = frozenset({"title", "titre", "titulo", "titel", "titolo", "タイトル"})
_MANNERS = _names(
    "manner|tone|delivery|emotion|how|direction|parenthetical|extension|modifier|aside|note"
)
_ELEMENTS = _names(
    "lettering|letters|elements|texts|text elements|audio|balloons and captions|script|copy|"
    "dialogue and captions|words|text items|balloons|bubbles|sound design"
)
_KINDS = _names(
    "text type|lettering type|balloon type|dialogue type|text kind|type of text|bubble type|"
    "element type|texttyp|tipo de texto|type de texte"
)
_COUNTS = re.compile(
    r"(?:panel|page|shot|scene|word|case|vineta)s? ?(?:count|total)|total.*|num ?(?:panels|pages)"
    r"|number of .*|count"
)
_CHAPTERS = frozenset(folded(word) for word in vocabulary.CHAPTERS)
_PAGES = frozenset(folded(word) for word in vocabulary.PAGES)
_PANELS = frozenset(folded(word) for word in vocabulary.PANELS)
_SCENES = frozenset(SCENES) | {
    "strips",
    "beats",
    "sequences",
    "sequenzen",
    "scenes",
    "slides",
    "spreads",
}
_SHOTS = frozenset(SHOTS) | {
    "shots",
    "frames",
    "images",
    "bilder",
    "beats",
    "planos",
    "plans",
    "storyboard",
}


def role_of(name: str) -> tuple[FactRole, str]:
    """What a fact's name says it is about, and the name as it is compared."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    low = " ".join(re.sub(r"[_\-./]+", " ", folded(spaced)).split()).strip("*: ")
    return _role(low), low


def _role(low: str) -> FactRole:  # noqa: C901, PLR0912 - one decision a role
    if not low:
        return FactRole.OTHER
    if low in _KINDS:
        return FactRole.KIND
    bare = re.sub(
        r"\s*(?:number|numbers|no\.?|nr\.?|num|#|id|index|num\.|番号|n[o°º])$"
        r"|^(?:no\.?|n[o°º]|nr\.?|#)\s*(?:de )?",
        "",
        low,
    ).strip()
    if low in {"key", "slug key"}:
        return FactRole.KEY
    if _COUNTS.fullmatch(low):
        return FactRole.OTHER
    one = bare.removesuffix("s")
    if bare in _PAGES or low in {"p", "pg", "p."}:
        return FactRole.PAGE
    if bare in _PANELS or low in {"pnl", "koma"}:
        return FactRole.PANEL
    if low in {"chapter", "chapter title", "chapter name"} or bare in _CHAPTERS or one in _CHAPTERS:
        return FactRole.CHAPTER
    if low in _SPEAKERS:
        return FactRole.SPEAKER
    if low in _DIRECTIONS and low not in {"plan", "plano", "ショット"}:
        return FactRole.DIRECTION
    if low in PROMPTS or low.endswith(" prompt"):
        return FactRole.NOTE if "negative" in low else FactRole.PROMPT
    if low in EFFECTS or low in {"sfx text", "audio sfx"}:
        return FactRole.EFFECT
    if low in {"text", "texto", "texte", "testo", "テキスト", "content"}:
        return FactRole.TEXT
    if low in TITLES or low in {"panel title", "heading", "name"}:
        return FactRole.TITLE
    if (
        low in BALLOONS
        or low
        in {"dialogue text", "dialogues", "character dialogue", "spoken dialogue", "script text"}
        or "dialog" in low
        or low in {"dlg", "dial", "who says what", "says", "said", "spoken", "what they say"}
    ):
        return FactRole.DIALOGUE
    if (
        low in CAPTIONS
        or low.startswith(("caption", "narration"))
        or low.endswith((" caption", " captions", " narration"))
    ):
        return FactRole.CAPTION
    if low in _ELEMENTS:
        return FactRole.LETTERING
    if low in FIELDS:
        return FactRole.FIELD
    if bare in _SCENES:
        return FactRole.SCENE
    if (
        low in ACTIONS
        or low.endswith(("description", "desc"))
        or low
        in {"illustration", "what happens", "events", "content description", "summary", "beat"}
    ):
        return FactRole.ACTION
    if low in NOTES or low.endswith((" note", " notes")):
        return FactRole.NOTE
    if bare in _SHOTS:
        return FactRole.SHOT
    if low in _NUMBERS:
        return FactRole.NUMBER
    return FactRole.OTHER


@dataclass
class Gathered:
    """What is told of one panel, as it is gathered."""

    place: Place
    label: str = ""
    key: str | None = None
    title: str = ""
    action: list[str] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    lettering: list[Lettering] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    notes: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is told."""
        return not (self.action or self.lettering or self.prompts or self.texts or self.directions)

    def panel(self) -> ScriptPanel:
        """What comes of it."""
        action = list(self.action)
        if not action and self.texts:
            action = self.texts
        elif self.texts and not self.lettering:
            self.lettering += [Lettering(Voice.CAPTION, text) for text in self.texts]
        if not action and self.prompts:
            action = [without_words(" ".join(self.prompts), self.lettering)]
        elif not action and self.title:
            action = [self.title]
        parts = [each for each in [*action, *self.directions] if each.strip()]
        return ScriptPanel(
            self.place,
            "\n\n".join(parts),
            tuple(self.lettering),
            self.fields,
            {},
            self.label,
            self.key,
        )


def without_words(prompt: str, lettering: Sequence[Lettering]) -> str:
    """A ready-made prompt without the sentences that carry lettered words."""
    said = [folded(each.text).strip(".!?… ") for each in lettering if len(each.text) > 1]
    sentences = re.split(r"(?<=[.!?])\s+|\n+", prompt)
    kept = [each for each in sentences if not any(text and text in folded(each) for text in said)]
    if not kept and sentences:
        text = prompt
        for each in lettering:
            text = text.replace(each.text, "")
        kept = [re.sub(r"[\"“”'‘’«»]\s*[\"“”'‘’«»]", "", text)]
    return " ".join(kept).strip()


def gather(facts: Gathered, told: Mapping[str, Value], habits: Habits, depth: int = 0) -> None:
    """Add what an object or a row tells of a panel."""
    roles = {name: role_of(name) for name in told}
    spoken = [name for name, (role, _) in roles.items() if role == FactRole.DIALOGUE and told[name]]
    kind = next((str(told[name]) for name, (role, _) in roles.items() if role == FactRole.KIND), "")
    if kind:
        spoken += [name for name, (role, _) in roles.items() if role == FactRole.TEXT]
    speaker = speaker_of(told, roles, spoken=bool(spoken))
    for name, value in told.items():
        role, low = roles[name]
        if name == speaker or value is None or value in ("", [], {}):
            continue
        if kind and role in {FactRole.TEXT, FactRole.DIALOGUE} and isinstance(value, str):
            who = str(told[speaker]).strip() if speaker else ""
            facts.lettering += _one_balloon([value.strip()], who, kind, habits)
        elif role == FactRole.DIALOGUE:
            facts.lettering += _balloons(
                value, habits, str(told[speaker]).strip() if speaker else ""
            )
        else:
            _keep(facts, role, low, value, habits, depth)


def speaker_of(
    told: Mapping[str, Value], roles: Mapping[str, tuple[FactRole, str]], *, spoken: bool
) -> str:
    """The name of the fact that says who speaks, if there is one beside the words."""
    if not spoken:
        return ""
    for name, (role, _) in roles.items():
        value = told[name]
        if not isinstance(value, str) or not value.strip():
            continue
        if role == FactRole.SPEAKER:
            return name
    for name, (_, low) in roles.items():
        value = told[name]
        if (
            low
            in {
                "character",
                "char",
                "personaje",
                "personnage",
                "figur",
                "personaggio",
                "personagem",
                "who",
                "キャラ",
                "キャラクター",
                "人物",
                "角色",
                "등장인물",
                "name",
            }
            and isinstance(value, str)
            and value.strip()
        ):
            words = next(
                (told[each] for each, (role, _) in roles.items() if role == FactRole.DIALOGUE), ""
            )
            if (
                not re.search(r"[,;&/]", value)
                and isinstance(words, str)
                and not _has_speaker(words, value)
            ):
                return name
    return ""


def _has_speaker(words: str, name: str) -> bool:
    split = split_label(words)
    return split is not None and (
        is_caps(split[0]) or folded(name_of(split[0]).text) == folded(name)
    )


def _keep(  # noqa: C901, PLR0912 - one case a role
    facts: Gathered, role: FactRole, low: str, value: Value, habits: Habits, depth: int
) -> None:
    if role == FactRole.CAPTION:
        facts.lettering += _lettered(value, Voice.CAPTION, habits)
    elif role == FactRole.EFFECT:
        facts.lettering += _lettered(value, Voice.EFFECT, habits)
    elif role == FactRole.LETTERING and isinstance(value, Mapping) and _has_kinds(value):
        gather(facts, value, habits, depth + 1)
    elif role == FactRole.LETTERING:
        heard = low in {"audio", "sound design"}
        facts.lettering += [
            replace(each, voice=Voice.EFFECT)
            if heard and not each.speakers and each.voice == Voice.BALLOON
            else each
            for each in _balloons(value, habits, "")
        ]
    elif (
        role in {FactRole.ACTION, FactRole.SHOT, FactRole.SCENE, FactRole.DIRECTION}
        and isinstance(value, Mapping)
        and depth < DEPTH
    ):
        gather(facts, value, habits, depth + 1)
    elif role == FactRole.ACTION:
        _tell(facts, value, habits)
    elif role == FactRole.PROMPT:
        facts.prompts += texts_of(value)
    elif role == FactRole.TEXT and not isinstance(value, str | int | float):
        facts.lettering += _balloons(value, habits, "")
    elif role == FactRole.TEXT:
        for text in texts_of(value):
            _keep_text(facts, text, habits)
    elif role == FactRole.FIELD:
        _keep_field(facts, FIELDS[low], value)
    elif role == FactRole.DIRECTION and low in {"type", "kind"}:
        return
    elif role == FactRole.DIRECTION:
        facts.directions += [
            f"{low[:1].upper()}{low[1:]}: {text}"
            for text in [", ".join(texts_of(value))]
            if text and not is_nothing(text)
        ]
    elif role == FactRole.NOTE:
        facts.notes += 1
    elif role == FactRole.KEY and isinstance(value, str):
        facts.key = value.strip() or None
    elif role == FactRole.TITLE and isinstance(value, str):
        facts.title = value.strip()
    elif role == FactRole.SCENE:
        text = label_of(value)
        if len(text.split()) > 1:
            facts.texts.append(text)
    elif role in {FactRole.PANEL, FactRole.NUMBER, FactRole.SHOT}:
        text = label_of(value)
        if role == FactRole.SHOT and not any(each.isdigit() for each in text):
            facts.directions += [f"Shot: {text}"] if text else []
        elif text and (not facts.label or role == FactRole.PANEL):
            facts.label = text


def _has_kinds(value: Mapping[str, Value]) -> bool:
    """Whether an object holds lettering by its kinds."""
    kinds = {FactRole.DIALOGUE, FactRole.CAPTION, FactRole.EFFECT}
    return any(role_of(name)[0] in kinds for name in value) and not _item(value)[1]


def _keep_text(facts: Gathered, text: str, habits: Habits) -> None:
    """Words that are lettered if they say whose they are; what the others are, is not clear yet."""
    if is_nothing(text):
        return
    said = _said(text, habits, "")
    if all(each.voice == Voice.BALLOON and not each.speakers for each in said):
        facts.texts.append(unquoted(text))
    else:
        facts.lettering += said


def _tell(facts: Gathered, value: Value, habits: Habits) -> None:
    """A description may hold balloons and notes of its own."""
    for text in texts_of(value):
        lines = [
            Line(facts.place, plain(part.strip()), gap=not at)
            for at, part in enumerate(text.splitlines())
            if part.strip()
        ]
        body = body_of(lines, "", facts.place, habits)
        facts.action += body.action
        facts.lettering += body.lettering
        for name, each in body.fields.items():
            facts.fields.setdefault(name, each)
        facts.notes += body.notes


def _keep_field(facts: Gathered, name: str, value: Value) -> None:
    said = ", ".join(text for text in texts_of(value) if not is_nothing(text))
    if said and name == "key":
        facts.key = said
    elif said:
        before = facts.fields.get(name)
        facts.fields[name] = f"{before}, {said}" if before and said not in before else said


def label_of(value: Value) -> str:
    """The number of a page or panel, as it is written."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def texts_of(value: Value, depth: int = 0) -> list[str]:
    """The texts in a value, in order."""
    if depth > DEPTH or value is None or isinstance(value, bool):
        return []
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, int | float):
        return [label_of(value)]
    if isinstance(value, Mapping):
        named = [
            each
            for name, each in value.items()
            if role_of(name)[1] in _WHO | _TEXTS | {"description", "location"}
        ]
        if isinstance(value.get("variant") or value.get("costume"), str) and named:
            look = value.get("variant") or value.get("costume")
            return [f"{name} ({look})" for name in texts_of(named[0], depth + 1)[:1]]
        first = [text for each in named[:1] for text in texts_of(each, depth + 1)]
        return first or [text for each in value.values() for text in texts_of(each, depth + 1)]
    return [text for each in value for text in texts_of(each, depth + 1)]


def _lettered(value: Value, voice: Voice, habits: Habits) -> list[Lettering]:
    """Captions or effects."""
    found = list[Lettering]()
    if isinstance(value, str):
        for part in (
            value.splitlines()
            if voice == Voice.CAPTION and "\n\n" not in value
            else re.split(r"\n+", value)
        ):
            found += _one_lettered(part, voice)
        return found
    if isinstance(value, Mapping):
        text, who, _ = _item(value)
        if text:
            return [
                Lettering(voice, unquoted(each), (who,) if who else ())
                for each in text
                if not is_nothing(each)
            ]
        return [each for part in value.values() for each in _lettered(part, voice, habits)]
    if isinstance(value, Sequence):
        return [each for part in value for each in _lettered(part, voice, habits)]
    return found


def _one_lettered(text: str, voice: Voice) -> Iterator[Lettering]:
    text = plain(text.strip().lstrip("-•*").strip()).strip()
    if not text or is_nothing(text):
        return
    owner: tuple[str, ...] = ()
    if split := split_label(text):
        low = folded(name_of(split[0]).text)
        if low in CAPTIONS or low in EFFECTS or re.sub(r"\s*\d+$", "", low) in CAPTIONS | EFFECTS:
            text = split[1]
        elif is_caps(split[0]) and voice == Voice.CAPTION:
            owner, text = (name_of(split[0]).text,), split[1]
    if text := unquoted(text):
        yield Lettering(voice, text, owner)


def _is_of(low: str, names: frozenset[str]) -> bool:
    """Whether a fact's name is one of some, or is put together of them: `character name`."""
    return low in names or all(part in names for part in low.split())


def _item(value: Mapping[str, Value]) -> tuple[list[str], str, str]:
    """The words, the speaker and the kind of an object that is one balloon."""
    who = kind = ""
    manners = list[str]()
    words = list[str]()
    for name, each in value.items():
        _, low = role_of(name)
        if _is_of(low, _TEXTS) and not words:
            words = texts_of(each)
        elif _is_of(low, _WHO) and not who:
            who = ", ".join(texts_of(each))
        elif low in _MANNERS and isinstance(each, str) and each.strip():
            manners.append(each.strip())
        elif low in _TYPES and isinstance(each, str) and not kind:
            kind = each.strip()
    if who and manners:
        who = f"{who} ({', '.join(manners)})"
    return words, who, kind


def _balloons(value: Value, habits: Habits, speaker: str, depth: int = 0) -> list[Lettering]:
    """Balloons, and captions and effects among them."""
    if depth > DEPTH or value is None or isinstance(value, bool):
        return []
    if isinstance(value, str):
        return _said(value, habits, speaker)
    if isinstance(value, Mapping):
        return _object(value, habits, depth)
    if isinstance(value, Sequence):
        if pair := _pair(value):
            return _said(pair[1], habits, pair[0])
        return [each for part in value for each in _balloons(part, habits, speaker, depth + 1)]
    return []


def _pair(value: Sequence[Value]) -> tuple[str, str] | None:
    """A name and what it says, as a list of two."""
    if len(value) != 2 or not (isinstance(value[0], str) and isinstance(value[1], str)):
        return None
    name, words = value[0].strip(), value[1]
    if not is_caps(name) or len(name.split()) > 3 or split_label(words) or is_caps(words):
        return None
    return name, words


def _object(value: Mapping[str, Value], habits: Habits, depth: int) -> list[Lettering]:
    words, who, kind = _item(value)
    if words:
        return _one_balloon(words, who, kind, habits)
    found = list[Lettering]()
    for name, each in value.items():
        low = folded(name)
        if low in CAPTIONS:
            found += _lettered(each, Voice.CAPTION, habits)
        elif low in EFFECTS:
            found += _lettered(each, Voice.EFFECT, habits)
        elif low in BALLOONS:
            found += _balloons(each, habits, "", depth + 1)
        elif low not in NOTES and isinstance(each, str | Sequence):
            label = name_of(name)
            speakers, manner = speakers_of(label.text, habits.known)[0], ", ".join(label.manners)
            found += [
                Lettering(Voice.BALLOON, unquoted(text), speakers, manner)
                for text in texts_of(each)
                if not is_nothing(text)
            ]
    return found


_PLAIN_SPEECH = frozenset(
    {"speech", "dialogue", "dialog", "balloon", "normal", "regular", "bubble", ""}
)


def _one_balloon(words: Sequence[str], who: str, kind: str, habits: Habits) -> list[Lettering]:
    """What an object says that has words, a speaker and a kind."""
    low = folded(kind)
    parts = set(re.split(r"[\s_/\-]+", low))
    voice = Voice.BALLOON
    if parts & CAPTIONS and "balloon" not in low and "speech" not in low:
        voice = Voice.CAPTION
    elif parts & EFFECTS:
        voice = Voice.EFFECT
    split = name_of(who) if who else None
    names: tuple[str, ...] = ()
    manner = ""
    spoken = bool({"speech", "dialogue", "dialog", "balloon"} & parts)
    if split and not spoken and folded(split.text) in CAPTIONS:
        voice = Voice.CAPTION
    elif split and not spoken and folded(split.text) in EFFECTS:
        voice = Voice.EFFECT
    elif split and split.text:
        names, more = speakers_of(split.text, habits.known)
        manner = ", ".join(each for each in (*split.manners, more) if each)
    if voice == Voice.BALLOON and low not in _PLAIN_SPEECH:
        manner = ", ".join(each for each in (manner, kind) if each)
    return [
        Lettering(voice, unquoted(text), names, manner) for text in words if not is_nothing(text)
    ]


def _said(text: str, habits: Habits, speaker: str) -> list[Lettering]:
    """The balloons in a cell or a string: one a line, or one a name."""
    if is_nothing(text):
        return []
    if speaker:
        name = name_of(speaker)
        low = folded(name.text)
        if low in CAPTIONS or low in EFFECTS:
            return [Lettering(Voice.CAPTION if low in CAPTIONS else Voice.EFFECT, unquoted(text))]
        marked = {word for each in name.manners for word in re.split(r"[\s/,.]+", folded(each))}
        voice = Voice.CAPTION if marked & CAPTIONS else Voice.BALLOON
        return [
            Lettering(
                voice,
                unquoted(plain(text)),
                speakers_of(name.text, habits.known)[0],
                ", ".join(name.manners),
            )
        ]
    lines = [Line(Place(1), "Dialogue:")]
    lines += [Line(Place(1), plain(part), bullet="-") for part in _told_apart(text, habits) if part]
    return body_of(lines, "", Place(1), habits).lettering


def _told_apart(text: str, habits: Habits) -> Iterator[str]:
    for line in re.split(
        r"\n+|<br ?/?>|\s+[/|]{1,2}\s+|;\s+(?=[^\W\d_][\w .'-]{0,30}(?:\([^()]*\))?:)", text
    ):
        part = line.strip().lstrip("-•*").strip()
        # several speakers on one line: `MARA: … TOM: …`
        starts = [
            found.start()
            for found in re.finditer(
                r"(?:(?<=[.!?…\"”»'])\s+|^)"
                r"(?=[A-ZÀ-Þ][\w.'’-]{0,20}(?: [\w.'’-]{1,20}){0,2}(?: ?\([^()]{1,40}\))?: )",
                part,
            )
        ]
        cuts = [at for at in starts if at and _is_speaker(part[at:].lstrip(), habits)]
        for start, end in zip([0, *cuts], [*cuts, len(part)], strict=True):
            yield part[start:end].strip()


def _is_speaker(text: str, habits: Habits) -> bool:
    split = split_label(text)
    return split is not None and (
        is_caps(name_of(split[0]).text) or folded(name_of(split[0]).text) in habits.known
    )
