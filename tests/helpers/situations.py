"""How things may stand, as the views are told it: an example for each state of the sentence."""

from dataclasses import dataclass, field

from pressrun import words
from pressrun.picture.recipe import Recipe
from pressrun.press import allowance
from pressrun.protocol.messages.batch import BatchStatus, BoundPanels, RecentPicture
from pressrun.protocol.messages.status import AccountStatus, Status, TabStatus
from pressrun.server.sentence import sentence
from pressrun.server.status import batch_told
from pressrun.states import BatchState, DriftKind, JobState, PanelState
from pressrun.store.approvals import Asked
from pressrun.store.batches import Numbers
from pressrun.store.panels import KnownPanel
from pressrun.store.review import Attention, Waited
from pressrun.store.standstill import WaitedFor

NOW = 1_000_000.0
LATER = NOW + 3_600
PROFILE = "this-profile"
POLICY = (
    "I can't make this picture: it shows a person who is hurt. Try a prompt without injuries, and "
    "I will gladly help"
)
GATEWAY = "Something went wrong while generating the image (502 bad gateway)"


def batch(  # noqa: PLR0913 - what a test says of one
    state: BatchState = BatchState.RUNNING,
    *,
    number: int = 1,
    source: str = "/book.txt",
    asking: int = 0,
    approval: str | None = None,
    per_minute: float | None = None,
    forecast: str = "",
    obstacle: str | None = None,
    site: str = "chatgpt",
    stopped: str | None = None,
    needs: list[KnownPanel] | None = None,
    standstill: WaitedFor | None = None,
    following: int = 0,
    comparing: int = 0,
    awaiting: int = 0,
    seen: Attention | None = None,
    offered: int = 0,
    **jobs: int,
) -> BatchStatus:
    """Return a batch with so many jobs in each state."""
    held = jobs.get("held", 0)
    numbers = Numbers(
        id=number,
        source=source,
        library="/book-pictures",
        site=site,
        tabs=2,
        priority=0,
        state=state,
        made_before=0,
        refused_before=0,
        left_before=0,
        created_at=NOW,
        ended_at=None,
        jobs={JobState(name): count for name, count in jobs.items()},
        chats=1,
        project=None,
        stopped_because=stopped,
        asking=asking,
        approval=Asked(approval, held) if approval else None,
        following=following,
        comparing=comparing,
        awaiting=awaiting,
        standstill=standstill,
    )
    told = batch_told(numbers, per_minute, needs or [], obstacle, seen, offered=offered)
    recent = [
        RecentPicture(key=f"ch01/p{page:03d}/panel-1", picture=f"{page:064x}")
        for page in range(min(4, jobs.get("done", 0)), 0, -1)
    ]
    return told.model_copy(update={"forecast": forecast, "recent": recent})


def account(
    *keys: str | None,
    name: str = "1",
    connected: bool = True,
    resting: str | None = None,
    until: float = LATER,
    asks: bool = False,
    failing: int = 0,
    profile: str = PROFILE,
) -> AccountStatus:
    """Return an account with one tab for each key."""
    doing = "resting" if resting else "waiting for the picture"
    return AccountStatus(
        account=name,
        profile=profile,
        connected=connected,
        resting=words.rest(resting, until, NOW) if resting else None,
        resting_until=until if resting else None,
        asks=asks,
        failing=failing,
        because=GATEWAY if failing else None,
        tabs=[
            TabStatus(
                tab=number,
                doing=doing if key or resting else "looking around",
                key=key,
                since=NOW - 7 * number,
                made=0,
            )
            for number, key in enumerate(keys, start=1)
        ],
    )


def panel(key: str, state: PanelState, reason: str, line: int = 12) -> KnownPanel:
    """Return a panel that needs the author."""
    return KnownPanel(key, "/book.txt", line, Recipe("A fox at the lighthouse"), state, reason)


def refused(count: int) -> list[KnownPanel]:
    """Return panels that the site refused."""
    return [
        panel(f"ch01/p{number:03d}/panel-1", PanelState.REFUSED, POLICY)
        for number in range(1, count + 1)
    ]


