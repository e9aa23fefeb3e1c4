"""The replica's server, by an ordinary client over TLS."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from helpers.author import QUICK, SLOW, Json, get, signed_in, stranger_to
from pressrun.simulator.ledger import read, sha256
from trials.replica.certificate import certificate
from trials.replica.pictures import belongs, draw
from trials.replica.server import serving


async def test_submission_is_in_the_ledger_before_its_answer(tmp_path: Path) -> None:
    """Whatever the page has heard of, the witness knows."""
    async with serving(tmp_path, SLOW) as replica, signed_in(replica) as author:
        sent = await author.send("a fox", aspect="Portrait 3:4")
        (entry,) = read(replica.ledger).submissions
        assert (entry.conversation, entry.turn) == (sent["conversation"], sent["turn"])
        assert (entry.number, entry.account, entry.prompt) == (1, "Ada", "a fox")
        assert (entry.mode, entry.aspect) == ("image", "Portrait 3:4")
        assert entry.prompt_sha256 == sha256("a fox")


async def test_picture_is_the_prompts_and_in_the_ledger(tmp_path: Path) -> None:
    """What the page may fetch is what the ledger says, and it belongs to the prompt."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        for take in (1, 2):
            sent = await author.send("a fox")
            turn = await author.answer(sent)
            status, data = await get(author, turn["pictures"][0]["src"])
            assert (status, belongs(data, "a fox")) == (200, True)
            entry = read(replica.ledger).pictures_of("a fox")[-1]
            assert (entry.sha256, entry.bytes, entry.take) == (sha256(data), len(data), take)
            assert (entry.conversation, entry.turn) == (sent["conversation"], sent["turn"])
            assert f"id={entry.file_id}&" in turn["pictures"][0]["src"]


async def test_aspect_ratio_shapes_the_picture(tmp_path: Path) -> None:
    """The ratio that was chosen is the ratio that comes."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        turn = await author.answer(await author.send("a fox", aspect="Landscape 4:3"))
        assert (turn["pictures"][0]["width"], turn["pictures"][0]["height"]) == (128, 96)


async def test_links_expire_and_a_reload_signs_anew(tmp_path: Path) -> None:
    """A link that is too old answers 403; the conversation, opened again, gives a fresh one."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        sent = await author.send("a fox")
        old = (await author.answer(sent))["pictures"][0]["src"]
        replica.behave(QUICK.model_copy(update={"link_seconds": 0.0}))
        await asyncio.sleep(0.002)  # a link's time is in whole milliseconds
        assert (await get(author, old))[0] == 403
        replica.behave(QUICK)
        page = await author.open(f"/c/{sent['conversation']}")
        fresh = page["conversation"]["turns"][0]["pictures"][0]["src"]
        assert fresh != old
        assert (await get(author, fresh))[0] == 200


async def test_links_hold_as_they_were_signed_and_for_their_account_only(tmp_path: Path) -> None:
    """A link that was altered, or is another account's, answers 403."""
    async with (
        serving(tmp_path, QUICK) as replica,
        signed_in(replica) as author,
        signed_in(replica, "Bob") as stranger,
    ):
        link = (await author.answer(await author.send("a fox")))["pictures"][0]["src"]
        assert (await get(author, link))[0] == 200
        assert (await get(stranger, link))[0] == 403
        assert (await get(author, link[:-1] + ("0" if link[-1] != "0" else "1")))[0] == 403
        assert (await get(author, link.replace("&ts=", "&ts=9")))[0] == 403
        assert (await get(author, link.partition("&")[0]))[0] == 403


async def test_references_are_kept_and_shown(tmp_path: Path) -> None:
    """An uploaded picture goes into the ledger by its hash, and into the user's turn by a link."""
    hero = draw("the hero", size=(64, 64))
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        async with author.session.post("/backend-api/files", data=hero) as response:
            file = (await response.json())["file"]
        await author.wish("await", file=file)
        assert (await author.hear("ready"))["file"] == file
        turn = await author.answer(await author.send("a fox", files=[file]))
        assert await get(author, turn["references"][0]["src"]) == (200, hero)
        assert read(replica.ledger).submissions[0].references == [sha256(hero)]


