"""What pages show, for the tests: a reading with little in it, and turns to put into it."""

from typing import Any

from pressrun.protocol.messages.page import Reading, Seen, SeenNotice, SeenPicture, SeenTurn

HOME = "https://chatgpt.com/"
SRC = "https://chatgpt.com/backend-api/estuary/content?id={}&sig=secret"


def reading(**shown: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return a fresh, workable page, with what is shown otherwise."""
    fields: dict[str, Any] = {
        "tab": 1,
        "document": "D1",
        "url": HOME,
        "title": "ChatGPT",
        "hidden": True,
        "shell": "A",
        "composers": 1,
        "composer_text": "",
        "send": False,
        "stop": False,
        "mode_on": False,
        "chips": 0,
        "chips_pending": 0,
        "paste_chips": 0,
        "turn_count": len(shown.get("turns", [])),
        "turns": [],
        "notices": [],
        "account": "a" * 64,
        "history": [],
        "seen": [seen("shell"), seen("composer"), seen("add_menu")],
    }
    known = {name: value for name, value in shown.items() if name in Reading.model_fields}
    assert known == shown, "a reading has no such field"
    # what a page may have that these tests do not know of stays as the model has it
    return Reading.model_validate({**fields, **shown})


def seen(role: str) -> Seen:
    """Return the evidence that a role was found."""
    return Seen(role=role, rule=f"#{role}", where=f"#{role}", count=1)


def user(text: str, name: str = "u1", **shown: Any) -> SeenTurn:  # noqa: ANN401 - any field
    """Return a turn of the author's."""
    return turn(name, "user", text, **shown)


def answered(text: str = "", name: str = "a1", **shown: Any) -> SeenTurn:  # noqa: ANN401 - any field
    """Return a turn of the site's."""
    return turn(name, "assistant", text, **shown)


def turn(name: str, role: str, text: str, **shown: Any) -> SeenTurn:  # noqa: ANN401 - any field
    """Return a turn."""
    fields = {"id": name, "role": role, "text": text, "busy": False, "finished": False}
    return SeenTurn.model_validate({**fields, "pictures": [], **shown})


def picture(name: str = "file_1", **shown: Any) -> SeenPicture:  # noqa: ANN401 - any field
    """Return a large, loaded picture of the site's."""
    fields = {"src": SRC.format(name), "width": 1024, "height": 1536, "loaded": True}
    found = {"hidden": False, "rule": "#picture"}
    return SeenPicture.model_validate({**fields, **found, **shown})


def notice(text: str, where: str = "dialog") -> SeenNotice:
    """Return a dialog."""
    return SeenNotice(where=where, text=text)
