"""What a page is told: conversations, turns and limits as plain JSON objects.

The page draws what it is told and works nothing out, so hidden tabs keep up without timers.
"""

from collections.abc import Callable

from pressrun.replica import course, failures, ledger
from pressrun.replica.dice import identity
from pressrun.replica.site import Conversation, File, Turn, Upload

Json = dict[str, object]
"""One JSON object of the page's protocol."""

Linker = Callable[[str], str]
"""Gives a signed link to a file id."""


def conversation(shown: Conversation, files: dict[str, File], link: Linker) -> Json:
    """Tell a whole conversation."""
    return {
        "id": shown.id,
        "title": shown.title,
        "addressed": shown.addressed,
        "turns": [turn(each, files, link) for each in shown.turns],
    }


def entry(shown: Conversation) -> Json:
    """Tell a conversation as the history lists it."""
    return {"id": shown.id, "title": shown.title}


def turn(shown: Turn, files: dict[str, File], link: Linker) -> Json:
    """Tell a turn as far as it has come."""
    sent = shown.submission
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
        "stop": shown.stop,
        "streaming": shown.streaming and bool(shown.text),
        "drawing": shown.drawing,
        "picture": _picture(shown, link),
        "refusal": None
        if shown.refusal is None
        else {
            "kind": shown.refusal.kind,
            "place": shown.refusal.place,
            "text": shown.refusal.text,
        },
    }


def limit(shown: ledger.Limit | None) -> Json | None:
    """Tell a limit as the dialog over the page says it."""
    if shown is None:
        return None
    return {"kind": shown.kind, "title": failures.THROTTLE_TITLE, "text": shown.text}


def _picture(shown: Turn, link: Linker) -> Json | None:
    if shown.picture is None:
        return None
    width, height = shown.picture.size
    return {
        "id": identity("image", shown.id),
        "alt": f"Generated image: {course.title(shown.submission.prompt, letters=60)}",
        "src": link(shown.picture.file_id),
        "partial": shown.picture.partial,
        "width": width,
        "height": height,
    }


def _is_picture(file: File) -> bool:
    return not isinstance(file.content, Upload) or file.content.type.startswith("image/")
