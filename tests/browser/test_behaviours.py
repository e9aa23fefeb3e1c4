"""Every behaviour of the site, in its builds and languages, comes to its own end in the store.

A row is data: what is switched, what is asked for, and how job, attempts and account have to stand
then. The replica shows it in the real Chromium, the extension's own scripts read and work the page,
and the real press makes the panel, from its claim to its ending, by the shipped site profile with
shorter waits. Nothing here reads a page or clicks: what a row came to is read from the store, from
the library, and from the replica's ledger. Each row has an account, a store and a library of its
own, so several run at once, in browser contexts that know nothing of each other.
"""

import asyncio
import dataclasses
import hashlib
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from helpers.pressing import Pressing, Stands, pressing
from helpers.prompts import PROMPTS
from helpers.visit import Window, window
from pressrun.picture.panel import Panel
from pressrun.simulator import ledger
from pressrun.simulator.ledger import SiteLedger
from pressrun.sites.profile import Outcome, SiteProfile, shipped
from pressrun.states import Ending, JobState, Step
from pressrun.store.database import prepare
from trials.audit import RunAudit, audit
from trials.replica.pictures import draw

AT_ONCE = 6
"""Rows that run side by side."""

ROW_SECONDS = 150.0
"""How long a row may take on a busy machine; then it is told how it stands."""

MINUTE, HOUR = 60.0, 3600.0

REST_SECONDS = 90.0
"""How much longer than the site tells an account may rest: told are whole minutes, and clocks
differ."""

REFERENCE = draw("the hero of the book", size=(512, 512))


def patient(waits: dict[str, float]) -> SiteProfile:
    """Return the shipped profile, with patience that suits a site which answers within a second.

    Args:
        waits: the limits that a row waits out. No other should ever be reached, however busy the
            machine is.
    """
    site = shipped("chatgpt")
    quick = {"text_only": 6.0, "text_stuck": 8.0, "poll": 1.0}
    return site.model_copy(
        update={
            "still": 0.4,
            "lingering": 1.0,
            "limits": site.limits.model_copy(update=quick | waits),
            "history": site.history.model_copy(update={"settled": 30.0, "soon": 1.0, "pace": 1.0}),
            "pace": site.pace.model_copy(update={"gap": 0.0}),
        }
    )


@dataclass(frozen=True)
class Row:
    """One behaviour, and how everything has to stand then."""

    name: str
    state: JobState = JobState.DONE
    """Of the job."""
    step: Step | None = Step.DONE
    """Of its last attempt; None where none was begun."""
    endings: tuple[Ending | None, ...] = (Ending.DONE,)
    """Of its attempts; None for one that has not ended."""
    says: str = ""
    """A pattern in the reason that is kept of the last attempt, or else in the views."""
    rests: Outcome | None = None
    """What the account rests for."""
    told: bool = False
    """Whether the site told until when, which has to be understood."""
    submitted: int = 1
    """Prompts that the site has taken in the end."""
    made: int = 1
    """Pictures that the site has made in the end; none of them is lost."""
    prompt: str = "A fox waits at the harbour.\n\nRain on the windows."
    attach: bool = False
    """Whether a reference picture goes with the prompt."""
    before: int = 0
    """Further panels that are made before."""
    after: int = 0
    """Further panels behind it, for which nothing is done."""
    goes_on: bool = False
    """Whether it is followed to its end, and what is waited for let pass."""
    then: dict[str, object] = field(default_factory=dict)
    """What is switched as soon as the first attempt is in doubt or has ended."""
    shells: str = "AB"
    """Letters of shells; "b" is the bare form of B."""
    languages: tuple[str, ...] = ("en",)
    long: bool = False
    """Whether it is left to the long tests."""
    waits: dict[str, float] = field(default_factory=dict)
    """Limits of the site profile that are waited out, in seconds."""
    switches: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """What a row came to."""

    stands: Stands
    audit: RunAudit
    ledger: SiteLedger


def made(name: str, **switches: object) -> Row:
    """Return a row whose picture is made."""
    return Row(name, switches=switches)


def stops(name: str, outcome: Outcome, tries: int = 1, **switches: object) -> Row:
    """Return a row whose page takes no prompt: nothing is sent, and the account rests."""
    waited_out = {Outcome.BLOCKED: {"page": 8.0}, Outcome.WRONG_MODEL: {"mode": 4.0}}
    return Row(
        name,
        JobState.WAITING,
        Step.CLAIMED,
        (Ending.RETURNED,) * tries,
        rests=outcome,
        submitted=0,
        made=0,
        waits=waited_out.get(outcome, {}),
        switches=switches,
    )