@dataclass(frozen=True)
class Example:
    """How things stand, and how the sentence begins that says so."""

    says: str
    accounts: list[AccountStatus] = field(default_factory=list)
    batches: list[BatchStatus] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """What the views are told."""
        return Status(
            revision=1,
            version="1",
            now=NOW,
            sentence=sentence(self.accounts, self.batches, NOW),
            accounts=self.accounts,
            batches=self.batches,
            log="/home/me/.pressrun/logs/host.log",
        )


FORECAST = (
    "About 6 h 30 min (30 min to 12 h) left. Assuming the usual limit of 50 pictures in 3 h, at "
    "1 min a picture before it (as measured in this batch)."
)
KEY = "the-lighthouse-at-the-end-of-the-world/chapter-01/page-012/panel-3"
PAUSED, CANCELLED, DONE = BatchState.PAUSED, BatchState.CANCELLED, BatchState.DONE
SIGN_IN, PERSON, LIMIT = allowance.SIGN_IN, allowance.PERSON, allowance.LIMIT

NO_PROJECT = "The project in which chats are begun does not exist, or is not this account's"

BUSY = batch(done=37, working=2, waiting=81, per_minute=1.4, forecast=FORECAST)

EXAMPLES: dict[str, Example] = {
    "no browser": Example(
        "Waiting for the browser: 83 pictures left. Open it",
        [account(connected=False)],
        [batch(done=37, waiting=83)],
    ),
    "resting": Example(
        f"{LIMIT}. Pressrun tries again at ",
        [account(None, None, resting=LIMIT)],
        [batch(done=37, waiting=83, forecast=FORECAST)],
    ),
    "failing": Example(
        f"The last 5 attempts made no picture: {GATEWAY}. Pressrun tries again; 4 pictures left",
        [account("ch01/p001/panel-1", failing=5)],
        [batch(waiting=3, working=1, failed=2, needs=[panel(KEY, PanelState.FAILED, GATEWAY)])],
    ),
    "making": Example(
        "Making 83 pictures in 2 tabs",
        [account("ch01/p003/panel-2", KEY, failing=2)],
        [BUSY],
    ),
    "saving": Example("Saving 1 picture", [account(None)], [batch(done=119, working=1)]),
    "elsewhere": Example(
        "2 pictures wait for account 7, in whose chats they are made; sign in with it",
        [account(None)],
        [
            batch(done=118, waiting=2).model_copy(
                update={"bound": [BoundPanels(account=7, panels=2)]}
            )
        ],
    ),
    "getting ready": Example(
        "Getting a tab ready; 120 pictures left", [account(None)], [batch(waiting=120)]
    ),
    "other site": Example(
        "Batch 1 is for easel, which",
        [],
        [
            batch(
                PAUSED,
                done=3,
                waiting=2,
                site="easel",
                obstacle="This Pressrun works with chatgpt, and not with easel",
            )
        ],
    ),
    "halted": Example(
        f"Batch 1 is paused: {NO_PROJECT[0].lower()}{NO_PROJECT[1:]}. To go on: pressrun resume 1",
        [account(None)],
        [
            batch(
                PAUSED,
                done=3,
                waiting=2,
                stopped=NO_PROJECT,
                obstacle=f"{NO_PROJECT}. To go on: pressrun resume 1",
            )
        ],
    ),
    "paused": Example(
        "Paused with 81 pictures left; 2 pictures under way will still be finished",
        [account("ch01/p003/panel-2", KEY)],
        [batch(PAUSED, done=37, waiting=81, working=2)],
    ),
    "finding out": Example(
        "Finding out what became of 2 pictures", [account(None)], [batch(done=9, doubt=3, asking=1)]
    ),
    "asking": Example(
        "Nothing left to make, but 1 picture needs your decision: pressrun doubt",
        [],
        [
            batch(
                done=9,
                doubt=1,
                asking=1,
                needs=[panel("ch01/p004/panel-1", PanelState.DOUBT, "the chat is gone")],
            )
        ],
    ),
    "approving": Example(
        "Waiting for you to approve ch01/p1; 12 panels wait for it: pressrun approve ch01/p1",
        [],
        [batch(done=4, held=12, approval="ch01/p1")],
    ),
    "reviewing": Example(
        "Pictures of Mara drift from those you approved; 12 panels wait for you: pressrun style",
        [],
        [
            batch(
                done=40,
                held=16,
                seen=Attention(
                    outliers=5,
                    held=4,
                    drifting=12,
                    first=Waited("Mara", 12, drift=3, kind=DriftKind.FIGURE),
                ),
            )
        ],
    ),
    "held": Example("1 picture depends on panels that were not made", [], [batch(held=1)]),
    "comparing": Example(
        "Comparing the last pictures with those you approved", [account(None)], [batch(done=120)]
    ),
    "cancelled": Example(
        "The last batch was cancelled", [], [batch(CANCELLED, done=3, cancelled=117)]
    ),
    "needs you": Example(
        "All done except 5 pictures that need you: pressrun panels",
        [],
        [batch(DONE, done=115, refused=5, needs=refused(5))],
    ),
    "standing out": Example(
        "All pictures are made; 5 stand out: pressrun review",
        [],
        [batch(DONE, done=120, seen=Attention(outliers=5))],
    ),
    "offered": Example(
        "All pictures are made; 2 new takes wait for your yes: pressrun panels --offered",
        [],
        [batch(DONE, done=120, offered=2)],
    ),
    "all made": Example("All pictures are made", [], [batch(DONE, done=120)]),
    "nothing": Example("Nothing to make; start with: pressrun run FILE"),
}
"""For each state of the table an example that is told in its words."""

