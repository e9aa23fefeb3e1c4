"""How the replica's pictures leave their style, and what brings them back."""

import io
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image, ImageStat

from helpers.author import QUICK, Author, signed_in
from pressrun.simulator.ledger import SitePicture, read
from trials.replica.behaviour import Behaviour
from trials.replica.drift import (
    STRAIGHT,
    Cause,
    Look,
    StyleShift,
    answered,
    caused,
    wavering,
)
from trials.replica.pictures import belongs, draw, shift_of
from trials.replica.server import serving

SMALL = (192, 128)
PROMPT = "Mara walks along the quay at dusk."
LOOKS: tuple[Look, ...] = get_args(Look)
GROWS: dict[str, Any] = {"step": 0.2, "after": 1, "most": 1.0, "minutes": 0.0}
HEEDS: dict[str, Any] = {"heeds_pictures": 0.6, "heeds_words": 0.6}
"""How much a site listens."""
ASKED: dict[Look, str] = {
    "warmer": "draw warmer colours",
    "cooler": "draw cooler colours",
    "thicker": "draw thicker lines",
    "thinner": "draw thinner lines",
    "rougher": "draw with more texture",
    "softer": "draw with less grain",
    "harder": "draw with more contrast",
    "flatter": "draw with less contrast",
}
"""Words that ask for each look."""
OPPOSITES = [(LOOKS[at], LOOKS[at + 1]) for at in range(0, len(LOOKS), 2)]


def drawn(look: Look, amount: float) -> Image.Image:
    """One panel, so far shifted towards a look."""
    data = draw(PROMPT, size=SMALL, shift=StyleShift.towards(look, amount))
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("look", LOOKS)
def test_shifted_pictures_can_be_redrawn(look: Look) -> None:
    """A picture tells how far it is from the style, so an audit can draw it once more."""
    shift = StyleShift.towards(look, 0.8)
    data = draw(PROMPT, size=SMALL, shift=shift)
    assert belongs(data, PROMPT)
    assert shift_of(data) == shift
    assert data != draw(PROMPT, size=SMALL)


@pytest.mark.parametrize("look", LOOKS)
def test_further_is_further(look: Look) -> None:
    """A stronger drift changes more of a picture, whatever it changes."""
    plain = drawn(look, 0.0)
    changes = []
    for amount in (0.3, 0.6, 1.0):
        pairs = zip(plain.tobytes(), drawn(look, amount).tobytes(), strict=True)
        changes.append(sum(abs(one - other) for one, other in pairs))
    assert changes == sorted(changes)
    assert 0 < changes[0] < changes[-1]


def test_each_look_is_what_it_is_called() -> None:
    """Colours are warmer, lines have more ink, contrast is higher: in the pixels."""

    def levels(look: Look) -> tuple[list[float], list[float]]:
        told = ImageStat.Stat(drawn(look, 1.0))
        return told.mean, told.stddev

    (warm, _), (cool, _) = levels("warmer"), levels("cooler")
    assert warm[0] - warm[2] > cool[0] - cool[2] + 20
    assert sum(levels("thicker")[0]) < sum(levels("thinner")[0])
    assert sum(levels("harder")[1]) > 1.5 * sum(levels("flatter")[1])
    assert sum(levels("rougher")[1]) > sum(levels("softer")[1])


@pytest.mark.parametrize(
    ("cause", "chat", "account", "amount"),
    [
        ("chat", 0, 50, 0.0),
        ("chat", 1, 50, 0.2),
        ("chat", 3, 50, 0.6),
        ("chat", 40, 50, 1.0),
        ("pictures", 9, 0, 0.0),
        ("pictures", 0, 2, 0.4),
        ("setting", 0, 0, 0.0),
        ("setting", 0, 1, 1.0),
    ],
)
def test_a_drift_grows_with_what_causes_it(
    cause: Cause, chat: int, account: int, amount: float
) -> None:
    """A chat wanders with its answers, an account with its pictures, and a setting at once."""
    shift = caused("warmer", cause, chat=chat, account=account, **GROWS)
    assert shift.amount == pytest.approx(amount)
    assert shift.in_style == (amount < 0.5)
    assert caused(None, cause, chat=chat, account=account, **GROWS) == STRAIGHT


def test_minutes_count_from_the_first_prompt() -> None:
    """Slow drift needs no pictures, only time."""
    far = caused("cooler", "minutes", chat=0, account=1, **(GROWS | {"minutes": 3.0}))
    assert far.palette == pytest.approx(-0.6)


