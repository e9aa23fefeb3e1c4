"""How a site profile reads a page, as plain values."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from pressrun.protocol.messages.page import Reading, SeenPicture, SeenTurn
from pressrun.sites import judge
from pressrun.sites.binding import Exchange, answering
from pressrun.sites.likeness import Likeness, likeness
from pressrun.sites.profile import Outcome, SiteProfile
from pressrun.sites.shown import Result, shown, site_name

OF_A_TURN = ("ready", "working", Outcome.MADE, Outcome.TEXT_ONLY, Outcome.UNREADABLE)
"""Outcomes that say nothing about a prompt whose turn is not shown."""


def describe(site: SiteProfile, reading: Reading, prompt: str | None = None) -> dict[str, Any]:
    """What a reading shows, as plain values.

    A role that was not found is None; one that was found comes with its rule and place.

    Args:
        site: the profile that the page was read with.
        reading: what the page shows.
        prompt: describe the answer to this prompt; without it, the newest turn's outcome and the
            pictures of all turns.
    """
    seen = {found.role: found for found in reading.seen}
    turn = _turn(reading, prompt)
    outcome = judge.verdict(site, reading, turn)
    if prompt is not None and turn is None and outcome.word in OF_A_TURN:
        outcome = judge.Verdict("unknown", "no message of the author's holds this prompt")

    def role(name: str, **more: object) -> dict[str, Any] | None:
        found = seen.get(name)
        if found is None:
            return None
        return {
            "rule": site.as_written(found.rule),
            "where": found.where,
            "count": found.count,
            **more,
        }

    chars = len(reading.composer_text.strip())
    composer = role("composer", text_chars=chars) if reading.composers == 1 else None
    chat = _every_answer(reading) if prompt is None else answering(reading, turn)
    return {
        "site": site.name,
        "profile": site.version,
        "shell": reading.shell or None,
        "recognised_by": role("shell"),
        "composer": composer,
        "composers": reading.composers,
        "send": role("send", enabled=reading.send),
        "stop": role("stop"),
        "file_input": role("file_input"),
        "mode": role("mode_on", on=True) if reading.mode_on else None,
        "attachments": reading.chips,
        "attachments_pending": reading.chips_pending,
        "found": {each.role: role(each.role) for each in reading.seen},
        "missing": judge.missing(site, reading),
        "clickable": {step.click: role(step.click) for step in site.mode},
        "turns": [_about(each) for each in reading.turns],
        "results": [] if prompt is not None and turn is None else _results(site, reading, chat),
        "loose": [_picture(each) for each in reading.loose],
        "elsewhere": [_picture(each) for each in _pictures(reading) if each.linked],
        "notices": [each.model_dump() for each in reading.notices],
        "signs": [each.model_dump() for each in reading.signs],
        "outcome": asdict(outcome),
    }


def _turn(reading: Reading, prompt: str | None) -> SeenTurn | None:
    """The author's newest turn, or the newest one that holds the prompt."""
    theirs = [turn for turn in reading.turns if turn.role == "user"]
    if prompt is None:
        return theirs[-1] if theirs else None
    alike = [(likeness(prompt, turn.text, whole=turn.whole), turn) for turn in theirs]
    ours = [turn for like, turn in alike if like == Likeness.OURS]
    maybe = [turn for like, turn in alike if like == Likeness.UNSURE]
    return next(iter(reversed(ours or maybe)), None)


def _results(site: SiteProfile, reading: Reading, chat: Exchange) -> list[dict[str, Any]]:
    return [
        {
            "identity": _identity(site, result),
            "turn": result.turn.id if result.turn else None,
            **_picture(result.picture),
        }
        for result in shown(site, reading, chat).made
    ]


def _identity(site: SiteProfile, result: Result) -> str:
    """The site's own name of a picture, or else its turn and its place in it."""
    name = site_name(site, result.picture)
    if name is None and result.turn is not None and result.picture.unit:
        name = f"{result.turn.id}/{result.picture.unit}"
    return name or result.identity


def _every_answer(reading: Reading) -> Exchange:
    """Everything the site says on a page, whoever asked."""
    chat = answering(reading, None)
    said = tuple(turn for turn in reading.turns if turn.role != "user")
    return replace(chat, answers=said)


def _pictures(reading: Reading) -> Iterator[SeenPicture]:
    for turn in reading.turns:
        yield from turn.pictures
    yield from reading.loose


def _picture(picture: SeenPicture) -> dict[str, Any]:
    return {
        "natural_width": picture.width,
        "natural_height": picture.height,
        "size_from": "picture" if picture.loaded else "page" if picture.width else None,
        "loaded": picture.loaded,
        "rule": picture.rule,
        "where": picture.where,
    }


def _about(turn: SeenTurn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "role": turn.role,
        "text": judge.short(turn.text),
        "whole": turn.whole,
        "busy": turn.busy,
        "pending": turn.pending,
        "finished": turn.finished,
        "pictures": len(turn.pictures),
    }
