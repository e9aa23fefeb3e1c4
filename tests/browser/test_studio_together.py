"""Two studios and a command line that decide about the same panels at once.

Each decision is applied or told as a conflict; nobody overwrites anybody unseen, and in the end
all of them show the same.
"""

import asyncio
import contextlib
import copy
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from helpers.author_at import DIALOG, PATIENCE_SECONDS, AuthorAt, Json, open_studio
from helpers.play import Play, browsing
from helpers.shelved import shelve
from pressrun.cli.client import Client, connect
from pressrun.errors import PressrunError
from pressrun.picture.recipe import Recipe
from pressrun.protocol import calls
from pressrun.protocol.messages.decision import DecideOrder
from pressrun.protocol.messages.gallery import GalleryQuery, Tile
from pressrun.protocol.messages.panel import PanelQuery
from pressrun.simulator.dice import dice
from pressrun.states import AuthorAct, Flag, PictureState, Reviewed
from pressrun.store.lists import Listed

KEYS = [f"ch01/p001/panel-{number}" for number in range(1, 7)]

ACTS = (
    AuthorAct.APPROVE,
    AuthorAct.REJECT,
    AuthorAct.CLEAR,
    AuthorAct.LOCK,
    AuthorAct.UNLOCK,
    AuthorAct.CHOOSE,
    AuthorAct.NOTE,
)

ROUNDS = 24

FAULT = "document.querySelector('dialog[open] .fault')?.textContent"
TYPED = "document.querySelector('dialog[open] textarea').value"

DEAF = 0.5
"""How often somebody decides without having heard of what the others decide at that moment."""

Shown = dict[str, object]
"""What a cell shows of its panel."""


@dataclass(frozen=True)
class Together:
    """Everybody who decides."""

    play: Play
    a: AuthorAt
    b: AuthorAt
    command: Client

    async def agree(self) -> dict[str, Tile]:
        """Wait until both studios, the host and its command say the same; returns the tiles."""
        for author in (self.a, self.b):
            await author.answered()
        said: list[dict[str, Shown]] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                page = await self.command.ask(calls.GALLERY_OPEN, GalleryQuery())
                said = [{tile.key: wanted(tile) for tile in page.tiles}]
                said += [await author.shown() for author in (self.a, self.b)]
                if said[0] == said[1] == said[2] and await self._is_listed(page.tiles):
                    return {tile.key: tile for tile in page.tiles}
                await asyncio.sleep(0.1)

    async def _is_listed(self, tiles: Sequence[Tile]) -> bool:
        """Whether `pressrun panels` says the same."""
        told = await self.play.pressrun("panels", "--all", "--json")
        listed = {each["key"]: each for each in json.loads(told.out)["panels"]}
        return all(
            (listed[tile.key]["state"], listed[tile.key]["locked"], listed[tile.key]["offered"])
            == (tile.state.value, tile.reviewed == Reviewed.LOCKED, Flag.OFFERED in tile.flags)
            for tile in tiles
        )


def wanted(tile: Tile) -> Shown:
    """What a cell is to show of a panel."""
    reviewed = [] if tile.reviewed == Reviewed.UNREVIEWED else [tile.reviewed.value]
    signs = sorted([*reviewed, *(flag.value for flag in tile.flags)])
    return {"reviewed": tile.reviewed.value, "state": tile.state.value, "signs": signs}


@contextlib.asynccontextmanager
async def together(play: Play) -> AsyncIterator[Together]:
    """Two windows with the studio, beside a command line; each panel has two takes."""
    source = play.stage.folder / "book.jsonl"
    wanted = [
        Listed(str(source), key, line, Recipe(f"A fox in the snow, {line}"))
        for line, key in enumerate(KEYS, 1)
    ]
    library = await shelve(play.stage.home, play.library, wanted, dict.fromkeys(KEYS, 2))
    await library.book.store.close()
    async with browsing(play.stage) as tools:
        a = await open_studio(tools, len(KEYS))
        b = await open_studio(tools, len(KEYS))
        async with connect(play.stage.home, start=False) as command:
            yield Together(play, a, b, command)


