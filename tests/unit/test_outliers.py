"""What a picture's measure comes to, decided from what is known: no store, no pixels."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.pictures import RECORD
from pressrun.picture.facts import Facts
from pressrun.picture.measure import Blemish, Measure, Trend, Verdict
from pressrun.picture.recipe import Recipe, Reference
from pressrun.press.outliers import Consequences, Findings, decide
from pressrun.states import DriftKind, MarkState, Outliers, PictureState, Steering
from pressrun.store.approved import ApprovedSet, Member
from pressrun.store.drifts import Drift, OpenDrift
from pressrun.store.record import Held
from pressrun.store.repairs import RepairBudget
from pressrun.store.situation import Case, Circle, CircleSeries, MeasuredTake, Recent

PLAIN = Measure("1", b"", (), "")
IN = Verdict(1.0, 2.0)
OUT = Verdict(9.0, 2.0, "lines much thinner", "thicker lines")
STYLE = Reference("style.png", "image/png", "a" * 64)
OWN = Reference("mara.png", "image/png", "b" * 64)


def approved(*blemishes: Blemish, count: int = 6) -> ApprovedSet:
    """Return approved pictures, all with the same blemishes."""
    measure = replace(PLAIN, blemishes=blemishes)
    members = [Member(f"{n:064}", f"p{n}", measure, n) for n in range(count)]
    return ApprovedSet(tuple(members), (), count, "approved")


def held(image: int, sha256: str = "") -> Held:
    """Return a picture on record."""
    facts = Facts(sha256 or f"{image:064x}", 5, 64, 48, "image/png")
    record = replace(RECORD, key="p9", facts=facts)
    return Held(image, "/library", PictureState.CURRENT, f"{image}.png", record, "w", None)


def take(image: int, repair: int = 0, **more: Any) -> MeasuredTake:  # noqa: ANN401 - any field of a measure
    """Return a take of the panel."""
    return MeasuredTake(image, held(image), replace(PLAIN, **more), repair, None)


def recent(*marks: str, repair: int = 0, first: int = 100) -> tuple[Recent, ...]:
    """Return earlier pictures, newest first: `out` or `in`; `out2` is one of a second repair."""
    found = []
    for number, mark in enumerate(marks):
        out = mark.startswith("out")
        state = MarkState.MARKED if out else MarkState.IN_STYLE
        of = int(mark.removeprefix("out").removeprefix("in") or repair)
        found.append(Recent(first + number, f"r{number}", state, out, of, Steering.NONE))
    return tuple(found)


def known(**more: Any) -> Case:  # noqa: ANN401 - any field of a situation
    """Return the situation of picture 10, of panel p9; repairs are wanted, and paid for."""
    plain: dict[str, Any] = {
        "image": 10,
        "sha256": "c" * 64,
        "key": "p9",
        "library": "/library",
        "batch": 1,
        "recipe": Recipe("Mara runs", (OWN,)),
        "size": (64, 48),
        "measure": PLAIN,
        "failure": "",
        "approved": approved(),
        "takes": (take(10, more.get("repair", 0)),),
        "circles": (),
        "drifts": (),
        "outliers": Outliers.REDO,
        "repair": 0,
        "sent": Steering.NONE,
        "is_sheet": False,
        "is_settled": False,
        "is_new": True,
        "is_repairable": True,
        "repairs": 2,
        "budget": RepairBudget(100, 5, 0),
        "steering": Steering.NONE,
        "style_references": (STYLE,),
        "examples": (),
    }
    return Case(**{**plain, **more})


def circle(kind: DriftKind, *marks: str, name: str = "", first: int = 100) -> Circle:
    """Return what a picture shares with others, and how those were marked."""
    return Circle(kind, name or kind.value, recent(*marks, first=first))


def opened(kind: DriftKind = DriftKind.FIGURE, **more: Any) -> OpenDrift:  # noqa: ANN401 - any field
    """Return a drift that is noticed, and holds."""
    plain: dict[str, Any] = {
        "id": 7, "batch": 1, "kind": kind, "name": kind.value, "slow": False, "holds": True,
        "since_key": "r2", "why": "", "began_at": 1.0, "held": 3,
    }  # fmt: skip
    return OpenDrift(**{**plain, **more})


def out(situation: Case, **more: Any) -> Consequences:  # noqa: ANN401 - any field of findings
    """Decide on a picture that stands out."""
    verdicts = {each.image: OUT for each in situation.takes} | more.pop("verdicts", {})
    return decide(situation, Findings(verdicts, **more), "1")


def good(situation: Case, **more: Any) -> Consequences:  # noqa: ANN401 - any field of findings
    """Decide on a picture in style, whose earlier takes stood out."""
    verdicts = {each.image: OUT for each in situation.takes} | {situation.image: IN}
    return decide(situation, Findings(verdicts, **more), "1")


# marks


def test_a_picture_in_style_is_marked_so() -> None:
    """With what it was compared with, and its score; nothing follows."""
    decision = good(known())
    mark = decision.conclusion.mark
    assert (mark.state, mark.score, mark.limit, mark.against) == (
        MarkState.IN_STYLE, 1.0, 2.0, "approved",
    )  # fmt: skip
    assert mark.why == ""
    assert decision == Consequences(decision.conclusion)
    assert decision.conclusion.repair is None


@pytest.mark.parametrize(
    ("outliers", "state"),
    [
        (Outliers.MARK, MarkState.MARKED),
        (Outliers.HOLD, MarkState.HELD),
        (Outliers.REDO, MarkState.REPAIRING),
    ],
)
def test_an_outlier_is_dealt_with_as_its_batch_has_it(outliers: Outliers, state: MarkState) -> None:
    """Marked, held, or made again; and said in words how it differs."""
    decision = out(known(outliers=outliers))
    assert decision.conclusion.mark.state == state
    assert decision.conclusion.mark.why == "lines much thinner than the approved"
    assert (decision.conclusion.repair is not None) == (outliers == Outliers.REDO)


def test_an_outlier_of_which_no_attribute_tells_is_told_all_the_same() -> None:
    """A mark is never without words."""
    verdict = Verdict(3.0, 2.0)
    decision = decide(known(), Findings({10: verdict}), "1")
    assert decision.conclusion.mark.why == "drawn in another way than the approved"


def test_with_nothing_to_compare_with_a_picture_is_unjudged() -> None:
    """That is no fault of the picture's, and nothing follows."""
    decision = decide(known(approved=approved(count=1)), Findings(), "1")
    assert decision.conclusion.mark.state == MarkState.UNJUDGED
    assert decision.conclusion.repair is None


