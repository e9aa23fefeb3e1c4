"""Every behaviour of the site, in its builds and languages, comes to its own outcome.

A row is data: what is switched, what is done, and what it has to come to. The replica shows it in
the real Chromium, the extension's own scripts read and work the page, and the judge says what it
came to by the shipped site profile. Each row has an account of its own, so several run at once,
each in a browser context of its own.
"""

import asyncio
import base64
import dataclasses
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from helpers.visit import Visit, Window, window
from pressrun.browser.devtools import DevToolsError
from pressrun.protocol.messages import Reading
from pressrun.replica.ledger import Ledger, read
from pressrun.replica.pictures import belongs, draw
from pressrun.sites import judge
from pressrun.sites.profile import SiteProfile, shipped

AT_ONCE = 4
"""Rows that run side by side."""

ROW_SECONDS = 30.0

MINUTE, HOUR = 60.0, 3600.0

LOOK_SECONDS = 6.0
"""How long a page that is only looked at has to come to its word."""

MODE_SECONDS = 3.0
"""How long image mode has to be seen."""

REFERENCE = draw("the hero of the book", size=(512, 512))

FETCH = """fetch(%r).then((told) => told.blob()).then((blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
}))"""


def patient() -> SiteProfile:
    """Return the shipped profile, with patience that suits a site which answers within a second."""
    site = shipped("chatgpt")
    limits = site.limits.model_copy(update={"text_only": 1.0, "text_stuck": 1.5})
    return site.model_copy(update={"still": 0.4, "lingering": 1.0, "limits": limits})


@dataclass(frozen=True)
class Row:
    """One behaviour, and what it has to come to."""

    name: str
    word: str
    """The outcome; "ready" for a page that takes a prompt."""
    shells: str = "AB"
    """Letters of shells; "b" is the bare form of B."""
    send: bool = True
    """Whether a prompt is sent; else the page is only looked at."""
    prompt: str = "A fox waits at the harbour.\n\nRain on the windows."
    wait: tuple[float, float] | None = None
    """Least and most seconds that the page is understood to ask for."""
    submitted: int = 1
    """Prompts that the site has taken in the end."""
    made: int = 0
    """Pictures that the site has made in the end."""
    attach: bool = False
    """Whether a reference picture goes with the prompt."""
    languages: tuple[str, ...] = ("en",)
    long: bool = False
    """Whether it is left to the long tests."""
    switches: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """What a row came to."""

    word: str
    text: str = ""
    wait: float | None = None
    right: bool = True
    """Whether a picture that was made is one of the prompt's."""
    ledger: Ledger = field(default_factory=lambda: Ledger([]))


def look(name: str, word: str, **switches: object) -> Row:
    """Return a row for a page that is only looked at."""
    return Row(name, word, send=False, submitted=0, switches=switches)


def made(name: str, **switches: object) -> Row:
    """Return a row whose picture is made."""
    return Row(name, "made", made=1, switches=switches)


def fails(name: str, word: str, **switches: object) -> Row:
    """Return a row whose prompt is taken, and comes to no picture."""
    return Row(name, word, switches=switches)


def caps(name: str, seconds: float, wording: int = 0, *, off: float = 0, **switches: object) -> Row:
    """Return a row whose account is told to wait; by the clock, to the minute."""
    limits = {"capped_seconds": (seconds, seconds), "wording": wording}
    word = "throttled" if "rate_limited" in switches else "capped"
    span = (seconds - off, seconds + 61)
    return Row(name, word, wait=span, switches=switches | limits)


def day(seconds: float) -> float:
    """Seconds until so long after the next midnight of this machine."""
    now = time.localtime()
    return 24 * HOUR - (now.tm_hour * HOUR + now.tm_min * MINUTE + now.tm_sec) + seconds


LIMIT_WORDS = (
    "You've hit the Plus plan limit for image generations requests.",
    "Too many requests. You're making requests too quickly.",
    "We're so sorry, but the prompt may violate our guardrails.",
    "Something went wrong. Message delivery timed out. Please try again.",
    "You've reached the maximum length for this conversation.",
    "Your session has expired. Log in to continue. Just a moment...",
)

