"""What a changed page looks like to eyes that do not know it: one function a change.

Each is a plain function of what the page would have shown, of what the site knows, and of chance.
How a change looks is drawn once for a whole night: a page is changed one way at a time.
"""

import random
import re
from collections.abc import Callable, Sequence

from pressrun.protocol.messages.page import Reading, SeenNotice, SeenPicture, SeenTurn
from pressrun.simulator.chat import PICTURE_RULE
from pressrun.simulator.dice import dice, identity
from pressrun.simulator.pages import Pages, Scene
from pressrun.simulator.time import NEVER
from trials.nights.mutation import Change, Mutation

FLASH_SECONDS = 3.0


Look = Callable[[Reading, Scene, random.Random], Reading]


class ChangedPages(Pages):
    """Pages that one night's mutation changes."""

    def __init__(self, mutation: Mutation, seed: int) -> None:
        """Change pages by `mutation`; `seed` draws what each change looks like."""
        self._mutation = mutation
        self._seed = seed

    def changes(self, document: str, taken: int) -> bool:
        """Whether a document has any change."""
        return bool(self._mutation.at(document, taken))

    def shown(self, reading: Reading, scene: Scene, taken: int) -> Reading:
        """What the document shows instead."""
        for change in self._mutation.at(scene.document, taken):
            if (look := _LOOKS.get(change)) is not None:
                reading = look(reading, scene, dice(self._seed, "look", change))
        return reading

    def takes_text(self, document: str, taken: int) -> bool:
        """Whether there is a composer."""
        return Change.COMPOSER_MISSING not in self._mutation.at(document, taken)

    def sends(self, document: str, taken: int) -> bool:
        """Whether Send is not ignored."""
        return Change.SEND_IGNORED not in self._mutation.at(document, taken)

    def holds_draft_file(self, document: str, taken: int) -> bool:
        """Whether somebody's file is left."""
        return Change.CHIPS_LEFT in self._mutation.at(document, taken)

    def limits_in_other_words(self, taken: int) -> bool:
        """Whether the site limits."""
        return self._mutation.limits(taken)

    def file_of(self, src: str) -> str:
        """The file's name, whatever kind of address a change made."""
        return file_of(src)


def file_of(src: str) -> str:
    """The site's own name of a picture's file, however a page has it."""
    if src.startswith("data:"):
        return src.rpartition(",")[2]
    if src.startswith("blob:"):
        return src.rpartition("/")[2].partition(".")[0]
    return Pages().file_of(src)


# the author's turn


def _said(reading: Reading, change: Callable[[SeenTurn], SeenTurn | None]) -> Reading:
    """A reading with the author's turns changed, or taken away."""
    turns = [change(turn) if turn.role == "user" else turn for turn in reading.turns]
    return _of(reading, [turn for turn in turns if turn is not None])


def _reworded(
    reading: Reading, words: Callable[[str], str], *, whole: bool | None = None
) -> Reading:
    def change(turn: SeenTurn) -> SeenTurn:
        text = words(turn.text)
        if text == turn.text:
            return turn
        return turn.model_copy(
            update={"text": text, "whole": turn.whole if whole is None else whole}
        )

    return _said(reading, change)


def _of(reading: Reading, turns: Sequence[SeenTurn]) -> Reading:
    return reading.model_copy(update={"turns": list(turns), "turn_count": len(turns)})