def refuses(name: str, **switches: object) -> Row:
    """Return a row whose prompt the site refuses."""
    return Row(name, JobState.REFUSED, Step.SUBMITTED, (Ending.REFUSED,), made=0, switches=switches)


def fails(name: str, says: str, **switches: object) -> Row:
    """Return a row that the site fails, by its own word: the job waits to be sent again."""
    return Row(
        name,
        JobState.WAITING,
        Step.SUBMITTED,
        (Ending.FAILED,),
        says=says,
        made=0,
        switches=switches,
    )


def caps(name: str, seconds: float, **switches: object) -> Row:
    """Return a row whose answer is a limit: the account rests as it was told.

    A picture may come below the words, so it is looked at once more before the job waits again.
    """
    slow = "rate_limited" in switches
    limits = {"capped_seconds": (seconds, seconds), "wording": 0}
    return Row(
        name,
        JobState.DOUBT,
        Step.SUBMITTED,
        (None,),
        rests=Outcome.THROTTLED if slow else Outcome.CAPPED,
        told=True,
        made=0,
        switches=limits | switches,
    )


def words(name: str, **switches: object) -> Row:
    """Return a row whose answer has words only: no later picture proves that pictures are seen."""
    row = fails(name, "words only", **switches)
    waits = {"text_only": 2.0, "text_stuck": 3.0}
    return dataclasses.replace(row, state=JobState.DOUBT, endings=(None,), waits=waits)


def toasts(name: str, seconds: float, *, told: bool = True, **switches: object) -> Row:
    """Return a row whose limit is shown over the page, and says nothing of what was sent."""
    row = caps(name, seconds, wording=1, **switches)
    return dataclasses.replace(row, told=told)


def throttles(name: str) -> Row:
    """Return a row whose prompt the site does not take: it is known to be in no chat yet."""
    return Row(
        name,
        JobState.DOUBT,
        Step.SUBMITTING,
        (None,),
        rests=Outcome.THROTTLED,
        submitted=0,
        made=0,
        switches={"throttle": 1.0},
    )


def goes_on(row: Row, *endings: Ending | None, **then: object) -> Row:
    """Return a row that is followed on: what comes of it later, when something else is switched."""
    done = endings[-1] == Ending.DONE
    return dataclasses.replace(
        row,
        state=JobState.DONE if done else JobState.FAILED,
        step=Step.DONE if done else row.step,
        endings=endings,
        says="" if done else row.says,
        rests=None,
        told=False,
        submitted=sum(ending != Ending.UNSENT for ending in endings),
        made=int(done),
        goes_on=True,
        then=then,
    )


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

NOT_TAKEN = {"acknowledge": 4.0, "fill": 4.0}
"""How long a page is watched that has not taken a click on Send."""