async def test_history_has_the_newest_first_and_is_the_accounts_own(tmp_path: Path) -> None:
    """The sidebar lists an account's conversations as they were last sent to, and no others."""
    async with (
        serving(tmp_path, QUICK) as replica,
        signed_in(replica) as author,
        signed_in(replica, "Bob") as stranger,
    ):
        sent = [await author.send(f"panel {number}") for number in range(3)]
        await author.send("panel 0 once more", conversation=sent[0]["conversation"])
        entries = (await author.open("/"))["history"]["entries"]
        wanted = [sent[0], sent[2], sent[1]]
        assert [each["id"] for each in entries] == [each["conversation"] for each in wanted]
        page = await stranger.open(f"/c/{sent[0]['conversation']}")
        assert (page["found"], page["history"]["entries"]) == (False, [])


async def test_restart_keeps_history_and_goes_on(tmp_path: Path) -> None:
    """A site that was stopped amid a turn shows all it had, and finishes the turn."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        done = await author.send("a fox")
        await author.answer(done)
        replica.behave(SLOW)
        running = await author.send("a bear")
        spki = replica.spki
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        assert replica.spki == spki
        turn = await author.answer(running)
        assert belongs((await get(author, turn["pictures"][0]["src"]))[1], "a bear")
        page = await author.open(f"/c/{done['conversation']}")
        again = page["conversation"]["turns"][0]["pictures"][0]["src"]
        assert belongs((await get(author, again))[1], "a fox")
        assert len(read(replica.ledger).pictures) == 2


@pytest.mark.parametrize("kind", ["refused", "tool_error", "thread_error"])
async def test_failures_are_in_the_ledger(tmp_path: Path, kind: str) -> None:
    """A turn that the site fails is shown and recorded with the same words."""
    behaviour = QUICK.model_copy(update={kind: 1.0})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        turn = await author.answer(await author.send("a fox"))
        (entry,) = read(replica.ledger).failures_of("a fox")
        assert (entry.kind, entry.text) == (kind, turn["refusal"]["text"])
        assert turn["pictures"] == []


async def test_throttle_takes_nothing(tmp_path: Path) -> None:
    """A throttled send is no submission; the limit is recorded, and lasts for the account."""
    async with (
        serving(tmp_path, QUICK.model_copy(update={"throttle": 1.0})) as replica,
        signed_in(replica) as author,
        signed_in(replica, "Bob") as other,
    ):
        assert (await author.send("a fox"))["status"] == 429
        replica.behave(QUICK)
        assert (await author.send("a fox"))["notice"]["kind"] == "throttle"
        assert (await author.open("/"))["notice"]["kind"] == "throttle"
        assert (await other.send("a bear"))["status"] == 200
        ledger = read(replica.ledger)
        assert [each.prompt for each in ledger.submissions] == ["a bear"]
        assert [each.kind for each in ledger.limits] == ["throttle", "throttle"]
        assert ledger.limits[0].until == ledger.limits[1].until > ledger.limits[0].time


async def test_crowd_of_conversations_is_throttled(tmp_path: Path) -> None:
    """So many at once are too many."""
    behaviour = SLOW.model_copy(update={"throttle_at": 2})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        answers = [(await author.send(f"panel {number}"))["status"] for number in range(3)]
        assert answers == [200, 200, 429]


async def test_plan_cap_counts_all_of_an_accounts_pictures(tmp_path: Path) -> None:
    """The plan's last picture is made; the next prompt is told when there are more."""
    behaviour = QUICK.model_copy(update={"plan_cap": 1, "plan_window_seconds": 27 * 60.0})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        first = await author.answer(await author.send("a fox"))
        second = await author.answer(await author.send("a bear"))
        assert first["pictures"]
        assert second["refusal"]["text"].endswith("when the limit resets in 27 minutes.")
        ledger = read(replica.ledger)
        assert [each.kind for each in ledger.limits] == ["plan_cap"]
        assert [each.kind for each in ledger.failures_of("a bear")] == ["plan_cap"]