def test_a_sheet_is_compared_with_no_panel() -> None:
    """It stands on white and shows one thing from all sides."""
    decision = out(known(is_sheet=True))
    assert decision.conclusion.mark.state == MarkState.UNJUDGED
    assert decision.conclusion.repair is None


def test_a_picture_that_cannot_be_measured_is_marked_with_the_reason() -> None:
    """It is neither held nor made again, whatever the batch has."""
    decision = decide(known(measure=None, failure="it is 3 pixels high"), Findings(), "1")
    mark = decision.conclusion.mark
    assert (mark.state, mark.why) == (MarkState.UNMEASURED, "it is 3 pixels high")
    assert decision.conclusion.repair is None


def test_the_authors_word_counts_more_than_a_measure() -> None:
    """A picture that was approved, kept or chosen is told at most, in every batch."""
    for outliers in Outliers:
        decision = out(known(outliers=outliers, is_settled=True))
        assert decision.conclusion.mark.state == MarkState.MARKED
        assert decision.conclusion.repair is None
        assert decision.conclusion.drifts == ()


@pytest.mark.parametrize(
    ("blemish", "state", "why"),
    [
        (Blemish.BLANK, MarkState.REPAIRING, "hardly anything is drawn"),
        (Blemish.CUT_OFF, MarkState.REPAIRING, "a part of it is missing"),
        (Blemish.BORDERED, MarkState.MARKED, "it has a frame or bars of one colour"),
        (Blemish.LETTERED, MarkState.MARKED, "it holds words"),
    ],
)
def test_a_blemish_is_told_and_a_serious_one_made_again(
    blemish: Blemish, state: MarkState, why: str
) -> None:
    """Also with nothing to compare with: it shows by itself."""
    measure = replace(PLAIN, blemishes=(blemish,))
    for findings in (Findings(), Findings({10: IN})):
        decision = decide(known(measure=measure), findings, "1")
        assert (decision.conclusion.mark.state, decision.conclusion.mark.why) == (state, why)
        assert decision.conclusion.mark.blemishes == (blemish,)