EVERY = [
    # before anything is sent
    made("fresh"),
    made("no decoys", decoys=False),
    made("late hydration", hydration_seconds=(1.5, 1.5)),
    stops("expired session", Outcome.SIGNED_OUT, signed_out="expired"),
    stops("no login", Outcome.SIGNED_OUT, signed_out="no_auth"),
    stops("login button", Outcome.SIGNED_OUT, signed_out="button"),
    dataclasses.replace(stops("signed out", Outcome.SIGNED_OUT), shells="G"),
    # nobody is known to be signed in there, so that only the views can tell
    Row(
        "challenge",
        JobState.WAITING,
        None,
        (),
        says="you are human",
        submitted=0,
        made=0,
        waits={"page": 8.0},
        switches={"challenge": True},
    ),
    stops("consent", Outcome.BLOCKED, dialog="consent"),
    stops("what's new", Outcome.BLOCKED, dialog="whats_new"),
    stops("unknown dialog", Outcome.BLOCKED, dialog="unknown"),
    stops("wrong model", Outcome.WRONG_MODEL, tries=2, wrong_model=True),
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
    goes_on(
        dataclasses.replace(made("ignored click", ignored_clicks=1), waits=NOT_TAKEN),
        Ending.UNSENT,
        Ending.DONE,
        ignored_clicks=0,
    ),
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
    *(
        dataclasses.replace(made(f"prompt of {name}"), prompt=prompt, shells="ABb")
        for name, prompt in PROMPTS.items()
    ),
    # a prompt that holds the words of a limit, and the limit itself
    *(
        dataclasses.replace(row, name=f"limit words and {row.name}", prompt=LIMIT_WORDS[number])
        for number, row in (
            (0, caps("27 minutes", 27 * MINUTE, plan_capped=1.0)),
            (0, toasts("plan's toast", 27 * MINUTE, plan_capped=1.0)),
            (1, caps("an hour", HOUR, rate_limited=1.0)),
            (1, throttles("throttle")),
            (2, refuses("refused", refused=1.0, wording=0)),
        )
    ),
    # failures
    *(refuses(f"refused {n}", refused=1.0, wording=n) for n in range(3)),
    *(fails(f"tool error {n}", "image", tool_error=1.0, wording=n) for n in range(2)),
    *(
        fails(f"thread error {n}", says, thread_error=1.0, wording=n)
        for n, says in enumerate(("Something went wrong", "Message delivery timed out"))
    ),
    fails("too long", "maximum length for this conversation", too_long=1.0),
    *(words(f"text only {n}", text_only=1.0, wording=n) for n in range(2)),
    # limits
    caps("27 minutes", 27 * MINUTE, plan_capped=1.0),
    caps("14 hours", 14 * HOUR, plan_capped=1.0),
    caps("3 hours and 36 minutes", 216 * MINUTE, plan_capped=1.0),
    toasts("plan's toast", 27 * MINUTE, plan_capped=1.0),
    caps("tomorrow after", day(15 * HOUR + 10 * MINUTE), free_capped=1.0),
    toasts("tomorrow, by toast", day(15 * HOUR + 10 * MINUTE), free_capped=1.0),
    caps("12 minutes", 12 * MINUTE, rate_limited=1.0),
    caps("an hour", HOUR, rate_limited=1.0),
    toasts("rate limit", HOUR, told=False, rate_limited=1.0),
    throttles("throttle"),
    caps("quota", HOUR, plan_cap=0, plan_window_seconds=HOUR),
    dataclasses.replace(
        toasts("quota's toast", HOUR, plan_cap=1, plan_window_seconds=HOUR),
        before=1,
        after=1,
        submitted=2,
        made=1,
    ),
    dataclasses.replace(
        stops("upload fails", Outcome.UPLOAD_REFUSED, tries=3, upload_failed=1.0), attach=True
    ),
    dataclasses.replace(stops("upload cap", Outcome.UPLOAD_REFUSED, upload_cap=0), attach=True),
    # what comes of it later
    goes_on(
        caps("a cap that ends", 0.1, plan_capped=1.0),
        Ending.LIMITED,
        Ending.DONE,
        plan_capped=0,
    ),
    goes_on(
        dataclasses.replace(
            throttles("a throttle that ends"),
            waits=NOT_TAKEN,
            switches={"throttle": 1.0, "throttle_seconds": 0.1},
        ),
        Ending.UNSENT,
        Ending.DONE,
        throttle=0,
    ),
    goes_on(fails("an error once", "", tool_error=1.0), Ending.FAILED, Ending.DONE, tool_error=0),
    goes_on(fails("errors again and again", "image", tool_error=1.0), *[Ending.FAILED] * 4),
]

NO_CLICK = Row("no click is taken", submitted=0, waits=NOT_TAKEN, switches={"ignored_clicks": 10})

