"""The replica's chats: several turns, what persons do to them elsewhere, projects, and ratios."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from helpers.author import QUICK, SLOW, Author, Json, get, signed_in
from pressrun.simulator.ledger import read
from pressrun.sites.profile import shipped
from trials.replica import acts
from trials.replica.server import Replica, serving


async def post(author: Author, path: str, **order: object) -> tuple[int, Json | None]:
    """Ask the control API for something."""
    async with author.session.post(path, json=order) as response:
        is_json = response.content_type == "application/json"
        return response.status, await response.json() if is_json else None


async def made(author: Author, prompt: str, **order: object) -> Json:
    """Send a prompt and wait for the end of its turn; returns what was sent."""
    sent = await author.send(prompt, **order)
    await author.answer(sent)
    return sent


async def shown(author: Author, chat: str) -> list[str]:
    """What the author's turns of a chat say when it is loaded."""
    page = await author.open(f"/c/{chat}")
    return [turn["prompt"] for turn in page["conversation"]["turns"]]


async def test_a_chat_that_is_gone_on_in_keeps_every_turn_with_its_own_picture(
    tmp_path: Path,
) -> None:
    """Two turns with the same words are two turns, and each has a picture of its own."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        first = await made(author, "a fox")
        chat = first["conversation"]
        again = await made(author, "a fox", conversation=chat, after=first["turn"])
        assert again["conversation"] == chat
        assert await shown(author, chat) == ["a fox", "a fox"]
        ledger = read(replica.ledger)
        assert [each.turn for each in ledger.pictures] == [first["turn"], again["turn"]]
        assert len({each.sha256 for each in ledger.pictures}) == 2


async def test_what_is_written_elsewhere_is_seen_by_pages_that_load_later(tmp_path: Path) -> None:
    """It is on the record of acts, and the ledger tells of what pages sent alone."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        first = await made(author, "a fox")
        chat = first["conversation"]
        told = {"act": "write", "conversation": chat, "words": "Thanks!", "mode": "image"}
        assert (await post(author, "/replica/chat", **told))[0] == 204
        await made(author, "a bear")
        assert await shown(author, chat) == ["a fox", "Thanks!"]
        (written,) = [
            t for t in replica.site.account("Ada").conversations[chat].turns if t.elsewhere
        ]
        while written.busy:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
        assert [each.prompt for each in read(replica.ledger).submissions] == ["a fox", "a bear"]
        assert [each.number for each in read(replica.ledger).submissions] == [1, 2]
        assert len(read(replica.ledger).pictures) == 2
        assert len(written.pictures) == 1


@pytest.mark.parametrize(
    ("overtaken", "seen"),
    [("branch", ["a fox", "a red fox"]), ("below", ["a fox", "Thanks!", "a red fox"])],
)
async def test_a_prompt_from_an_older_state_branches_or_stands_below(
    tmp_path: Path, overtaken: str, seen: list[str]
) -> None:
    """A page that was loaded before the author wrote sends; a restart remembers where it went."""
    behaviour = QUICK.but({"overtaken": overtaken})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        first = await made(author, "a fox")
        chat = first["conversation"]
        replica.site.write(chat, "Thanks!")
        await made(author, "a red fox", conversation=chat, after=first["turn"])
        assert await shown(author, chat) == seen
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        assert await shown(author, chat) == seen