def _ellipsis(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    mark, least = draw.choice(("…", " …", "\n…", "...")), draw.choice((0, 200))
    whole = draw.choice((True, False))
    return _reworded(
        reading, lambda text: f"{text}{mark}" if len(text) >= least else text, whole=whole
    )


def _edited(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    note = draw.choice((" Edited 08:12", "\nEdited 08:12", "\nBearbeitet um 08:12", " 08:12"))
    return _reworded(reading, lambda text: text + note, whole=draw.choice((True, False)))


def _cut(reading: Reading, _: Scene, draw: random.Random, *, whole: bool = False) -> Reading:
    length, mark = draw.choice((12, 40, 200, 900)), draw.choice(("", "…"))
    return _reworded(
        reading,
        lambda text: text if len(text) <= length else text[:length].rstrip() + mark,
        whole=whole,
    )


def _cut_unseen(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    return _cut(reading, scene, draw, whole=True)


_CURLY = (
    (re.compile(r'"([^"\n]*)"'), r"“\1”"),
    (re.compile(r"(?<=\w)'(?=\w)"), "\N{RIGHT SINGLE QUOTATION MARK}"),
    (re.compile(r"\s(?:--|—|-)\s"), " – "),
    (re.compile(r"\.\.\."), "…"),
)


def _punctuation(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    some = draw.sample(_CURLY, draw.randint(2, len(_CURLY)))

    def words(text: str) -> str:
        for form, instead in some:
            text = form.sub(instead, text)
        return text

    return _reworded(reading, words)


_MARKERS = re.compile(r"(?m)^(?:#{1,6}|[-*+]|\d+[.)])\s+|\*\*|__|`|(?<=\w)\*|\*(?=\w)")


def _markdown(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    whole = draw.choice((True, False))
    return _reworded(reading, lambda text: _MARKERS.sub("", text), whole=whole)


_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")


def _emoji(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    instead = draw.choice(("", "\ufffc"))
    return _reworded(reading, lambda text: _EMOJI.sub(instead, text))


def _directions(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    first, last = draw.choice((("\u2068", "\u2069"), ("\u200e", ""), ("\u202b", "\u202c")))
    return _reworded(
        reading,
        lambda text: "\n".join(f"{first}{line}{last}" for line in text.splitlines()),
    )


def _wordless(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    return _reworded(reading, lambda _: "", whole=draw.choice((True, False)))


def _unmounted(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    after = draw.choice((0.0, 2.0, 10.0))
    gone = scene.answering and scene.now >= scene.asked_at + after
    return _said(reading, lambda turn: None if gone else turn)


def _missing(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return _said(reading, lambda _: None)


def _roleless(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    role = draw.choice(("assistant", "assistant", ""))
    return _said(reading, lambda turn: turn.model_copy(update={"role": role}))


def _renamed(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    every = draw.choice((7.0, 30.0, NEVER))
    if every == NEVER and scene.now > scene.asked_at + 20:
        return reading
    span = 0 if every == NEVER else int(scene.now / every)
    turns = [
        turn.model_copy(update={"id": f"fallback-turn-{span}-{number}"})
        for number, turn in enumerate(reading.turns)
    ]
    return _of(reading, turns)


def _prefaced(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    words = draw.choice(("You said:", "You said", "Du hast gesagt:", "A. Author"))
    space, whole = draw.choice((" ", "\n")), draw.choice((True, False))
    return _reworded(reading, lambda text: f"{words}{space}{text}", whole=whole)


def _doubled(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    copies = [turn.model_copy(update={"id": f"copy-{turn.id}"}) for turn in reading.turns]
    both = (reading.turns, copies) if draw.random() < 0.5 else (copies, reading.turns)  # noqa: PLR2004 - a half
    return _of(reading, [turn for part in both for turn in part])


def _late(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    span, authors_first = draw.choice((2.0, 8.0, 25.0)), draw.choice((True, False))
    if not scene.opened_at <= scene.now < scene.opened_at + span:
        return reading
    first = [turn for turn in reading.turns if turn.role == "user"]
    return _of(reading, first if authors_first else [])


# the answer


def _answered(reading: Reading, change: Callable[[SeenTurn], SeenTurn]) -> Reading:
    """A reading with the site's turns changed."""
    return _of(reading, [turn if turn.role == "user" else change(turn) for turn in reading.turns])


def _pictured(reading: Reading, change: Callable[[SeenPicture], SeenPicture]) -> Reading:
    """A reading with the pictures of answers changed."""
    return _answered(
        reading,
        lambda turn: turn.model_copy(update={"pictures": [*map(change, turn.pictures)]}),
    )


def _unruled(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return _pictured(reading, lambda picture: picture.model_copy(update={"rule": ""}))


def _loose(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    rule, alone = draw.choice((PICTURE_RULE, "")), draw.choice((True, False))
    loose = [
        picture.model_copy(update={"rule": rule})
        for turn in reading.turns
        if turn.role != "user"
        for picture in turn.pictures
    ]
    left = [
        turn if turn.role == "user" else turn.model_copy(update={"pictures": [], "finished": False})
        for turn in reading.turns
        if turn.role == "user" or not (alone and turn.pictures)
    ]
    return _of(reading, left).model_copy(update={"loose": [*reading.loose, *loose]})


def _data(reading: Reading, _: Scene, __: random.Random) -> Reading:
    def change(picture: SeenPicture) -> SeenPicture:
        src = f"data:image/png;base64,{file_of(picture.src)}"
        return picture.model_copy(update={"src": src})

    return _pictured(reading, change)


def _blob(reading: Reading, scene: Scene, __: random.Random) -> Reading:
    def change(picture: SeenPicture) -> SeenPicture:
        src = f"blob:https://chatgpt.com/{file_of(picture.src)}.{scene.document}"
        return picture.model_copy(update={"src": src, "unit": "unit-1"})

    return _pictured(reading, change)


def _unloaded(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    side = draw.choice((0, 1024))
    return _pictured(
        reading,
        lambda picture: picture.model_copy(update={"loaded": False, "width": side, "height": side}),
    )


def _small(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    side = draw.choice((16, 64, 96))
    return _pictured(
        reading, lambda picture: picture.model_copy(update={"width": side, "height": side})
    )


def _unseen(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    marked = draw.choice((True, False))

    def change(turn: SeenTurn) -> SeenTurn:
        finished = turn.finished and marked
        return turn.model_copy(update={"pictures": [], "finished": finished})

    return _answered(reading, change)


def _beside(reading: Reading, others: Sequence[SeenPicture], draw: random.Random) -> Reading:
    """A reading with pictures put into its last answer: before the others, or after them."""
    first = draw.choice((True, False))
    last = max((n for n, turn in enumerate(reading.turns) if turn.role != "user"), default=None)
    if last is None:
        return reading
    turns = list(reading.turns)
    shown = turns[last].pictures
    pictures = [*others, *shown] if first else [*shown, *others]
    turns[last] = turns[last].model_copy(update={"pictures": pictures})
    return _of(reading, turns)


def _advert(src: str, draw: random.Random) -> SeenPicture:
    return SeenPicture(
        src=src,
        width=640,
        height=480,
        loaded=True,
        hidden=False,
        unit=draw.choice(("", "image-sponsored")),
        rule=draw.choice((PICTURE_RULE, "")),
        where="img",
        linked=draw.choice((True, False)),
    )


def _advert_foreign(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    number = draw.choice((lambda: 1, lambda: hash_of(scene.document)))()
    advert = _advert(f"https://ads.example/banner-{number}.png", draw)
    return _beside(reading, [advert], draw)


def _advert_alike(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    src = f"https://chatgpt.com/backend-api/estuary/content?id=file_advert&sig={scene.document}"
    return _beside(reading, [_advert(src, draw)], draw)


def hash_of(text: str) -> int:
    """A small number that hangs on a text alone."""
    return dice("number", text).randrange(1000)


def _neighbour(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    if scene.neighbour is None:
        return reading
    other = scene.neighbour.model_copy(
        update={"hidden": draw.random() < 0.2, "rule": draw.choice((PICTURE_RULE, ""))}  # noqa: PLR2004 - a fifth
    )
    if draw.random() < 0.3:  # noqa: PLR2004 - a third
        return reading.model_copy(update={"loose": [*reading.loose, other]})
    return _beside(reading, [other], draw)


def _answer_roleless(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return _answered(reading, lambda turn: turn.model_copy(update={"role": ""}))


def _wordy(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    words = draw.choice(
        (
            "Here is the panel in a limited palette, as you asked.",
            "I can make more as soon as you like; there is no limit to variations.",
            "Image created. Tell me within a day or so what else you would like.",
            "Bild erstellt. Das Limit der Farben habe ich eingehalten, wie vor 2 Tagen.",
        )
    )
    return _answered(
        reading, lambda turn: turn.model_copy(update={"text": f"{turn.text}\n{words}"})
    )


def _unfinished(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return _answered(reading, lambda turn: turn.model_copy(update={"finished": False}))


def _busy(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return _answered(reading, lambda turn: turn.model_copy(update={"busy": True}))


def _pending(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    says = draw.choice(("", "\nWorking for 1m 29s"))
    return _answered(
        reading,
        lambda turn: turn.model_copy(update={"pending": True, "text": f"{turn.text}{says}"}),
    )


def _complete(reading: Reading, scene: Scene, __: random.Random) -> Reading:
    if not scene.sent_at <= scene.now < scene.sent_at + FLASH_SECONDS:
        return reading
    shown = _answered(
        reading, lambda turn: turn.model_copy(update={"busy": False, "finished": True})
    )
    if all(turn.role == "user" for turn in shown.turns):
        empty = SeenTurn(
            id="flash", role="assistant", text="", busy=False, finished=True, pictures=[]
        )
        shown = _of(shown, [*shown.turns, empty])
    return shown.model_copy(update={"stop": False})


# the page


def _provisional(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    span = draw.choice((20.0, 130.0, 400.0, NEVER))
    form = draw.choice(("WEB:{}", "WEB%3A{}", "local-chatgpt:{}"))
    if not scene.sent_at <= scene.now < scene.sent_at + span:
        return reading
    name = form.format(identity("provisional", scene.document, scene.sent_at))
    return reading.model_copy(update={"url": f"https://chatgpt.com/c/{name}"})


_NAME = re.compile(r"/c/([0-9A-Za-z-]+)$")


def _unnamed(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    form, listed = draw.choice(_FORMS), draw.choice((True, False))
    history = [_NAME.sub(form, url) for url in reading.history] if listed else reading.history
    return reading.model_copy(update={"url": _NAME.sub(form, reading.url), "history": history})


_FORMS = (r"/?thread=\1", r"/t/\1", r"/chat#\1")


def _history_empty(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"history": []})


def _history_unnamed(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    form = draw.choice((*_FORMS, "/c/"))
    return reading.model_copy(update={"history": [_NAME.sub(form, url) for url in reading.history]})


def _history_reversed(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"history": reading.history[::-1]})


def _history_stale(reading: Reading, scene: Scene, __: random.Random) -> Reading:
    history = [url for url in reading.history if url not in scene.younger]
    return reading.model_copy(update={"history": history})


def _unknown(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(
        update={
            "shell": "",
            "composers": 0,
            "composer_text": "",
            "send": False,
            "stop": False,
            "mode_on": False,
            "chips": 0,
            "turns": [],
            "turn_count": 0,
            "loose": [],
            "history": [],
            "account": None,
            "seen": [],
        }
    )


def _no_composer(reading: Reading, _: Scene, __: random.Random) -> Reading:
    seen = [found for found in reading.seen if found.role != "composer"]
    return reading.model_copy(
        update={"composers": 0, "composer_text": "", "send": False, "seen": seen}
    )


def _two_composers(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"composers": 2})


def _send_disabled(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"send": False})


def _stop(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    on_fresh = draw.choice((True, False))
    if not (on_fresh or reading.turns):
        return reading
    return reading.model_copy(update={"stop": True, "send": False})


def _mode(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"mode_on": False})


def _noted(reading: Reading, notice: SeenNotice) -> Reading:
    return reading.model_copy(update={"notices": [*reading.notices, notice]})


def _dialog(reading: Reading, _: Scene, draw: random.Random) -> Reading:
    text = draw.choice(("See what's new in your workspace", "Neu: Dein Arbeitsbereich", "新功能"))
    return _noted(reading, SeenNotice(where="[role=dialog]", text=text))


def _toast(reading: Reading, scene: Scene, draw: random.Random) -> Reading:
    text = draw.choice(("Memory updated", "Link kopiert", "Votre avis compte 3 fois plus"))
    always = draw.choice((True, False))
    if not (always or scene.answering):
        return reading
    return _noted(reading, SeenNotice(where="[role=alert]", text=text, blocks=False))


def _no_chips(reading: Reading, _: Scene, __: random.Random) -> Reading:
    return reading.model_copy(update={"chips": 0})


_LOOKS: dict[Change, Look] = {
    Change.TURN_ELLIPSIS: _ellipsis,
    Change.TURN_EDITED: _edited,
    Change.TURN_CUT: _cut,
    Change.TURN_CUT_UNSEEN: _cut_unseen,
    Change.TURN_PUNCTUATION: _punctuation,
    Change.TURN_MARKDOWN: _markdown,
    Change.TURN_EMOJI: _emoji,
    Change.TURN_DIRECTIONS: _directions,
    Change.TURN_WORDLESS: _wordless,
    Change.TURN_UNMOUNTED: _unmounted,
    Change.TURN_MISSING: _missing,
    Change.TURN_ROLELESS: _roleless,
    Change.TURN_RENAMED: _renamed,
    Change.TURN_PREFACED: _prefaced,
    Change.THREAD_DOUBLED: _doubled,
    Change.THREAD_LATE: _late,
    Change.PICTURE_UNRULED: _unruled,
    Change.PICTURE_LOOSE: _loose,
    Change.PICTURE_DATA: _data,
    Change.PICTURE_BLOB: _blob,
    Change.PICTURE_UNLOADED: _unloaded,
    Change.PICTURE_SMALL: _small,
    Change.PICTURE_MISSING: _unseen,
    Change.ADVERT_FOREIGN: _advert_foreign,
    Change.ADVERT_ALIKE: _advert_alike,
    Change.NEIGHBOUR: _neighbour,
    Change.ANSWER_ROLELESS: _answer_roleless,
    Change.ANSWER_WORDY: _wordy,
    Change.UNFINISHED: _unfinished,
    Change.BUSY_STUCK: _busy,
    Change.PENDING_STUCK: _pending,
    Change.COMPLETE_FLASH: _complete,
    Change.ADDRESS_PROVISIONAL: _provisional,
    Change.ADDRESS_UNNAMED: _unnamed,
    Change.HISTORY_EMPTY: _history_empty,
    Change.HISTORY_UNNAMED: _history_unnamed,
    Change.HISTORY_REVERSED: _history_reversed,
    Change.HISTORY_STALE: _history_stale,
    Change.SHELL_UNKNOWN: _unknown,
    Change.COMPOSER_MISSING: _no_composer,
    Change.COMPOSER_DOUBLED: _two_composers,
    Change.SEND_DISABLED: _send_disabled,
    Change.STOP_STUCK: _stop,
    Change.MODE_UNSEEN: _mode,
    Change.DIALOG_UNKNOWN: _dialog,
    Change.TOAST_UNKNOWN: _toast,
    Change.CHIPS_UNCOUNTED: _no_chips,
}
"""What is not here is no matter of looks: the site does it, or a hand meets it."""