VARIANTS: dict[str, Example] = {
    "sign in": Example(
        f"{SIGN_IN}. Pressrun tries again at ",
        [account(None, resting=SIGN_IN, asks=True)],
        [batch(done=37, waiting=83)],
    ),
    "challenge": Example(
        f"{PERSON}. Pressrun tries again at ",
        [account(resting=PERSON, asks=True)],
        [batch(done=37, waiting=83)],
    ),
    "dialog": Example(
        "Look at the page in the Pressrun window of your browser: ",
        [
            account(
                None,
                asks=True,
                resting=allowance.reason("blocked", "a dialog that Pressrun does not know"),
            )
        ],
        [batch(done=37, waiting=83)],
    ),
    "several accounts": Example(
        "Making 83 pictures in 1 tab. Account 2 needs you: sign in to ChatGPT in the Pressrun "
        "window of your browser. Account 3 rests until ",
        [
            account("ch01/p003/panel-2"),
            account(None, name="2", resting=SIGN_IN, asks=True),
            account(None, name="3", resting=LIMIT, profile="another-profile"),
        ],
        [BUSY],
    ),
    "several lists": Example(
        "Making 83 pictures in 2 tabs",
        [account("ch01/p003/panel-2", KEY)],
        [
            batch(
                number=3,
                source="/books/the-lighthouse-at-the-end-of-the-world.jsonl",
                done=37,
                working=2,
                waiting=81,
                per_minute=1.4,
                forecast=FORECAST,
            ),
            batch(
                DONE,
                number=2,
                source="/第一章.csv",
                done=29,
                refused=4,
                failed=1,
                needs=[
                    panel("第一章/頁十二/格三", PanelState.FAILED, GATEWAY),
                    *refused(4),
                ],
            ),
        ],
    ),
}
"""Further ones that the popup shows in a way of its own."""

CROWDED = Example(
    "Making 83 pictures in 24 tabs",
    [
        account(
            *[f"{KEY}{number}" for number in range(8)],
            name=str(name),
            resting=f"{LIMIT}. {POLICY}" if name == 3 else None,
            asks=name == 2,
        ).model_copy(update={"profile": PROFILE if name == 1 else f"profile-{name}"})
        for name in (1, 2, 3)
    ],
    [
        batch(
            number=9 - number,
            source=f"/books/{'the-lighthouse-at-the-end-of-the-world-' * 4}{number}.jsonl",
            done=37,
            working=2,
            waiting=81_000,
            refused=40,
            doubt=1,
            asking=1,
            per_minute=1.4,
            forecast=FORECAST * 3,
            needs=[panel(f"{KEY}/{n}" * 3, PanelState.REFUSED, POLICY * 9) for n in range(10)],
        )
        for number in range(6)
    ],
).status
"""More of everything than a popup has room for."""