async def test_an_open_page_does_not_hear_of_what_is_written_elsewhere(tmp_path: Path) -> None:
    """Until it sends something itself."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        first = await made(author, "a fox")
        replica.site.write(first["conversation"], "Thanks!")
        await author.send("a bear", conversation=first["conversation"], after=first["turn"])
        await author.wish("follow", conversation=first["conversation"])
        heard = [(await author.hear("turn"))["turn"]["prompt"] for _ in range(2)]
        assert heard == ["a fox", "a bear"]


@pytest.mark.parametrize("how", ["delete", "archive"])
async def test_a_chat_that_is_gone_leads_home_and_takes_nothing(tmp_path: Path, how: str) -> None:
    """Also after a restart; what runs in it ends, and an open page cannot go on in it."""
    async with serving(tmp_path, SLOW) as replica, signed_in(replica) as author:
        sent = await author.send("a fox")
        chat = sent["conversation"]
        assert (await post(author, "/replica/chat", act=how, conversation=chat))[0] == 204
        assert [each.kind for each in read(replica.ledger).failures] == ["stopped"]
        page = await author.open(f"/c/{chat}")
        assert (page["found"], page["conversation"], page["history"]["entries"]) == (
            False,
            None,
            [],
        )
        assert (await author.session.post("/backend-api/conversation", json={
            "conversation": chat, "prompt": "a bear", "mode": "image",
        })).status == 404  # fmt: skip
        assert (await post(author, "/replica/chat", act=how, conversation=chat))[0] == 404
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        assert not (await author.open(f"/c/{chat}"))["found"]


async def test_a_chat_may_be_renamed_and_shared(tmp_path: Path) -> None:
    """Its title is another in page and history; sharing changes nothing."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        chat = (await made(author, "a fox"))["conversation"]
        told = {"conversation": chat, "title": "Chapter 1"}
        assert (await post(author, "/replica/chat", act="rename", **told))[0] == 204
        assert (await post(author, "/replica/chat", act="share", conversation=chat))[0] == 204
        page = await author.open(f"/c/{chat}")
        assert page["conversation"]["title"] == "Chapter 1"
        assert [each["title"] for each in page["history"]["entries"]] == ["Chapter 1"]


@pytest.mark.parametrize(
    "order",
    [
        {"act": "write", "words": "Thanks!"},
        {"act": "burn", "conversation": "x"},
        {"act": "rename", "conversation": "x"},
        {"act": "write", "conversation": "x", "words": ""},
    ],
)
async def test_acts_that_make_no_sense_are_refused(tmp_path: Path, order: Json) -> None:
    """A malformed order is 400; a chat or a project that is not there is 404."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        assert (await post(author, "/replica/chat", **order))[0] == 400
        chat = (await author.send("a fox"))["conversation"]
        for told in (
            {"act": "delete", "conversation": "nowhere"},
            {"act": "move", "conversation": chat, "project": "g-p-none"},
        ):
            assert (await post(author, "/replica/chat", **told))[0] == 404


async def test_a_chat_has_a_longest_length(tmp_path: Path) -> None:
    """The prompt beyond it is taken and answered by nothing but the news, also over a restart."""
    behaviour = QUICK.but({"longest_chat": 2})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        chat = (await made(author, "one"))["conversation"]
        await made(author, "two", conversation=chat)
        replica.behave(SLOW.but({"longest_chat": 2}))
        sent = await author.send("three", conversation=chat)
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        assert (await author.answer(sent))["refusal"]["kind"] == "too_long"
        assert (await author.answer(await author.send("four")))["refusal"] is None
        assert [each.kind for each in read(replica.ledger).failures] == ["too_long"]


async def _project(author: Author, account: str = "Ada", name: str = "My book") -> Json:
    status, project = await post(author, "/replica/project", account=account, name=name)
    assert status == 200
    assert project is not None
    return project


async def test_a_chat_begun_in_a_project_is_in_its_list_alone(tmp_path: Path) -> None:
    """Its address is below the project's; the profile reads it, and a restart remembers it."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        project = await _project(author)
        assert project["path"] == f"/g/{project['project']}-my-book/project"
        sent = await author.send("a fox", project=project["project"])
        chat = sent["conversation"]
        await author.wish("follow", conversation=chat)
        path = (await author.hear("address"))["path"]
        assert path == f"/g/{project['project']}-my-book/c/{chat}"
        found = shipped("chatgpt").conversation.search(f"https://chatgpt.com{path}")
        assert found is not None
        assert found[1] == chat
        await made(author, "a bear")
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        page = await author.open(project["path"])
        assert [each["path"] for each in page["project"]["chats"]] == [path]
        assert [each["title"] for each in page["history"]["entries"]] == ["a bear"]
        assert (await author.open(f"/c/{chat}"))["conversation"]["project"] == path.partition(
            "/c/"
        )[0]
        assert (await author.open(path))["found"]