async def test_who_decides_about_something_else_than_is_there_is_told(play: Play) -> None:
    """Each case that two people come to: what was decided first stands, and the other one hears."""
    async with together(play) as us:
        await _rejected_while_it_is_approved(us)
        await _undone_after_another_decision(us)
        await _rejected_while_it_is_locked(us)
        await _each_undoes_their_own(us)


async def _rejected_while_it_is_approved(us: Together) -> None:
    await us.b.go_to(KEYS[0])
    await us.b.press("r")
    await us.b.until(DIALOG)
    await us.a.go_to(KEYS[0])
    await us.a.decide("a")
    await us.a.answered()
    await us.b.reject("her coat is red")
    why = await us.b.until(FAULT)
    assert why.startswith(f"{KEYS[0]}: Approved")
    assert why.endswith("in the studio.")
    assert await us.b.said() == ("fault", why)
    assert await us.b.page.run(TYPED) == "her coat is red"
    await us.b.leave()
    assert (await us.agree())[KEYS[0]].reviewed == Reviewed.APPROVED


async def _undone_after_another_decision(us: Together) -> None:
    await us.b.go_to(KEYS[1])
    await us.b.decide("a")
    await us.a.until(is_said(KEYS[1], "approved"))
    await us.a.go_to(KEYS[1])
    await us.a.decide("l")
    await us.a.answered()
    await us.b.decide("u")
    await expect_fault(us.b, f"{KEYS[1]}: Locked")
    assert (await us.agree())[KEYS[1]].reviewed == Reviewed.LOCKED


async def _rejected_while_it_is_locked(us: Together) -> None:
    await us.b.go_to(KEYS[2])
    await us.b.press("r")
    await us.b.until(DIALOG)
    await us.a.go_to(KEYS[2])
    await us.a.decide("l")
    await us.a.answered()
    await us.b.reject()
    why = await us.b.until(FAULT)
    assert why.startswith(f"{KEYS[2]}: Locked")
    await us.b.leave()
    assert (await us.agree())[KEYS[2]].reviewed == Reviewed.LOCKED


async def _each_undoes_their_own(us: Together) -> None:
    await us.b.go_to(KEYS[3])
    await us.b.decide("a")
    await us.a.until(is_said(KEYS[3], "approved"))
    await us.a.go_to(KEYS[4])
    await us.a.decide("a")
    await us.b.until(is_said(KEYS[4], "approved"))
    await us.b.decide("u")
    await us.a.until(is_said(KEYS[3], "unreviewed"))
    now = await us.agree()
    assert now[KEYS[3]].reviewed == Reviewed.UNREVIEWED
    assert now[KEYS[4]].reviewed == Reviewed.APPROVED
    # and there is nothing more to undo, whatever else A decided
    await us.b.press("u")
    await us.b.until("told.at(-1)[1] === 'Nothing was decided here that can be undone.'")
    assert await us.agree() == now