def test_what_the_approved_have_is_no_blemish() -> None:
    """A book whose panels have white frames wants them."""
    measure = replace(PLAIN, blemishes=(Blemish.BORDERED,))
    situation = known(measure=measure, approved=approved(Blemish.BORDERED))
    decision = decide(situation, Findings({10: IN}), "1")
    assert decision.conclusion.mark.state == MarkState.IN_STYLE
    assert decision.conclusion.mark.blemishes == ()


def test_nearly_the_same_picture_is_told() -> None:
    """With the other panel's key; it is not made again, as nobody knows which of them is wrong."""
    decision = decide(known(), Findings({10: IN}, alike="p3"), "1")
    mark = decision.conclusion.mark
    assert (mark.state, mark.alike) == (MarkState.MARKED, "p3")
    assert mark.why == "nearly the same picture as p3"
    assert decision.conclusion.repair is None


# repairs


def test_the_first_repair_is_sent_with_more_pictures_of_the_style() -> None:
    """The panel's own keep their places; approved ones come after the references of the style."""
    situation = known(examples=(held(3), held(4)))
    repair = out(situation).conclusion.repair
    assert repair is not None
    assert repair.number == 1
    assert repair.words is not None
    assert repair.words.startswith("Mara runs\n\nDraw in the style of attached pictures 2 to 4")
    sent = [each.sha256 for each in repair.references]
    assert sent == [OWN.sha256, STYLE.sha256, f"{3:064x}", f"{4:064x}"]


@pytest.mark.parametrize(
    ("score", "used", "is_repaired"), [(9.0, 0, True), (9.0, 1, False), (2.5, 0, False)]
)
def test_only_a_clear_outlier_is_made_again_by_itself(
    score: float,
    used: int,
    is_repaired: bool,  # noqa: FBT001 - what is expected
) -> None:
    """And by far the most of the budget is kept for drifts."""
    verdicts = {10: replace(OUT, score=score)}
    decision = out(known(budget=RepairBudget(100, 5, used)), verdicts=verdicts)
    assert (decision.conclusion.repair is not None) == is_repaired
    drifting = known(
        budget=RepairBudget(100, 5, used), circles=(circle(DriftKind.FIGURE, "out", "out"),)
    )
    assert out(drifting, verdicts=verdicts).conclusion.repair is not None


def test_the_second_repair_says_what_is_to_be_different() -> None:
    """Below the list's words."""
    situation = known(repair=1, takes=(take(9), take(10, 1)))
    repair = out(situation).conclusion.repair
    assert repair is not None
    assert repair.number == 2
    assert repair.words is not None
    assert repair.words.startswith("Mara runs\n\n")
    assert "thicker lines" in repair.words


@pytest.mark.parametrize(
    "more",
    [
        {"repairs": 0},
        {"repair": 2, "takes": (take(8), take(9, 1), take(10, 2))},
        {"budget": RepairBudget(100, 5, 5)},
        {"budget": RepairBudget(10, 0, 0)},
        {"is_repairable": False},
        {"outliers": Outliers.MARK},
        {"outliers": Outliers.HOLD},
    ],
    ids=["none", "all made", "budget spent", "no budget", "not repairable", "mark", "hold"],
)
def test_nothing_is_repaired_that_is_not_allowed_or_not_paid_for(more: dict[str, Any]) -> None:
    """It stays marked or held, and nothing waits for a repair that never comes."""
    decision = out(known(**more))
    assert decision.conclusion.repair is None
    assert decision.conclusion.mark.state != MarkState.REPAIRING