async def test_stopped_turn_ends_without_a_picture(tmp_path: Path) -> None:
    """Stop ends a turn for good, and the ledger says so."""
    async with serving(tmp_path, SLOW) as replica, signed_in(replica) as author:
        sent = await author.send("a fox")
        await author.wish("stop", turn=sent["turn"])
        turn = await author.answer(sent)
        assert (turn["stop"], turn["refusal"]["kind"]) == (False, "stopped")
        assert [each.kind for each in read(replica.ledger).failures] == ["stopped"]


async def test_browser_without_account_is_the_author(tmp_path: Path) -> None:
    """Tabs that a new browser opens at the same time are signed in as one and the same author."""
    names = []
    async with serving(tmp_path, QUICK) as replica:
        for _ in range(2):
            async with stranger_to(replica) as session:
                async with session.get("/") as response:
                    assert response.status == 200
                async with session.ws_connect("/backend-api/socket") as socket:
                    names.append((await socket.receive_json())["account"])
    assert names == ["author", "author"]


async def test_nothing_is_given_without_an_account(tmp_path: Path) -> None:
    """The site's inner paths answer 401 to whom they do not know."""
    async with serving(tmp_path, QUICK) as replica, stranger_to(replica) as session:
        for path in ("socket", "conversations", "estuary/content"):
            async with session.get(f"/backend-api/{path}") as response:
                assert response.status == 401


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/backend-api/conversation", 1024 * 1024 + 1, 413),
        ("/backend-api/files", 20 * 1024 * 1024 + 1, 413),
        ("/backend-api/files", 20 * 1024 * 1024, 200),
        ("/backend-api/files", 0, 400),
    ],
)
async def test_bodies_are_bounded(tmp_path: Path, path: str, size: int, status: int) -> None:
    """Nobody fills the server's memory."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:

        async def body() -> AsyncIterator[bytes]:
            for start in range(0, size, 65536):
                yield b"x" * min(65536, size - start)

        async with author.session.post(path, data=body()) as response:
            assert response.status == status


@pytest.mark.parametrize(
    "order",
    [
        {"prompt": "", "mode": "image"},
        {"prompt": "a fox", "mode": "film"},
        {"prompt": "a fox", "mode": "image", "unheard_of": 1},
    ],
)
async def test_orders_that_make_no_sense_are_refused(tmp_path: Path, order: Json) -> None:
    """What the page would never send is no submission."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        async with author.session.post("/backend-api/conversation", json=order) as response:
            assert response.status == 400
        assert not read(replica.ledger).submissions


async def test_ledger_page_shows_counts_and_escapes_prompts(tmp_path: Path) -> None:
    """A person can look into the ledger, and a prompt is no HTML there."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        await author.answer(await author.send("<b>a fox</b>"))
        text = (await get(author, "/replica/ledger"))[1].decode()
        assert "<strong>1</strong>submissions" in text
        assert "&lt;b&gt;a fox&lt;/b&gt;" in text
        assert "<b>a fox" not in text


async def test_program_says_where_it_listens_and_ends_when_told(tmp_path: Path) -> None:
    """``python -m trials.replica`` prints one line, serves, and leaves with 0 on SIGTERM."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "trials.replica", "--folder", tmp_path, "--generation", "60,60"),
        *("--page", "0,0", "--size", "64x64", "--behaviour", '{"upload_seconds": [0, 0]}'),
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdout is not None
    try:
        told = json.loads(await program.stdout.readline())
        assert set(told) == {"port", "spki", "ledger"}
        async with aiohttp.ClientSession(
            f"https://127.0.0.1:{told['port']}",
            connector=aiohttp.TCPConnector(ssl=certificate(tmp_path).client_context()),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
        ) as session:
            async with session.get("/") as response:
                assert response.status == 200
            async with session.ws_connect("/backend-api/socket"):
                program.send_signal(signal.SIGTERM)
                async with asyncio.timeout(3):
                    assert await program.wait() == 0
        assert await program.stdout.read() == b""
        assert read(Path(told["ledger"])).entries == []
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
