"""What the server sends to a page: conversations, turns and limits as JSON objects.

The page draws what it is told and works nothing out, so hidden tabs keep up without timers.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from pressrun.simulator import failures, ledger
from pressrun.simulator.dice import identity
from pressrun.simulator.failures import Language
from trials.replica import acts, course, mutation
from trials.replica.behaviour import Behaviour, Collapsed, Provisional, Shell
from trials.replica.chat import Conversation, File, ServedTurn, ShownPicture, Upload

Json = dict[str, object]
"""One JSON object of the page's protocol."""

Linker = Callable[[str], str]
"""Gives a signed link to a file id."""


OTHER_LIMIT_SECONDS = 6.5 * 3600
"""In how long the limit of another model ends."""


@dataclass(frozen=True)
class Build:
    """What the load of a page has drawn of what may be one of several."""

    shell: Shell
    language: Language
    collapsed: Collapsed
    provisional: Provisional


def drawn(behaviour: Behaviour, *of: object) -> Build:
    """Draw how the page of this load is built."""
    return Build(
        behaviour.dice("shell", *of).choice(behaviour.shell),
        behaviour.dice("language", *of).choice(behaviour.language),
        behaviour.dice("collapsed", *of).choice(behaviour.collapsed),
        behaviour.dice("provisional", *of).choice(behaviour.provisional),
    )


def visit(behaviour: Behaviour, build: Build, sent: int) -> Json:
    """Tell a page that is being loaded how it is to be built.

    Args:
        behaviour: Of the page.
        build: What its load has drawn.
        sent: How many prompts its account has sent.
    """
    return {
        **asdict(build),
        "decoys": behaviour.decoys,
        "menuOpens": behaviour.menu_opens,
        "longPaste": behaviour.long_paste,
        "pillLost": behaviour.pill_lost,
        "changesText": behaviour.changes_text,
        "ignoredClicks": behaviour.ignored_clicks,
        "ratioMenu": behaviour.ratio_menu,
        "drawingModel": not behaviour.wrong_model,
        "doubled": behaviour.doubled,
        "virtual": behaviour.virtual,
        "finishedMarks": behaviour.finished_marks,
        "dialog": behaviour.dialog,
        "signedOut": behaviour.signed_out,
        "otherLimit": _other_limit(build.language) if behaviour.other_limit else None,
        "composerTabs": behaviour.composer_tabs,
        "modeChip": behaviour.image_mode == "chip",
        "plusMarked": behaviour.plus_marked,
        "threeInputs": behaviour.file_inputs == "three",
        "inputsDeaf": behaviour.inputs_deaf,
        "attached": behaviour.attached,
        "duplicateDialog": behaviour.duplicate_dialog,
        "draft": behaviour.draft,
        "remounted": behaviour.remounted,
        "fallbackKeys": behaviour.fallback_keys,
        "flashes": behaviour.flashes,
        "leftBehind": behaviour.left_behind,
        "mounts": behaviour.mounts,
        "contents": behaviour.contents,
        "numberedMarks": behaviour.numbered_marks,
        "oneLarge": behaviour.gallery == "one",
        "galleryOutside": behaviour.gallery_outside,
        "galleryBusy": behaviour.gallery_busy,
        "assistantMarks": behaviour.assistant_marks,
        "advert": behaviour.advert,
        "mutations": [
            asdict(each) for each in (mutation.read(behaviour.mutate) if behaviour.mutate else ())
        ],
        "sent": sent,
    }


def _other_limit(language: Language) -> str:
    now = time.time()
    end = now + OTHER_LIMIT_SECONDS
    return failures.OTHER_LIMIT.format(clock=failures.clock(end, now, language))


def conversation(shown: Conversation, files: Mapping[str, File], link: Linker) -> Json:
    """Tell a whole conversation."""
    return {
        "id": shown.id,
        "title": shown.title,
        "project": shown.project and shown.project.folder,
        "addressed": shown.addressed,
        "turns": [turn(each, files, link) for each in shown.turns],
    }


def entry(shown: Conversation) -> Json:
    """Tell a conversation as the history lists it."""
    return {"id": shown.id, "title": shown.title, "path": shown.path}


def project(shown: acts.Project, chats: Iterable[Conversation]) -> Json:
    """Tell a project with the chats in it."""
    return {
        "id": shown.id,
        "name": shown.name,
        "path": shown.path,
        "chats": [entry(each) for each in chats],
    }


def turn(shown: ServedTurn, files: Mapping[str, File], link: Linker) -> Json:
    """Tell a turn as far as it has come."""
    sent, behaviour = shown.submission, shown.behaviour
    of = (sent.prompt_sha256, shown.take)
    number = shown.conversation.turns.index(shown) + 1
    return {
        "id": shown.id,
        "number": number,
        "answer": identity("answer", shown.id),
        "prompt": sent.prompt,
        "mode": sent.mode,
        "references": [
            {"src": link(each) if _is_picture(files[each]) else None} for each in shown.files
        ],
        "text": shown.text,
        "busy": shown.busy,
        "stale": behaviour.happens(behaviour.stale, "stale", *of),
        "freezes": behaviour.happens(behaviour.freeze, "freeze", *of),
        "stop": shown.stop,
        "streaming": shown.streaming and bool(shown.text),
        "drawing": shown.drawing,
        "seconds": int(time.time() - sent.time),
        "pictures": [_picture(shown, each, link) for each in shown.pictures],
        "poll": shown.poll,
        "large": _large(shown),
        "refusal": None
        if shown.refusal is None
        else {
            "kind": shown.refusal.kind,
            "place": shown.refusal.place,
            "text": shown.refusal.text,
        },
    }


def limit(shown: ledger.SiteLimit | None) -> Json | None:
    """Tell a limit as the dialog over the page says it."""
    if shown is None:
        return None
    return {"kind": shown.kind, "title": failures.THROTTLE.title, "text": shown.text}


def _picture(turn: ServedTurn, shown: ShownPicture, link: Linker) -> Json:
    width, height = shown.sketch.size
    return {
        "id": identity("image", turn.id, shown.sketch.ordinal),
        "ordinal": shown.sketch.ordinal,
        "title": course.title(turn.submission.prompt, letters=60),
        "src": link(shown.file_id),
        "partial": shown.sketch.partial,
        "width": width,
        "height": height,
    }


def _large(turn: ServedTurn) -> int:
    """Which of a turn's pictures is the large one, where only one is."""
    of = (turn.submission.prompt_sha256, turn.take)
    return turn.behaviour.dice("large", *of).randint(1, max(1, len(turn.pictures)))


def _is_picture(file: File) -> bool:
    return not isinstance(file.content, Upload) or file.content.type.startswith("image/")
