"""The control page: every behaviour in its group, with its meaning and its possible values."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pressrun.simulator.ledger import Mode
from trials.replica.behaviour import Behaviour
from trials.replica.site import ReplicaSite

GROUPS: dict[str, tuple[str, ...]] = {
    "The page": (
        "shell", "language", "decoys", "menu_opens", "long_paste", "pill_lost", "changes_text",
        "ignored_clicks", "doubled", "virtual", "wrong_model", "ratio_menu", "image_mode",
        "plus_marked", "provisional",
    ),
    "Files": ("file_inputs", "inputs_deaf", "attached", "duplicate_dialog", "draft"),
    "Dialogs and notices": ("dialog", "signed_out", "challenge", "other_limit", "composer_tabs"),
    "A turn": (
        "text_before_picture", "partial", "partial_weight", "stop_while_drawing", "pictures",
        "poll", "finished_marks", "numbered_marks", "stale", "freeze",
    ),
    "How a turn is drawn": (
        "collapsed", "remounted", "fallback_keys", "flashes", "left_behind", "mounts", "contents",
        "gallery", "gallery_outside", "gallery_busy", "assistant_marks", "advert",
    ),
    "Failures": (
        "refused", "tool_error", "thread_error", "too_long", "text_only", "upload_failed",
        "wording", "wordings",
    ),
    "Chats": ("overtaken", "longest_chat"),
    "Limits": (
        "throttle", "throttle_at", "throttle_after",
        "throttle_window_seconds", "throttle_seconds", "plan", "plan_cap", "plan_window_seconds",
        "plan_capped", "free_capped", "rate_limited", "capped_seconds", "upload_cap",
    ),
    "Time": (
        "page_seconds", "hydration_seconds", "upload_seconds", "url_lag_seconds",
        "generation_seconds", "text_seconds", "stop_lingers_seconds", "link_seconds",
    ),
    "Style": (
        "drift", "drift_cause", "drift_step", "drift_after", "drift_most", "heeds_pictures",
        "heeds_words", "wavers",
    ),
    "Pictures and chance": ("picture_size", "wrong_format", "picture_weight", "seed", "mutate"),
}  # fmt: skip
"""Every field of the behaviour, in the order in which a person looks for it."""


class SwitchRequest(BaseModel):
    """What the control page sends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str | None = None
    """Whose switches these are; the whole site's where none is named."""
    switches: dict[str, Any] = {}
    afresh: bool = False
    """Whether everything else goes back to what it was at first."""


class _ChatRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation: str


class WriteRequest(_ChatRequest):
    """The chat's author writes into it on another device."""

    act: Literal["write"]
    words: Annotated[str, Field(min_length=1, max_length=200_000)]
    mode: Mode = "text"


class EndRequest(_ChatRequest):
    """The chat is deleted, archived or shared."""

    act: Literal["delete", "archive", "share"]


class RenameRequest(_ChatRequest):
    """The chat gets another title."""

    act: Literal["rename"]
    title: Annotated[str, Field(min_length=1, max_length=200)]


class MoveRequest(_ChatRequest):
    """The chat moves to a project of its account."""

    act: Literal["move"]
    project: str


ChatRequest = WriteRequest | EndRequest | RenameRequest | MoveRequest
"""What a person does to a chat on another device."""


class ProjectRequest(BaseModel):
    """An account gets a project."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    name: Annotated[str, Field(min_length=1, max_length=100)]


def act(site: ReplicaSite, request: ChatRequest) -> None:
    """Do to a chat what a person does.

    Raises:
        LookupError: There is no such chat, it is gone, or its account has no such project.
    """
    name = request.conversation
    match request:
        case WriteRequest(words=words, mode=mode):
            site.write(name, words, mode)
        case RenameRequest(title=title):
            site.rename(name, title)
        case MoveRequest(project=project):
            site.move(name, project)
        case EndRequest(act="delete"):
            site.delete(name)
        case EndRequest(act="archive"):
            site.archive(name)
        case EndRequest():
            site.share(name)


def groups(shown: Behaviour) -> list[dict[str, object]]:
    """Return every group with its switches as they stand."""
    properties = Behaviour.model_json_schema()["properties"]
    plain = Behaviour().model_dump(mode="json")
    values = shown.model_dump(mode="json")
    return [
        {
            "name": group,
            "switches": [
                {
                    "name": name,
                    "means": properties[name]["description"],
                    "value": values[name],
                    "plain": plain[name],
                    **_setting(properties[name]),
                }
                for name in names
            ],
        }
        for group, names in GROUPS.items()
    ]


def _setting(schema: dict[str, Any]) -> dict[str, object]:
    """Tell how a switch is set: ticked, chosen, slid from 0 to 1, or written."""
    kinds = schema.get("anyOf", [schema])
    kind = next(each for each in kinds if each.get("type") != "null")
    if kind["type"] == "boolean":
        return {"set": "tick"}
    if kind["type"] == "number" and kind.get("maximum") == 1:
        return {"set": "rate"}
    if "enum" in kind:
        return {"set": "choice", "among": [*(["none"] * (len(kinds) - 1)), *kind["enum"]]}
    if "enum" in kind.get("items", {}):
        return {"set": "several", "among": kind["items"]["enum"]}
    return {"set": "text"}