def test_a_steered_picture_is_repaired_with_words() -> None:
    """It was sent with the references already, which did not help."""
    repair = out(known(sent=Steering.FRESH)).conclusion.repair
    assert repair is not None
    assert repair.number == 2
    assert repair.words is not None


def test_what_did_not_help_others_of_a_drift_is_not_tried_again() -> None:
    """References alone failed for one of Mara's panels: the next one begins with words."""
    marks = ("out1", "out", "out")
    repair = out(known(circles=(circle(DriftKind.FIGURE, *marks),))).conclusion.repair
    assert repair is not None
    assert repair.number == 2


def test_what_cannot_be_helped_costs_no_budget() -> None:
    """Words did not help two others either: no more is spent, and what shares it waits."""
    marks = ("out2", "out1", "out2", "out1", "out", "out")
    decision = out(known(circles=(circle(DriftKind.FIGURE, *marks),)))
    assert decision.conclusion.repair is None
    assert decision.conclusion.mark.state == MarkState.MARKED
    (drift,) = decision.conclusion.drifts
    assert drift.holds


def test_the_best_take_stays() -> None:
    """When no more are made: by the scores of one comparison, whichever came last."""
    takes = (take(8), take(9, 1), take(10, 2))
    situation = known(repair=2, takes=takes)
    verdicts = {8: Verdict(5.0, 2.0), 9: Verdict(2.5, 2.0), 10: Verdict(4.0, 2.0)}
    decision = decide(situation, Findings(verdicts), "1")
    assert decision.best == takes[1]
    others = decision.conclusion.others
    assert {image: mark.score for image, mark in others.items()} == {8: 5.0, 9: 2.5}
    assert {mark.state for mark in others.values()} == {MarkState.MARKED}


def test_a_blank_take_is_never_the_best() -> None:
    """Whatever its score: an empty sheet may be near the middle of all pictures."""
    takes = (take(9), take(10, 1, blemishes=(Blemish.BLANK,)))
    measure = takes[1].measure
    situation = known(repair=1, repairs=1, takes=takes, measure=measure)
    decision = decide(situation, Findings({9: OUT, 10: IN}), "1")
    assert decision.best == takes[0]


def test_the_first_picture_of_a_panel_moves_nothing() -> None:
    """Other takes of the same words are the author's, who chose among them."""
    situation = known(takes=(take(9), take(10)))
    decision = decide(situation, Findings({9: IN, 10: Verdict(1.5, 2.0)}), "1")
    assert decision.best is None


def test_while_one_more_take_comes_nothing_moves() -> None:
    """And no earlier take goes on saying that it is being repaired."""
    situation = known(repair=1, takes=(take(9), take(10, 1)))
    decision = out(situation, verdicts={9: Verdict(2.5, 2.0)})
    assert decision.best is None
    assert decision.conclusion.mark.state == MarkState.REPAIRING
    assert decision.conclusion.others[9].state == MarkState.MARKED


# drift


def drifts(*circles: Circle, **more: Any) -> Sequence[Drift]:  # noqa: ANN401 - of a situation
    """What drifts where a picture stands out, and shares this with others."""
    return out(known(circles=circles, **more)).conclusion.drifts


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        (("out", "out"), "the last 3 pictures of figure stand out"),
        (("in", "out", "in", "out"), "3 of the last 5 pictures of figure stand out"),
        (("out", "out", "out", "out", "out", "in"), "the last 6 pictures of figure stand out"),
        (("out", "in", "out"), "3 of the last 4 pictures of figure stand out"),
    ],
)
def test_three_of_the_last_five_are_a_drift(marks: tuple[str, ...], why: str) -> None:
    """It is said what they share, and how they differ."""
    (drift,) = drifts(circle(DriftKind.FIGURE, *marks))
    assert drift.why == f"{why}: lines much thinner than the approved"


