"""Behaviours are switched by account, by address and on the control page; nothing is left out."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from helpers.author import QUICK, SLOW, signed_in, stranger_to
from pressrun.simulator.ledger import read
from trials.replica.behaviour import Behaviour
from trials.replica.control import GROUPS, groups
from trials.replica.mixture import MIXTURE
from trials.replica.pictures import belongs
from trials.replica.server import serving

PASSING = ("error", "refused", "long", "only", "failed", "throttle", "capped", "limited")
"""How the rates are named with which failures and limits come."""


@pytest.mark.parametrize(
    ("switches", "field", "value"),
    [
        ({"shell": "B"}, "shell", ("B",)),
        ({"shell": "A,B"}, "shell", ("A", "B")),
        ({"poll": "0.5"}, "poll", 0.5),
        ({"generation_seconds": "1,3"}, "generation_seconds", (1.0, 3.0)),
        ({"generation_seconds": "2"}, "generation_seconds", (2.0, 2.0)),
        ({"picture_size": "512,256"}, "picture_size", (512, 256)),
        ({"dialog": "consent"}, "dialog", "consent"),
        ({"plan_cap": "none"}, "plan_cap", None),
        ({"challenge": "true"}, "challenge", True),
    ],
)
def test_switches_are_read_as_people_write_them(
    switches: dict[str, object], field: str, value: object
) -> None:
    """An address and a command line give texts, and every kind of setting has one."""
    assert getattr(Behaviour().but(switches), field) == value


@pytest.mark.parametrize(
    "wrong", [{"shel": "B"}, {"shell": "C"}, {"shell": ""}, {"poll": "2"}, {"page_seconds": "3,1"}]
)
def test_wrong_switches_are_refused(wrong: dict[str, object]) -> None:
    """A misspelt switch fails at once instead of showing nothing."""
    with pytest.raises(ValidationError):
        Behaviour().but(wrong)


def test_every_behaviour_is_on_the_control_page_once() -> None:
    """A new behaviour cannot be forgotten there, and each says what it means."""
    named = [name for names in GROUPS.values() for name in names]
    assert sorted(named) == sorted(Behaviour.model_fields)
    shown = [switch for group in groups(Behaviour()) for switch in _switches(group)]
    assert all(switch["means"] for switch in shown)
    assert {switch["set"] for switch in shown} == {"tick", "rate", "choice", "several", "text"}


def test_every_behaviour_is_documented() -> None:
    """The page about the replica tells of each in the words of the control page."""
    page = (Path(__file__).parents[2] / "docs" / "replica.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip("|` "): row[-1].strip("| ") for row in reversed(rows)}
    for name, field in Behaviour.model_fields.items():
        assert told[name] == " ".join((field.description or "").split()).replace("``", "`")


def _switches(group: dict[str, object]) -> list[dict[str, Any]]:
    switches = group["switches"]
    assert isinstance(switches, list)
    return switches


def test_mixture_has_every_failure_in_it() -> None:
    """A soak meets each class that can pass by itself; a person's classes stay out."""
    mixed = Behaviour().but(MIXTURE)
    rates = [name for name in (*GROUPS["Failures"], *GROUPS["Limits"]) if name.endswith(PASSING)]
    assert [name for name in rates if not getattr(mixed, name)] == []
    assert (mixed.dialog, mixed.signed_out, mixed.challenge) == (None, None, False)


async def test_account_and_address_win_over_the_site(tmp_path: Path) -> None:
    """One account may have another page than the next, and one page another than its account."""
    async with serving(tmp_path, QUICK) as replica, stranger_to(replica) as session:

        async def shell(path: str) -> str:
            async with session.get(path) as response:
                return (await response.text()).partition('"shell": "')[2][:1]

        assert await shell("/?replica-account=Ada") == "A"
        assert await shell("/?replica-account=Bea&replica-shell=B") == "B"
        assert await shell("/") == "B"
        assert await shell("/?replica-shell=A") == "A"
        assert await shell("/?replica-account=Ada") == "A"
        async with session.get("/?replica-shell=C") as response:
            assert (response.status, "shell" in await response.text()) == (400, True)