async def test_who_hears_late_decides_nothing_unseen(play: Play) -> None:
    """What a page shows may be old: the host decides by what was seen, for one and for many."""
    async with together(play) as us:
        a, b = us.a, us.b
        # A approves all that is shown, and B has rejected one of them
        await a.turn_deaf()
        await b.go_to(KEYS[3])
        await b.press("r")
        await b.reject("the light is wrong")
        await b.until("calls.length === 1")
        await b.answered()
        await a.page.run("document.querySelector('[data-part=approve-all]').click()")
        await a.until("calls.length === 1")
        await a.listen()
        await expect_fault(a, f"{KEYS[3]}: Rejected")
        said = ["approved"] * 3 + ["rejected"] + ["approved"] * 2
        assert [tile.reviewed for tile in (await us.agree()).values()] == said

        # one U takes back all of it, but what somebody decided since
        done = await us.play.pressrun("lock", KEYS[5])
        assert done.code == 0, done.err
        await a.decide("u")
        await expect_fault(a, f"{KEYS[5]}: Locked")
        said = ["unreviewed"] * 3 + ["rejected", "unreviewed", "locked"]
        assert [tile.reviewed for tile in (await us.agree()).values()] == said

        # A presses two keys, and the first of them meets what B decided
        await a.go_to(KEYS[4])
        await a.turn_deaf()
        await b.go_to(KEYS[4])
        await b.press("r")
        await b.reject()
        await b.until("calls.length === 2")
        await b.answered()
        await a.press("a", "l")
        await a.until("calls.length === 3")
        await a.listen()
        await a.until("calls.length === 4")
        await expect_fault(a, f"{KEYS[4]}: Rejected")
        assert [call["answer"]["decision"] for call in (await a.calls())[2:]] == [None, None]
        assert (await us.agree())[KEYS[4]].reviewed == Reviewed.REJECTED

        # A chooses a take while the command line orders another one
        await a.go_to(KEYS[0])
        await a.turn_deaf()
        ordered = await us.play.pressrun("redo", KEYS[0])
        assert ordered.code == 0, ordered.err
        await a.decide("1")
        await a.listen()
        # by now it may be made
        await expect_fault(
            a, f"{KEYS[0]}: Another take ordered", f"{KEYS[0]}: You saw take 2, and take 3 is its"
        )
        await us.play.ended()
        await us.agree()


async def expect_fault(author: AuthorAt, *beginnings: str) -> None:
    """See that the foot of a page tells why something was not decided, in one of these ways."""
    kind, text = await author.said()
    assert kind == "fault", text
    assert text.startswith(beginnings), text


def is_said(key: str, reviewed: str) -> str:
    """The script for whether the cell of a panel shows what its author said."""
    return f"{cell(key)}.dataset.reviewed === '{reviewed}'"


def cell(key: str) -> str:
    """The script for the cell of a panel."""
    return f"[...document.querySelectorAll('.cell')].find((cell) => cell.title === '{key}')"


@dataclass
class Said:
    """What was said of the takes of a panel, as decisions made it, one after the other."""

    current: int = 2
    words: dict[int, str] = field(default_factory=dict)
    note: str = ""


class Record:
    """What the answers that everybody got come to, if each of them is true."""

    def __init__(self) -> None:
        self.panels = {key: Said() for key in KEYS}
        self._before: dict[int, dict[str, Said]] = {}

    def carry(self, asked: Json, answer: Json) -> None:
        """Apply one decision, or one undo."""
        left = {each["key"] for each in answer["conflicts"]}
        if "panels" not in asked:
            before = self._before[asked["decision"]]
            keys = [key for key in before if key not in left]
            self._keep(answer["decision"], keys)
            self.panels |= {key: copy.deepcopy(before[key]) for key in keys}
            return
        keys = [each["key"] for each in asked["panels"] if each["key"] not in left]
        self._keep(answer["decision"], keys)
        for key in keys:
            self._decide(self.panels[key], asked)

    def _keep(self, decision: int, keys: Sequence[str]) -> None:
        self._before[decision] = {key: copy.deepcopy(self.panels[key]) for key in keys}

    def _decide(self, panel: Said, asked: Json) -> None:
        word = panel.words.get(panel.current, "unreviewed")
        match asked["act"]:
            case "choose":
                panel.current = asked["take"]
                return
            case "note":
                panel.note = asked["note"]
                return
            case "approve":
                word = "locked" if word == "locked" else "approved"
            case "keep":
                word = "unreviewed" if word == "rejected" else word
            case "unlock":
                word = "approved" if word == "locked" else word
            case act:
                word = {"reject": "rejected", "lock": "locked", "clear": "unreviewed"}[act]
        panel.words[panel.current] = word