@pytest.mark.parametrize(
    "marks", [(), ("out",), ("out", "in", "in", "in", "out"), ("out1", "out1", "out2", "in")]
)
def test_fewer_are_none(marks: tuple[str, ...]) -> None:
    """Repairs count for nothing: they are of panels that stood out already."""
    assert drifts(circle(DriftKind.FIGURE, *marks)) == ()


def test_a_drift_tells_since_when() -> None:
    """The oldest of the pictures that it is told of."""
    (drift,) = drifts(circle(DriftKind.SCENE, "out", "in", "out", "in", "out"))
    assert drift.since_key == "r2"
    (long,) = drifts(circle(DriftKind.SCENE, *["out"] * 8, "in"))
    assert long.since_key == "r7"


def test_the_smallest_thing_that_explains_a_drift_is_told() -> None:
    """A chat whose pictures stand out, in a scene where the others do not."""
    chat = circle(DriftKind.CHAT, "out", "out")
    scene = Circle(DriftKind.SCENE, "ch1", (*chat.recent, *recent("in", "in", first=200)))
    (drift,) = drifts(chat, scene)
    assert (drift.kind, drift.holds) == (DriftKind.CHAT, False)


def test_what_drifts_everywhere_is_not_laid_to_one_figure() -> None:
    """The account's other pictures stand out just as much."""
    figure = circle(DriftKind.FIGURE, "out", "out")
    account = Circle(DriftKind.ACCOUNT, "1", (*figure.recent, *recent("out", "out", first=200)))
    (drift,) = drifts(figure, account)
    assert (drift.kind, drift.holds) == (DriftKind.ACCOUNT, False)