async def test_pages_of_several_shells_are_drawn_by_seed(tmp_path: Path) -> None:
    """A tab's shell is whatever its load of the page drew, and the seed replays the draws."""

    async def loads(folder: Path) -> list[str]:
        behaviour = QUICK.but({"shell": "A,B", "language": "en,de,ja"})
        async with serving(folder, behaviour) as replica, stranger_to(replica) as session:
            pages = []
            for _ in range(12):
                async with session.get("/") as response:
                    pages.append((await response.text()).partition('id="visit">')[2][:40])
            return pages

    first = await loads(tmp_path / "one")
    assert len(set(first)) > 3
    assert await loads(tmp_path / "two") == first


async def test_control_page_switches_and_has_open_pages_show_it(tmp_path: Path) -> None:
    """A switch holds at once, and pages that are open load themselves anew."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:

        async def order(**told: object) -> int:
            async with author.session.post("/replica/behaviour", json=told) as response:
                return response.status

        assert await order(switches={"shell": ["B"], "poll": 1}) == 204
        await author.hear("reload")
        assert (replica.behaviour.shell, replica.behaviour.poll) == (("B",), 1.0)
        assert await order(switches={"poll": 7}) == 400
        assert replica.behaviour.poll == 1.0
        assert await order(account="Bea", switches={"poll": 0.5}) == 204
        assert replica.site.behaviour_for(replica.site.account("Bea")).poll == 0.5
        assert await order(switches={}, afresh=True) == 204
        assert replica.behaviour == Behaviour()


async def test_poll_makes_two_and_asks_until_it_is_answered(tmp_path: Path) -> None:
    """Both pictures are in the ledger; the question outlives a restart, and the answer too."""
    async with (
        serving(tmp_path, QUICK.but({"poll": 1})) as replica,
        signed_in(replica) as author,
    ):
        turn = await author.answer(await author.send("a fox"))
        assert turn["poll"]
        made = read(replica.ledger).pictures_of("a fox")
        assert [each.ordinal for each in made] == [1, 2]
        assert len({each.sha256 for each in made}) == 2
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        path = f"/c/{made[0].conversation}"
        assert (await author.open(path))["conversation"]["turns"][0]["poll"]
        await author.wish("choose", turn=turn["id"], ordinal=2)
        told = (await author.hear("turn"))["turn"]
        assert (told["poll"], [each["ordinal"] for each in told["pictures"]]) == (False, [2])
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        told = (await author.open(path))["conversation"]["turns"][0]
        assert (told["poll"], [each["ordinal"] for each in told["pictures"]]) == (False, [2])


async def test_every_picture_of_a_turn_is_the_prompts(tmp_path: Path) -> None:
    """Several pictures differ, and each is one that the prompt makes."""
    async with (
        serving(tmp_path, QUICK.but({"pictures": 3})) as replica,
        signed_in(replica) as author,
    ):
        turn = await author.answer(await author.send("a fox"))
        files = []
        for picture in turn["pictures"]:
            async with author.session.get(picture["src"]) as response:
                files.append(await response.read())
        assert len(set(files)) == 3
        assert all(belongs(data, "a fox") for data in files)


async def test_nobody_sends_who_is_signed_out(tmp_path: Path) -> None:
    """A page may show a composer after its session has ended; the site takes nothing from it."""
    async with (
        serving(tmp_path, QUICK.but({"signed_out": "expired"})) as replica,
        signed_in(replica) as author,
    ):
        told = await author.send("a fox")
        assert (told["status"], told["notice"]["kind"]) == (401, "signed_out")
        assert not read(replica.ledger).entries


async def test_uploads_break_and_are_counted(tmp_path: Path) -> None:
    """A broken upload and one too many are told to the page and written into the ledger."""
    async with (
        serving(tmp_path, QUICK.but({"upload_failed": 1, "upload_cap": 1})) as replica,
        signed_in(replica) as author,
    ):
        async with author.session.post("/backend-api/files", data=b"one") as response:
            file = (await response.json())["file"]
        await author.wish("await", file=file)
        assert (await author.hear("ready"))["alert"]
        async with author.session.post("/backend-api/files", data=b"two") as response:
            assert (response.status, bool((await response.json())["alert"])) == (429, True)
        found = read(replica.ledger)
        assert [each.kind for each in found.failures] == ["upload_failed"]
        assert [each.kind for each in found.limits] == ["upload_cap"]


async def test_cap_by_chance_holds_for_all_tabs_until_it_ends(tmp_path: Path) -> None:
    """Once met, a cap meets every further image send of the account, and of no other."""
    async with (
        serving(tmp_path, SLOW.but({"generation_seconds": 0.1})) as replica,
        signed_in(replica) as author,
        signed_in(replica) as tab,
        signed_in(replica, "Bea") as other,
    ):
        replica.switch("Ada", {"rate_limited": 1, "wording": 0, "capped_seconds": 600})
        first = await author.answer(await author.send("a fox"))
        replica.switch("Ada", {"wording": 0})
        second = await tab.answer(await tab.send("a bear"))
        assert [each["refusal"]["kind"] for each in (first, second)] == ["rate", "rate"]
        assert "10 minutes" in second["refusal"]["text"]
        assert (await other.answer(await other.send("an owl")))["pictures"]


async def test_furnished_conversation_is_shown_whole(tmp_path: Path) -> None:
    """A long chat for those who measure or look: every turn has its picture."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        async with author.session.post("/replica/conversation?turns=5") as response:
            name = (await response.json())["conversation"]
        turns = (await author.open(f"/c/{name}"))["conversation"]["turns"]
        assert [turn["number"] for turn in turns] == [1, 2, 3, 4, 5]
        assert all(turn["pictures"] and not turn["busy"] for turn in turns)