class Crowd:
    """Everybody decides at random, at once, and often without having heard of the others."""

    def __init__(self, us: Together, seed: int) -> None:
        self._us = us
        self._dice = dice(seed, "together")
        self.commands: list[Json] = []

    async def round(self) -> None:
        """Each of the three decides once, about few panels, so that they meet."""
        keys = self._dice.sample(KEYS, 2)
        plans = [
            (author, self._dice.choice(keys), self._dice.choice("aarrlk012nu"), self._dice.random())
            for author in (self._us.a, self._us.b)
        ]
        order = self._dice.choice(keys), self._dice.choice(ACTS), self._dice.randint(1, 2)
        await asyncio.gather(*(self._judge(*plan) for plan in plans), self._order(*order))
        for author in (self._us.a, self._us.b):
            await author.listen()
            await author.answered()
            await author.leave()

    async def _judge(self, author: AuthorAt, key: str, act: str, chance: float) -> None:
        """Press the key of a decision; half of the time without hearing what others decide."""
        await author.go_to(key)
        # whoever writes a note is shown the one that is there
        deaf = chance < DEAF
        if deaf and act != "n":
            await author.turn_deaf()
        before = len(await author.told()), len(await author.calls())
        await author.press(act)
        if act in "rn":
            # where nothing can be rejected, the page says so and asks nothing
            await author.until(f"{DIALOG} || told.length > {before[0]}")
            if await author.page.run(DIALOG):
                if deaf:
                    await author.turn_deaf()
                await (author.reject() if act == "r" else author.note(f"{chance:.6f}"))
        await author.until(f"calls.length > {before[1]} || told.length > {before[0]}")

    async def _order(self, key: str, act: AuthorAct, take: int) -> None:
        """Decide about what is there, as a command does."""
        asked: Json = {"act": act.value, "panels": [{"key": key}]}
        told: dict[AuthorAct, Json] = {
            AuthorAct.REJECT: {"because": "content"},
            AuthorAct.CHOOSE: {"take": take},
            AuthorAct.NOTE: {"note": f"by command, {len(self.commands)}"},
        }
        more = told.get(act, {})
        order = DecideOrder.model_validate({**asked, **more})
        try:
            answer = await self._us.command.ask(calls.REVIEW_DECIDE, order)
        except PressrunError:
            # a command is refused where nothing can be decided: locked
            return
        self.commands.append(
            {"params": {**asked, **more}, "answer": answer.model_dump(mode="json")}
        )


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_decision_is_lost_whoever_makes_it(play: Play, seed: int) -> None:
    """Each is on record once, or was told as a conflict; what stands is what the answers say."""
    async with together(play) as us:
        crowd = Crowd(us, seed)
        for _ in range(ROUNDS):
            await crowd.round()
        tiles = await us.agree()
        made = [*crowd.commands]
        for author in (us.a, us.b):
            mine = await author.calls()
            made += mine
            told = await author.told()
            for call in mine:
                answer = call["answer"]
                assert "code" not in answer, call
                if answer["conflicts"]:
                    first = answer["conflicts"][0]
                    why = f"{first['key']}: {first['why']}"
                    assert any(kind == "fault" and text.startswith(why) for kind, text in told), (
                        call
                    )
                else:
                    # advice may follow
                    assert any(text.startswith(answer["told"]) for _, text in told), call
        applied = sorted(
            (call for call in made if call["answer"]["decision"] is not None),
            key=lambda call: call["answer"]["decision"],
        )
        record = Record()
        for call in applied:
            record.carry(call["params"], call["answer"])
        for key, said in record.panels.items():
            shown = (tiles[key].reviewed.value, Flag.NOTED in tiles[key].flags)
            assert shown == (said.words.get(said.current, "unreviewed"), bool(said.note)), key
        for key in KEYS:
            detail = await us.command.ask(calls.PANELS_SHOW, PanelQuery(key=key))
            (current,) = (take for take in detail.takes if take.place == PictureState.CURRENT)
            assert (current.number, detail.note or "") == (
                record.panels[key].current,
                record.panels[key].note,
            )
    with closing(sqlite3.connect(play.stage.home.store)) as connection:
        numbers = [number for (number,) in connection.execute("SELECT id FROM decisions")]
    assert sorted(numbers) == [call["answer"]["decision"] for call in applied]
    assert sum(bool(call["answer"]["conflicts"]) for call in made) >= ROUNDS // 6