EVERY = [
    # before anything is sent
    look("fresh", "ready"),
    look("no decoys", "ready", decoys=False),
    look("late hydration", "ready", hydration_seconds=(1.5, 1.5)),
    look("expired session", "signed out", signed_out="expired"),
    look("no login", "signed out", signed_out="no_auth"),
    look("login button", "signed out", signed_out="button"),
    Row("signed out", "signed out", shells="G", send=False, submitted=0),
    look("challenge", "challenged", challenge=True),
    look("consent", "blocked", dialog="consent"),
    look("what's new", "blocked", dialog="whats_new"),
    look("unknown dialog", "blocked", dialog="unknown"),
    Row("wrong model", "no image mode", submitted=0, switches={"wrong_model": True}),
    # pictures
    made("picture"),
    made("no text before it", text_before_picture=False),
    made("no partial", partial=False),
    made("partial is larger", partial_weight=400_000),
    made("no Stop while drawing", stop_while_drawing=False),
    made("Stop lingers", stop_lingers_seconds=(2.5, 2.5)),
    made("no finished marks", finished_marks=False),
    dataclasses.replace(made("stale state", stale=1.0), shells="B"),
    made("late address", url_lag_seconds=(1.5, 1.5)),
    made("menus on click", menu_opens="click"),
    made("ignored click", ignored_clicks=1),
    dataclasses.replace(made("several pictures", pictures=3), made=3),
    dataclasses.replace(made("poll", poll=1.0), made=2),
    dataclasses.replace(made("thread once", doubled=False), shells="B"),
    dataclasses.replace(made("whole thread", virtual=False), shells="B"),
    dataclasses.replace(made("reference"), attach=True),
    *(
        dataclasses.replace(
            made(f"limit words {number}"),
            prompt=f"A poster: “{words}”",
        )
        for number, words in enumerate(LIMIT_WORDS)
    ),
    # a prompt that holds the words of a limit, and the limit itself
    *(
        dataclasses.replace(row, name=f"limit words and {row.name}", prompt=LIMIT_WORDS[number])
        for number, row in (
            (0, caps("27 minutes", 27 * MINUTE, plan_capped=1.0)),
            (0, caps("plan's toast", 27 * MINUTE, 1, plan_capped=1.0)),
            (1, caps("an hour", HOUR, rate_limited=1.0)),
            (1, Row("throttle", "throttled", submitted=0, switches={"throttle": 1.0})),
            (2, fails("refused", "refused", refused=1.0, wording=0)),
        )
    ),
    # failures
    *(fails(f"refused {n}", "refused", refused=1.0, wording=n) for n in range(3)),
    *(fails(f"tool error {n}", "tool error", tool_error=1.0, wording=n) for n in range(2)),
    *(fails(f"thread error {n}", "thread error", thread_error=1.0, wording=n) for n in range(2)),
    fails("too long", "conversation too long", too_long=1.0),
    *(fails(f"text only {n}", "text only", text_only=1.0, wording=n) for n in range(2)),
    # limits
    caps("27 minutes", 27 * MINUTE, plan_capped=1.0),
    caps("14 hours", 14 * HOUR, plan_capped=1.0),
    caps("3 hours and 36 minutes", 216 * MINUTE, plan_capped=1.0),
    caps("plan's toast", 27 * MINUTE, 1, plan_capped=1.0),
    caps("tomorrow after", day(15 * HOUR + 10 * MINUTE), off=1, free_capped=1.0),
    caps("tomorrow, by toast", day(15 * HOUR + 10 * MINUTE), 1, off=1, free_capped=1.0),
    caps("12 minutes", 12 * MINUTE, rate_limited=1.0),
    caps("an hour", HOUR, rate_limited=1.0),
    fails("rate limit", "throttled", rate_limited=1.0, wording=1),
    Row("throttle", "throttled", submitted=0, switches={"throttle": 1.0}),
    Row("quota", "capped", switches={"plan_cap": 0, "plan_window_seconds": HOUR}),
    Row(
        "upload fails", "upload refused", attach=True, submitted=0, switches={"upload_failed": 1.0}
    ),
    Row("upload cap", "upload refused", attach=True, submitted=0, switches={"upload_cap": 0}),
]