SELDOM = {
    "no decoys", "no login", "what's new", "no partial", "menus on click", "thread once",
    "whole thread", "14 hours", "plan's toast", "tomorrow, by toast", "12 minutes", "upload cap",
    "no text before it", "refused 1", "refused 2", "tool error 1", "text only 1", "limit words 2",
    "limit words 4", "limit words 5", "errors again and again", "prompt of lines",
    "prompt of quotes", "prompt of marks", "prompt of emoji", "prompt of east", "prompt of long",
    "prompt of one long line", "prompt of right to left", "prompt of spaces", "prompt of a letter",
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


@dataclass(frozen=True)
class Seat:
    """Where a row is played, and as whom."""

    opened: Window
    context: str
    """Of the browser."""
    account: str
    switches: dict[str, object]


class Table:
    """Plays rows, several at once, and remembers what each came to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._empty = folder / "empty.db"
        self._hero = folder / "hero.png"
        self.came: dict[str, Came | BaseException] = {}

    async def play(self, cases: list[tuple[str, Row, str, str]]) -> None:
        """Play these rows, each under its name."""
        prepare(self._empty)
        self._hero.write_bytes(REFERENCE)
        left = iter(enumerate(cases))
        async with window(self._folder) as opened:

            async def lane() -> None:
                async with opened.apart() as context:
                    for number, (name, row, shell, language) in left:
                        shown = {"shell": [SHELLS[shell]], "language": [language]}
                        seat = Seat(opened, context, f"row-{number}", row.switches | shown)
                        try:
                            self.came[name] = await self._row(seat, row)
                        except Exception as error:  # noqa: BLE001 - a row's own failure, told by its test
                            self.came[name] = error

            await asyncio.gather(*(lane() for _ in range(AT_ONCE)))

    async def _row(self, seat: Seat, row: Row) -> Came:
        opened, account, switches = seat.opened, seat.account, seat.switches
        folder = self._folder / account
        async with (
            opened.extension(seat.context, account, switches) as extension,
            pressing(extension, patient(row.waits), folder, self._empty) as press,
        ):
            await press.order(self._panels(row))
            if row.then:
                await press.until(_has_failed_once, within=ROW_SECONDS)
                opened.replica.switch(account, switches | row.then)
            stands = await _followed(press, row)
        told = _of_account(ledger.read(opened.replica.ledger), account)
        return Came(stands, audit(told, folder / "store.db", folder / "library"), told)

    def _panels(self, row: Row) -> list[Panel]:
        references = (self._hero,) if row.attach else ()
        return [Panel(f"before{n}", f"Panel {n} before it.") for n in range(row.before)] + [
            Panel("panel", row.prompt, references=references),
            *(Panel(f"after{n}", f"Panel {n} after it.") for n in range(row.after)),
        ]


async def _followed(press: Pressing, row: Row) -> Stands:
    return await (press.ended if row.goes_on else press.quiet)(within=ROW_SECONDS)


def _has_failed_once(stands: Stands) -> bool:
    return any(job.state == JobState.DOUBT or any(job.endings) for job in stands.jobs)


def _of_account(whole: SiteLedger, account: str) -> SiteLedger:
    """What the site did for one account."""
    turns = {each.turn for each in whole.submissions if each.account == account}
    return SiteLedger(
        [
            entry
            for entry in whole.entries
            if (
                entry.account == account
                if isinstance(entry, ledger.SiteLimit)
                else entry.turn in turns
            )
        ]
    )


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Play all rows that were asked for in one browser, and give what they came to."""
    played = Table(tmp_path_factory.mktemp("table"))
    wanted = [
        (item.callspec.id, *item.callspec.params.values())
        for item in request.session.items
        if item.path == request.node.path
        and hasattr(item, "callspec")
        and "row" in item.callspec.params
    ]
    asyncio.run(played.play(wanted))
    return played


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("row", "shell", "language"),
    cases(ROWS),
)
def test_behaviour_comes_to_its_end(
    table: Table, row: Row, shell: str, language: str, request: pytest.FixtureRequest
) -> None:
    """Job, attempts and account stand as the row says, and nothing was sent twice or lost."""
    came = table.came[request.node.callspec.id]
    if isinstance(came, BaseException):
        raise came
    stands, where = came.stands, (came.stands, shell, language)
    before, job, after = (
        stands.jobs[: row.before],
        stands.jobs[row.before],
        stands.jobs[row.before + 1 :],
    )
    assert (job.state, job.endings) == (row.state, row.endings), where
    assert (job.tries[-1].step if job.tries else None) == row.step, where
    assert re.search(row.says, job.tries[-1].reason if job.tries else stands.says), where
    assert [each.state for each in before] == [JobState.DONE] * row.before, where
    assert [(each.state, each.tries) for each in after] == [(JobState.WAITING, ())] * row.after
    _assert_rest(row, came)
    assert (len(came.ledger.submissions), len(came.ledger.pictures)) == (row.submitted, row.made)
    assert came.audit.clean, came.audit
    sent = [hashlib.sha256(REFERENCE).hexdigest()] if row.attach else []
    assert all(each.references == sent for each in came.ledger.submissions[row.before :])


def _assert_rest(row: Row, came: Came) -> None:
    """The account rests for what the row says, until when the site told."""
    if row.goes_on:
        return
    rests = came.stands.rests
    assert [rest.outcome for rest in rests] == ([row.rests] if row.rests else []), came.stands
    if not rests:
        return
    assert came.stands.rests_until == rests[0].until > rests[0].at
    if row.told:
        ends = came.ledger.limits[-1].until
        assert ends <= rests[0].until <= ends + REST_SECONDS, (rests, came.ledger.limits)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("row", "shell", "language"), cases([NO_CLICK]))
def test_a_site_that_takes_no_click_stops_the_account(
    table: Table, row: Row, shell: str, language: str, request: pytest.FixtureRequest
) -> None:
    """A prompt that is brought to Send three times, and is never taken, is not brought a fourth."""
    came = table.came[request.node.callspec.id]
    if isinstance(came, BaseException):
        raise came
    (job,) = came.stands.jobs
    assert len(came.ledger.submissions) == row.submitted
    assert came.stands.rests, (job.endings, job.reason, shell, language)
    assert len(job.tries) <= 3