async def test_new_chats_and_readings_of_old_ones_throttle_an_account(tmp_path: Path) -> None:
    """One too many in the window is, whether begun or opened; a chat that goes on is none."""
    quick = QUICK.but({"throttle_after": 3, "throttle_seconds": 60})
    async with serving(tmp_path, quick) as replica, signed_in(replica) as author:
        first = await author.send("a fox")
        await author.answer(first)
        await author.answer(await author.send("a fox again", conversation=first["conversation"]))
        assert (await author.open(f"/c/{first['conversation']}"))["notice"] is None
        await author.answer(await author.send("a bear"))
        assert (await author.send("an owl"))["status"] == 429
        assert [each.kind for each in read(replica.ledger).limits] == ["throttle"]
    async with serving(tmp_path / "other", quick) as replica, signed_in(replica) as author:
        first = await author.send("a fox")
        await author.answer(first)
        for _ in range(2):
            shown = await author.open(f"/c/{first['conversation']}")
        assert shown["notice"]["kind"] == "throttle"
        assert [each.kind for each in read(replica.ledger).limits] == ["throttle"]


async def test_a_file_that_was_uploaded_before_is_told_to_be_known(tmp_path: Path) -> None:
    """By its bytes, and for its account alone."""
    async with (
        serving(tmp_path, QUICK) as replica,
        signed_in(replica) as author,
        signed_in(replica, "Bea") as other,
    ):

        async def known(at: Any, data: bytes) -> bool:  # noqa: ANN401 - an author
            async with at.session.post("/backend-api/files", data=data) as response:
                return bool((await response.json())["known"])

        told = [
            await known(author, b"one"),
            await known(author, b"one"),
            await known(author, b"two"),
        ]
        assert told == [False, True, False]
        assert not await known(other, b"one")


async def test_a_chat_is_found_below_whatever_its_address_begins_with(tmp_path: Path) -> None:
    """A page that was changed may call it otherwise; a provisional address names none."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        chat = (await author.send("a fox"))["conversation"]
        for path in (f"/c/{chat}", f"/chat/{chat}", f"/u/0/c/{chat}", f"/g/g-p-1-panels/c/{chat}"):
            async with author.session.get(path) as response:
                assert response.status == 200
            assert (await author.open(path))["found"]
        assert not (await author.open(f"/c/WEB:{chat}"))["found"]