async def test_a_project_of_nobody_or_of_another_leads_home(tmp_path: Path) -> None:
    """Nor can a chat be begun there, or moved there."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        other = await _project(author, "Bea")
        chat = (await made(author, "a fox"))["conversation"]
        for name in (other["project"], "g-p-00"):
            page = await author.open(f"/g/{name}-my-book/project")
            assert (page["found"], page["project"]) == (False, None)
            order = {"prompt": "a fox", "mode": "image", "project": name}
            async with author.session.post("/backend-api/conversation", json=order) as response:
                assert response.status == 404
            told = {"act": "move", "conversation": chat, "project": name}
            assert (await post(author, "/replica/chat", **told))[0] == 404
        assert len(read(replica.ledger).submissions) == 1


async def test_a_chat_moves_to_a_project(tmp_path: Path) -> None:
    """It leaves the history for the project's list; a name in the address does not matter."""
    async with serving(tmp_path, QUICK) as replica, signed_in(replica) as author:
        project = await _project(author)
        chat = (await made(author, "a fox"))["conversation"]
        told = {"conversation": chat, "project": project["project"]}
        assert (await post(author, "/replica/chat", act="move", **told))[0] == 204
        page = await author.open(f"/g/{project['project']}/project")
        assert [each["id"] for each in page["project"]["chats"]] == [chat]
        assert page["history"]["entries"] == []
        await made(author, "a bear", conversation=chat)
        assert await shown(author, chat) == ["a fox", "a bear"]


@pytest.mark.parametrize(
    ("prompt", "aspect", "size"),
    [
        ("a fox", "Portrait 3:4", (96, 128)),
        ("a fox\n\nAspect ratio: 16:9.", "Auto", (128, 72)),
        ("a fox at 3:4\n\nAspect ratio: 1:1.", "Auto", (128, 128)),
        ("A clock shows 3:4\nand it is late", "Auto", None),
        ("a fox at 13:45", "Auto", None),
    ],
)
async def test_a_ratio_is_chosen_or_asked_for_in_the_last_line(
    tmp_path: Path, prompt: str, aspect: str, size: tuple[int, int] | None
) -> None:
    """The picture has it, unless the site is switched to give another."""
    wide = QUICK.but({"picture_size": (128, 100)})
    async with serving(tmp_path, wide) as replica, signed_in(replica) as author:
        drawn = await _drawn(replica, author, prompt, aspect)
        assert _ratio(drawn) == (_ratio(size) if size else 1.28)
        replica.behave(wide.but({"wrong_format": 1}))
        other = _ratio(await _drawn(replica, author, prompt, aspect))
        assert (other == 1.28) if size is None else (other != _ratio(size))


def _ratio(size: tuple[int, int]) -> float:
    return round(size[0] / size[1], 2)


async def _drawn(replica: Replica, author: Author, prompt: str, aspect: str) -> tuple[int, int]:
    turn = await author.answer(await author.send(prompt, aspect=aspect))
    _, data = await get(author, turn["pictures"][0]["src"])
    path = replica.site.folder / "picture.png"
    path.write_bytes(data)
    with Image.open(path) as picture:
        return picture.size


async def test_going_on_in_an_open_chat_counts_nothing_for_the_throttle(tmp_path: Path) -> None:
    """What is begun counts, and what is opened counts each time; forty turns of one chat do not."""
    behaviour = QUICK.but(
        {
            "throttle_after": 3,
            "throttle_seconds": 60,
            "generation_seconds": (0, 0),
            "partial": False,
        }
    )
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        chat = (await made(author, "a fox"))["conversation"]
        for number in range(40):
            sent = await author.send(f"panel {number}", conversation=chat)
            assert sent["status"] == 200
        assert read(replica.ledger).limits == []
        assert (await author.open(f"/c/{chat}"))["notice"] is None
        assert (await author.open(f"/c/{chat}"))["notice"]["kind"] == "throttle"


def test_the_record_of_acts_drops_a_torn_last_line(tmp_path: Path) -> None:
    """What a crash cut short was never acted on; other damage is told."""
    path = tmp_path / acts.NAME
    writer = acts.ActsWriter(path)
    act = acts.Shared(time=1.0, conversation="c")
    writer.append(act)
    writer.close()
    with path.open("ab") as file:
        file.write(b'{"act": "shared", "ti')
    assert acts.read(path) == [act]
    acts.ActsWriter(path).close()
    assert path.read_bytes().endswith(b"}\n")
    path.write_bytes(b"torn\n" + path.read_bytes())
    with pytest.raises(ValueError, match="json"):
        acts.read(path)