@pytest.mark.parametrize(("look", "other"), [*OPPOSITES, *(pair[::-1] for pair in OPPOSITES)])
def test_words_for_the_opposite_help_and_for_more_harm(look: Look, other: Look) -> None:
    """A correction that is right takes most of a shift away; a wrong one shifts further."""
    shift = StyleShift.towards(look, 1.0)
    assert answered(shift, f"a fox\n\n{ASKED[other]}.", **HEEDS) == StyleShift.towards(look, 0.4)
    assert answered(shift, ASKED[look], **HEEDS) == StyleShift.towards(look, 1.25)
    assert answered(shift, "a fox", **HEEDS) == shift


def test_a_correction_of_what_is_right_shifts_it_a_little() -> None:
    """Whoever asks for thicker lines gets them, also where they were right before."""
    asked = answered(STRAIGHT, ASKED["thicker"], **HEEDS)
    assert asked.lines > 0
    assert asked.in_style


def test_pictures_of_the_style_lead_to_their_own() -> None:
    """Each brings a picture nearer to what it shows, so drifted ones lead away."""
    far = StyleShift.towards("thicker", 1.0)
    assert answered(far, "", [STRAIGHT], **HEEDS).lines == pytest.approx(0.4)
    assert answered(far, "", [STRAIGHT, STRAIGHT], **HEEDS).lines == pytest.approx(0.16)
    assert answered(STRAIGHT, "", [far], **HEEDS).lines == pytest.approx(0.6)


def test_pictures_after_others_do_not_count() -> None:
    """What stands behind somebody's portrait shows no style, unless the words say that it does."""
    far = StyleShift.towards("thicker", 1.0)
    assert answered(far, "", [None, STRAIGHT], **HEEDS) == far
    named = "Draw in the style of attached pictures 2 to 3; take nothing but the style from there."
    assert answered(far, named, [None, STRAIGHT, STRAIGHT], **HEEDS).lines == pytest.approx(0.16)
    named = "Draw in the style of attached picture 2."
    assert answered(far, named, [None, STRAIGHT, STRAIGHT], **HEEDS).lines == pytest.approx(0.4)


def test_hands_waver_around_their_style() -> None:
    """Pictures vary a little by themselves, on every axis, and the same draw replays."""
    behaviour = Behaviour(seed=3)
    shifts = [wavering(STRAIGHT, 0.1, behaviour.dice("wavers", each)) for each in range(200)]
    assert len(set(shifts)) > 100
    assert sum(each.in_style for each in shifts) == 200
    assert shifts[5] == wavering(STRAIGHT, 0.1, behaviour.dice("wavers", 5))


@pytest.mark.parametrize("text", ["", "0 0 0", "a b c d", "0 0 0 9", "nan nan nan nan"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    """A picture of somebody else's cannot tell an audit what to draw."""
    with pytest.raises(ValueError, match=r"shift|float"):
        StyleShift.read(text)


def test_other_pictures_show_no_style() -> None:
    """A sheet shows a figure, and what is not ours shows nothing that can be read."""
    sheet = draw("A character sheet of this one character.\nCharacters:\nMara: a plait", size=SMALL)
    assert shift_of(sheet) is None
    assert shift_of(b"no picture") is None
    assert shift_of(draw(PROMPT, size=SMALL)) == STRAIGHT


async def in_one_chat(author: Author, prompts: list[str]) -> None:
    """Send prompts one after the other into one chat."""
    chat = None
    for prompt in prompts:
        sent = await author.send(prompt, **({"conversation": chat} if chat else {}))
        await author.answer(sent)
        chat = sent["conversation"]


def shifts(pictures: list[SitePicture]) -> list[float]:
    """How far each picture is from the style, by the record."""
    return [StyleShift(*each.shift).amount for each in pictures]


async def test_a_chat_drifts_on_record_and_a_fresh_one_does_not(tmp_path: Path) -> None:
    """The ledger says what was in style, and a restart draws the same pictures again."""
    behaviour = QUICK.but({"drift": "thicker", "drift_step": 0.3, "drift_after": 1})
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        await in_one_chat(author, ["a fox", "a bear", "a wolf", "a hare"])
        await author.answer(await author.send("an owl"))
        known = read(replica.ledger).pictures
        assert shifts(known) == pytest.approx([0.0, 0.3, 0.6, 0.9, 0.0])
        assert [each.in_style for each in known] == [True, True, False, False, True]
    async with serving(tmp_path, behaviour) as replica, signed_in(replica) as author:
        sent = await author.send("a mouse", conversation=known[0].conversation)
        await author.answer(sent)
        assert shifts(read(replica.ledger).pictures)[-1] == pytest.approx(1.2)