SELDOM = {
    "no decoys", "no login", "what's new", "no partial", "menus on click", "thread once",
    "whole thread", "14 hours", "plan's toast", "tomorrow, by toast", "12 minutes", "upload cap",
    "no text before it", "refused 1", "refused 2", "tool error 1", "text only 1", "limit words 2",
    "limit words 4", "limit words 5",
}  # fmt: skip
"""Rows that are left to the long tests, because their like is among the others."""

TONGUES = ("de", "ja", "ar")
ELSEWHERE = {"fresh", "picture", "poll", "reference", "throttle", "refused 0", "tomorrow after"}
"""Rows that are worth it in other languages, and in a form without its mark."""

ROWS = [
    *(dataclasses.replace(row, long=row.name in SELDOM) for row in EVERY),
    *(
        dataclasses.replace(row, shells="ABb", languages=TONGUES, long=True)
        for row in EVERY
        if row.name in ELSEWHERE
    ),
]

SHELLS = {"A": "A", "B": "B", "b": "bare", "G": "G"}


def cases(rows: list[Row]) -> list[Any]:
    """Return every row with each of its shells and languages."""
    return [
        pytest.param(
            row,
            shell,
            language,
            id=f"{row.name}-{SHELLS[shell]}-{language}",
            marks=[pytest.mark.long] if row.long else [],
        )
        for row in rows
        for shell in row.shells
        for language in row.languages
    ]