@pytest.mark.parametrize(
    ("outliers", "kind", "holds"),
    [
        (Outliers.MARK, DriftKind.FIGURE, False),
        (Outliers.HOLD, DriftKind.FIGURE, True),
        (Outliers.REDO, DriftKind.SCENE, True),
        (Outliers.HOLD, DriftKind.CHAT, False),
        (Outliers.HOLD, DriftKind.ACCOUNT, False),
    ],
)
def test_a_figure_or_a_scene_waits_where_the_book_wants_it(
    outliers: Outliers,
    kind: DriftKind,
    holds: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """An account never does, or the whole book would; a chat is left instead."""
    (drift,) = drifts(circle(kind, "out", "out"), outliers=outliers)
    assert drift.holds == holds


def test_a_drift_that_is_known_is_not_noticed_again() -> None:
    """Nor by a repair, whose panel was counted before."""
    figure = circle(DriftKind.FIGURE, "out", "out")
    assert drifts(figure, drifts=(opened(),)) == ()
    assert drifts(figure, repair=1, takes=(take(9), take(10, 1))) == ()
    assert drifts(figure, is_new=False) == ()


@pytest.mark.parametrize(
    ("marks", "leaves"),
    [(("out",), True), (("in", "out"), True), (("in", "in", "out"), False), ((), False)],
)
def test_a_chat_that_drifts_is_left(marks: tuple[str, ...], leaves: bool) -> None:  # noqa: FBT001
    """Two of its last three are enough: leaving costs nothing."""
    decision = out(known(circles=(circle(DriftKind.CHAT, *marks),)))
    assert bool(decision.conclusion.leave) == leaves


# probe and steering


@pytest.mark.parametrize(("repair", "level"), [(1, Steering.FRESH), (2, Steering.WORDS)])
def test_what_brought_a_probe_back_steers_what_follows(repair: int, level: Steering) -> None:
    """And lets go of what waited for it."""
    figure = circle(DriftKind.FIGURE, "out", "out")
    situation = known(
        repair=repair, takes=(take(9), take(10, repair)), circles=(figure,), drifts=(opened(),)
    )
    concluded = good(situation).conclusion
    assert concluded.mark.state == MarkState.IN_STYLE
    assert list(concluded.let_go) == [7]
    assert concluded.steer is not None
    assert concluded.steer.level == level
    assert concluded.steer.references == (STYLE,)
    assert concluded.steer.correction == ("thicker lines" if level == Steering.WORDS else "")


@pytest.mark.parametrize(
    "more",
    [
        {"drifts": ()},
        {"drifts": (opened(name="another"),)},
        {"drifts": (opened(),), "steering": Steering.FRESH},
    ],
    ids=["no drift", "another's", "steered already"],
)
def test_a_repair_that_helped_steers_nothing_else(more: dict[str, Any]) -> None:
    """One outlier is no drift, and that of another figure is not this one's matter."""
    figure = circle(DriftKind.FIGURE, "in")
    situation = known(repair=1, takes=(take(9), take(10, 1)), circles=(figure,), **more)
    assert good(situation).conclusion.steer is None


def test_a_chat_that_drifts_steers_nothing() -> None:
    """It is left, and fresh ones are as they were."""
    chat = circle(DriftKind.CHAT, "out", "out")
    situation = known(
        repair=1,
        takes=(take(9), take(10, 1)),
        circles=(chat,),
        drifts=(opened(DriftKind.CHAT, holds=False),),
    )
    assert good(situation).conclusion.steer is None


def test_a_drift_whose_remedy_is_known_steers_at_once() -> None:
    """An earlier repair of the figure came back in style: nothing waits for another probe."""
    figure = circle(DriftKind.FIGURE, "in1", "out", "out")
    concluded = out(known(circles=(figure,))).conclusion
    assert concluded.steer is not None
    assert concluded.steer.level == Steering.FRESH
    (drift,) = concluded.drifts
    assert not drift.holds


def test_what_is_steered_in_vain_waits_for_the_author() -> None:
    """Three of the last five that were sent as a repair was stand out all the same."""
    past = recent("out", "out", "in1", "out")
    steered = tuple(
        replace(each, steering=Steering.FRESH) if not each.repair else each for each in past[:2]
    )
    figure = Circle(DriftKind.FIGURE, "figure", (*steered, *past[2:]))
    more: dict[str, Any] = {"drifts": (opened(holds=False),), "steering": Steering.FRESH}
    (drift,) = drifts(figure, sent=Steering.FRESH, **more)
    assert drift.holds
    assert "does not help" in drift.why
    # one that was claimed before, and sent in the plain way, says nothing of that
    assert drifts(figure, **more) == ()
    assert drifts(figure, sent=Steering.FRESH, **more | {"drifts": (opened(holds=True),)}) == ()


def test_what_was_sent_before_the_batch_was_steered_is_not_counted_with_what_was_since() -> None:
    """Else one outlier among those that are sent as a repair was would hold its whole scene."""
    scene = circle(DriftKind.SCENE, "out", "out", "out")
    assert drifts(scene, steering=Steering.FRESH, sent=Steering.FRESH) == ()
    (late,) = drifts(scene, steering=Steering.FRESH)
    assert not late.holds


def test_slow_drift_is_told_and_steered() -> None:
    """It never holds; where repairs are wanted, what follows is sent with the references."""
    series = CircleSeries(DriftKind.FIGURE, "Mara", tuple(f"p{n}" for n in range(30)), (), ())
    trends = [(series, Trend("warmth", 12, "colours have grown warmer")),
              (series, Trend("contrast", 20, "contrast has grown weaker"))]  # fmt: skip
    for outliers in Outliers:
        concluded = good(known(outliers=outliers), trends=trends).conclusion
        (drift,) = concluded.drifts
        assert (drift.slow, drift.holds, drift.since_key) == (True, False, "p12")
        assert drift.why == "pictures of Mara drift slowly: colours have grown warmer"
        assert (concluded.steer is not None) == (outliers == Outliers.REDO)


def shown(far: float) -> Measure:
    """Return a picture with so much of a change."""
    return replace(PLAIN, attributes=(far,))


SLOW = CircleSeries(
    DriftKind.FIGURE,
    "Mara",
    tuple(f"p{n}" for n in range(6)),
    tuple(shown(far) for far in (0.0, 0.0, 4.0, 6.0, 5.0, 3.0)),
    (True,) * 6,
    (20, 21, 22, 23, 0, 25),
)
"""It begins with the third picture; the fifth was made again before."""
WARMER = Trend("warmth", 2, "colours have grown warmer", weights=(1.0,))


def slow(**more: Any) -> OpenDrift:  # noqa: ANN401 - any field
    """Return the slow drift of these pictures, as it is known once it is noticed."""
    plain: dict[str, Any] = {
        "name": "Mara", "slow": True, "holds": False, "since_key": "p2", "weights": (1.0,),
    }  # fmt: skip
    return opened(**{**plain, **more})


def probed(before: float, after: float, **more: Any) -> Consequences:  # noqa: ANN401 - of a situation
    """Decide on the repair of a picture that a slow drift made a suspect."""
    takes = (take(9, attributes=(before,)), take(10, 1, attributes=(after,)))
    figure = circle(DriftKind.FIGURE, "in", name="Mara")
    of_style = approved()
    members = tuple(replace(each, measure=shown(0.0)) for each in of_style.members)
    plain: dict[str, Any] = {
        "repair": 1, "takes": takes, "measure": takes[1].measure, "drifts": (slow(),),
        "circles": (figure,), "approved": replace(of_style, members=members),
    }  # fmt: skip
    situation = known(**{**plain, **more})
    verdicts = {9: IN, 10: IN}
    return decide(situation, Findings(verdicts, series=[SLOW]), "1")


def test_of_the_pictures_of_a_slow_drift_the_worst_is_made_again_as_a_probe() -> None:
    """A false alarm costs no more than that."""
    found: dict[str, Any] = {"series": [SLOW], "trends": [(SLOW, WARMER)]}
    suspects = good(known(), **found).conclusion.suspects
    assert suspects is not None
    assert (suspects.images, suspects.style) == ((23,), (STYLE,))
    for more in ({"outliers": Outliers.MARK}, {"budget": RepairBudget(100, 5, 5)}):
        assert good(known(**more), **found).conclusion.suspects is None


def test_when_the_probe_of_a_slow_drift_has_less_of_it_its_others_are_made_again() -> None:
    """The worst first, and none that was made again before."""
    suspects = probed(before=5.0, after=0.5).conclusion.suspects
    assert suspects is not None
    assert suspects.images == (23, 22, 25)


@pytest.mark.parametrize(
    ("after", "more"),
    [(4.9, {}), (6.0, {}), (0.5, {"drifts": ()}), (0.5, {"drifts": (slow(since_key="px"),)})],
    ids=["as before", "worse", "settled", "of other pictures"],
)
def test_a_probe_that_shows_nothing_costs_no_more(after: float, more: dict[str, Any]) -> None:
    """Nor is anything made again for a drift that the author has settled."""
    assert probed(5.0, after, **more).conclusion.suspects is None


def test_of_two_takes_in_style_the_one_with_less_of_a_slow_drift_stays() -> None:
    """A score does not tell; one that stands out is no better for it."""
    assert probed(before=5.0, after=0.5).best is None
    kept = probed(before=0.5, after=5.0).best
    assert kept is not None
    assert kept.image == 9


def test_a_chat_that_drifts_slowly_is_left() -> None:
    """And steers nothing."""
    series = CircleSeries(DriftKind.CHAT, "1:c", ("p1", "p2"), (), ())
    concluded = good(known(), trends=[(series, Trend("warmth", 1, "warmer"))]).conclusion
    assert concluded.leave
    assert concluded.steer is None


def test_what_is_sent_is_told_so_that_it_can_be_kept() -> None:
    """An example has to be among the library's copies before anything is sent with it."""
    decision = out(known(examples=(held(3),)))
    assert f"{3:064x}" in {each.sha256 for each in decision.shows}
    assert good(known(examples=(held(3),))).shows == ()
    assert Path(held(3).path).name in {each.name for each in decision.shows}
