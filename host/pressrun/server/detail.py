"""One panel whole, for the views: what it is made from, its takes, and what happened to it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from pressrun.book.compose import FORMAT
from pressrun.library.shelf import Shelf
from pressrun.picture import format as formats
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.base import REFERENCES, moment
from pressrun.protocol.messages.batch import NOTE_CHARS
from pressrun.protocol.messages.panel import (
    HistoryLine,
    LayerTold,
    PanelDetail,
    PanelStatus,
    ReferenceTold,
    TakeStatus,
    TryStatus,
)
from pressrun.server import telling
from pressrun.states import MarkState
from pressrun.store.lists import Listed
from pressrun.store.panels import Take, Try
from pressrun.store.whole import WholePanel
from pressrun.words import start

MOST_BYTES = 600_000
"""So much of a panel is told in one answer."""

REASON_CHARS = 1_000

SENTENCE_CHARS = 2_000

LETTERED = 200
"""So many lines of lettering are told at most."""

Chat = Callable[[Try | Take], str | None]
"""Tells the address of a chat, if it is known."""


def detail(library: str, whole: WholePanel, panel: PanelStatus, chat: Chat) -> PanelDetail:
    """Everything about a panel, as views show it; it looks which references are there.

    Args:
        library: whose.
        whole: what is on record.
        panel: where it stands, as views are told it.
        chat: of an attempt or a take.
    """
    found, listed = whole.panel, whole.listed
    recipe = found.recipe
    told = PanelDetail(
        panel=panel,
        library=library,
        prompt=recipe.prompt,
        references=[each.name for each in recipe.references],
        format=recipe.format,
        after=found.after,
        tries=[_try(each, chat) for each in whole.tries],
        takes=[_take(each, library, recipe.prompt, chat) for each in whole.takes],
        title=start((listed.title or "") if listed else "", REASON_CHARS),
        layers=layers(recipe, listed),
        sent_with=_sent_with(library, recipe, whole),
        lettering=[
            start(line, SENTENCE_CHARS)
            for line in ((listed.lettering or "") if listed else "").split("\n")[:LETTERED]
            if line
        ],
        file=f"{panel.list}:{panel.line}" if panel.line else panel.list,
        history=[
            HistoryLine(at=moment(at), text=start(text, SENTENCE_CHARS))
            for at, text in telling.history(whole)
        ],
        note=whole.note,
        waiting=whole.waiting,
    )
    return _fitting(told)


def _fitting(told: PanelDetail) -> PanelDetail:
    """As much of it as one frame carries: what is older is left out first."""
    while len(json.dumps(told.model_dump(mode="json"))) > MOST_BYTES:
        last = told.takes[-1:]
        if any(take.said for take in told.takes):
            silent = [take.model_copy(update={"said": None}) for take in told.takes]
            told = told.model_copy(update={"takes": silent})
        elif told.tries or told.history:
            shorter = {"tries": told.tries[len(told.tries) // 2 + 1 :]}
            history = told.history[len(told.history) // 2 + 1 :]
            told = told.model_copy(update={**shorter, "history": history})
        elif len(told.takes) > 1:
            told = told.model_copy(update={"takes": [*told.takes[len(told.takes) // 2 :]]})
        else:
            return told.model_copy(update={"layers": [], "lettering": [], "takes": last})
    return told


def layers(recipe: Recipe, listed: Listed | None) -> list[LayerTold]:
    """The layers of a prompt of a book; none of a list, or where the words are others by now."""
    if listed is None or not listed.layers:
        return []
    texts = _cut(recipe.prompt, [length for _, length in listed.layers])
    told = [
        LayerTold(name=name, text=text)
        for (name, _), text in zip(listed.layers, texts, strict=False)
    ]
    return [*told, LayerTold(name=FORMAT, text=recipe.format)] if told and recipe.format else told


def _cut(prompt: str, lengths: Sequence[int]) -> list[str]:
    """The layers of a prompt that were once so long; none where it cannot be told.

    A panel that waited for a sheet is told more once that is there, and has the same layers.
    """
    texts, at = [], 0
    for length in lengths:
        texts.append(prompt[at : at + length])
        at += length + len(_BETWEEN)
    if _BETWEEN.join(texts) == prompt:
        return texts
    blocks = prompt.split(_BETWEEN)
    return blocks if len(blocks) == len(lengths) else []


_BETWEEN = "\n\n"


def _sent_with(library: str, recipe: Recipe, whole: WholePanel) -> list[ReferenceTold]:
    shelf = Shelf(Path(library))
    told = [
        ReferenceTold(
            name=each.name,
            picture=each.sha256 if shelf.reference(each.sha256).is_file() else None,
        )
        for each in recipe.references
    ]
    if recipe.follows and whole.listed is not None and whole.listed.before is not None:
        told.append(ReferenceTold(name=whole.listed.before, picture=whole.before))
    return told[:REFERENCES]


def _try(of: Try, chat: Chat) -> TryStatus:
    return TryStatus(
        batch=of.batch,
        number=of.number,
        account=of.account,
        started_at=of.started_at,
        sent_at=of.sent_at,
        ended_at=of.ended_at,
        ending=of.ending,
        reason=of.reason[:REASON_CHARS],
        chat=chat(of),
    )


def _take(of: Take, library: str, prompt: str, chat: Chat) -> TakeStatus:
    said = of.said if of.said is not None and of.said != prompt else None
    return TakeStatus(
        number=of.number,
        place=of.place,
        path=str(Path(library, of.path)),
        sha256=of.sha256,
        width=of.width,
        height=of.height,
        filed_at=of.filed_at,
        approved=of.approved,
        locked=of.locked,
        offered=of.offered,
        decided=of.decided,
        rejected=of.rejected,
        rejected_note=of.rejected_note and start(of.rejected_note, NOTE_CHARS),
        said=said,
        style=start(_style(of), REASON_CHARS),
        note=of.note and start(of.note, NOTE_CHARS),
        format=of.format,
        misfit=formats.mismatch(of.width, of.height, of.format),
        made_from=of.made_from,
        chat=chat(of),
        account=of.account,
    )


def _style(take: Take) -> str:
    """What the mark of a take says."""
    why = f": {take.why_marked}" if take.why_marked else ""
    match take.mark:
        case MarkState.IN_STYLE:
            return "in style"
        case MarkState.MARKED | MarkState.HELD:
            return f"stands out{why}"
        case MarkState.REPAIRING:
            return f"stands out{why}; being made again"
        case MarkState.UNMEASURED:
            return f"cannot be measured{why}"
        case _:
            return ""