class Table:
    """Plays rows, several at once, and remembers what each came to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.came: dict[str, Came | BaseException] = {}

    async def play(self, cases: list[tuple[str, Row, str, str]]) -> None:
        """Play these rows, each under its name."""
        left = iter(enumerate(cases))
        async with window(self._folder) as opened:

            async def lane(lane: int) -> None:
                async with opened.visit(f"lane-{lane}") as visit:
                    for number, (name, row, shell, language) in left:
                        switches = {"shell": [SHELLS[shell]], "language": [language]}
                        try:
                            async with asyncio.timeout(ROW_SECONDS):
                                account = f"row-{number}"
                                await visit.sign_in(account, {**row.switches, **switches})
                                told = await Play(visit, row).outcome()
                                self.came[name] = _with_ledger(told, opened, account)
                        except Exception as error:  # noqa: BLE001 - a row's own failure, told by its test
                            self.came[name] = error

            await asyncio.gather(*map(lane, range(AT_ONCE)))


def _with_ledger(told: Came, opened: Window, account: str) -> Came:
    whole = read(opened.replica.ledger)
    sent = [each for each in whole.submissions if each.account == account]
    turns = {each.turn for each in sent}
    pictures = [each for each in whole.pictures if each.turn in turns]
    return dataclasses.replace(told, ledger=Ledger([*sent, *pictures]))


class Play:
    """One row on one page."""

    def __init__(self, visit: Visit, row: Row) -> None:
        self._visit = visit
        self._row = row
        self._site = patient()
        self._profile = self._site.page.model_dump_json()

    async def outcome(self) -> Came:
        """Do what the row says, until it has come to something."""
        if not self._row.send:
            return await self._look()
        if (stopped := await self._prepare()) is not None:
            return stopped
        await self._send()
        settling = judge.Settling(self._site, self._row.prompt)
        return await self._until(lambda reading: self._settled(settling, reading))

    async def _prepare(self) -> Came | None:
        """Attach, switch image mode on and write; what stands in the way, if anything does."""
        await self._until(self._ready)
        if self._row.attach:
            await self._attach()
            stopped = await self._until(self._attached)
            if stopped.word != "attached":
                return stopped
        for step in self._site.mode:
            try:
                await self._work("page.click", role=step.click)
            except DevToolsError:
                return Came("no image mode")
        try:
            async with asyncio.timeout(MODE_SECONDS):
                await self._until(lambda reading: Came("on") if reading.mode_on else None)
        except TimeoutError:
            return Came("no image mode")
        await self._work("page.fill", text=self._row.prompt)
        reading = await self._reading()
        assert reading.composer_text == self._row.prompt
        assert reading.mode_on, "image mode was lost while the prompt was written"
        return None

    async def _send(self) -> None:
        """Click Send; once more only where the page has plainly ignored it."""
        await self._until(lambda reading: Came("enabled") if reading.send else None)
        for click in range(1 + int(str(self._row.switches.get("ignored_clicks", 0)))):
            if click:
                reading = await self._reading()
                assert reading.composer_text == self._row.prompt
                assert reading.turn_count == 0
            await self._work("page.click", role="send", step=f"send {click}")

    async def _attach(self) -> None:
        await self._work(
            "page.attach",
            name="hero.png",
            media="image/png",
            size=len(REFERENCE),
            offset=0,
            data=base64.b64encode(REFERENCE).decode(),
        )

    def _ready(self, reading: Reading) -> Came | None:
        return Came("ready") if judge.obstacle(reading) is None else None

    def _attached(self, reading: Reading) -> Came | None:
        if wrong := judge.trouble_in_notices(self._site, reading):
            return Came(wrong.outcome, wrong.text, wrong.told)
        return Came("attached") if reading.chips and not reading.chips_pending else None

    async def _look(self) -> Came:
        """What the page says by itself; one that still loads says something else at first."""
        until = time.monotonic() + LOOK_SECONDS
        while True:
            told = judge.verdict(self._site, await self._reading(), None)
            if told.word == self._row.word or time.monotonic() > until:
                return Came(told.word, told.text, told.wait)
            await asyncio.sleep(0.1)

    async def _settled(self, settling: judge.Settling, reading: Reading) -> Came | None:
        if wrong := judge.trouble_in_notices(self._site, reading):
            return Came(wrong.outcome, wrong.text, wrong.told)
        match settling.look(reading, time.monotonic()):
            case judge.Made(src=src):
                data = base64.b64decode(await self._visit.page.run(FETCH % src))
                return Came("made", right=belongs(data, self._row.prompt))
            case judge.Trouble() as wrong:
                return Came(wrong.outcome, wrong.text, wrong.told)
        return None

    async def _until(
        self, tell: Callable[[Reading], Came | None] | Callable[[Reading], Awaitable[Came | None]]
    ) -> Came:
        while True:
            told = tell(await self._reading())
            came = await told if isinstance(told, Awaitable) else told
            if came is not None:
                return came
            await asyncio.sleep(0.1)

    async def _reading(self) -> Reading:
        return await self._visit.reading(self._profile)

    async def _work(self, method: str, **params: object) -> None:
        await self._visit.work(self._profile, method, **params)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Play all rows that were asked for in one browser, and give what they came to."""
    played = Table(tmp_path_factory.mktemp("table"))
    wanted = [
        (item.callspec.id, *item.callspec.params.values())
        for item in request.session.items
        if item.path == request.node.path and hasattr(item, "callspec")
    ]
    asyncio.run(played.play(wanted))
    return played


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("row", "shell", "language"),
    cases(ROWS),
)
def test_behaviour_comes_to_its_outcome(
    table: Table, row: Row, shell: str, language: str, request: pytest.FixtureRequest
) -> None:
    """The outcome is the row's word, the wait is understood, and nothing was sent twice."""
    came = table.came[request.node.callspec.id]
    if isinstance(came, BaseException):
        raise came
    assert (came.word, came.right) == (row.word, True), (came.text, shell, language)
    if row.wait is not None:
        assert came.wait is not None, came.text
        assert row.wait[0] <= came.wait <= row.wait[1], came.text
    assert len(came.ledger.submissions) == row.submitted
    assert len(came.ledger.pictures) == row.made
