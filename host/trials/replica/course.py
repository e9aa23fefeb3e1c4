"""What happens in one turn, and when: decided completely when the prompt is sent.

A course depends on the behaviour, the prompt and the take alone, so a run replays however busy
the machine is, and a turn that a restart of the replica cut short can be taken up again.
"""

from dataclasses import dataclass

from pressrun.simulator.chat import Course
from pressrun.simulator.failures import Kind, Refusal
from pressrun.simulator.ledger import Mode, sha256
from pressrun.simulator.time import NEVER
from trials.replica.behaviour import Behaviour
from trials.replica.brief import brief_of

_TEXT_ENDS = 0.3  # of the whole time; seen at 6 to 28 of 20 to 95 seconds
_PARTIAL_COMES = 0.75
_FASTEST_TALK = 0.08  # seconds between two pieces of streamed text

_LATE: tuple[Kind, ...] = ("tool_error", "thread_error")
"""What breaks in the middle; to everything else the site says no early."""


@dataclass(frozen=True)
class CourseStep:
    """Something that happens ``at`` seconds after the submission."""

    at: float


@dataclass(frozen=True)
class Addressed(CourseStep):
    """The page's URL becomes that of the conversation."""


@dataclass(frozen=True)
class Said(CourseStep):
    """The streamed text has come this far."""

    text: str


@dataclass(frozen=True)
class Drawing(CourseStep):
    """The text has ended and the picture is being made; Stop may vanish meanwhile."""

    stop: bool


@dataclass(frozen=True)
class PartialShown(CourseStep):
    """A blurred picture stands where the final one will."""


@dataclass(frozen=True)
class Finished(CourseStep):
    """The turn has its end: a picture, or the text alone."""


@dataclass(frozen=True)
class Failed(CourseStep):
    """The turn has its end: no picture."""

    refusal: Refusal


@dataclass(frozen=True)
class StopGone(CourseStep):
    """The Stop button gives its place back."""


def course(
    behaviour: Behaviour, prompt: str, take: int, mode: Mode, refusal: Refusal | None = None
) -> list[CourseStep]:
    """Return a turn's steps in the order of their times.

    Args:
        behaviour: How the site behaves at the submission.
        prompt: The prompt as it was sent.
        take: Which sending of this very prompt it is, from 1.
        mode: Whether a picture was asked for.
        refusal: A failure that is certain already, such as a plan's limit.
    """
    at = moments(behaviour, sha256(prompt), take, mode, refusal)
    steps: list[CourseStep] = [Addressed(at.addressed)]
    if at.speaks < NEVER:
        steps += _talk(answer(prompt) if mode == "text" else remark(prompt), at.silent)
    if at.draws < NEVER:
        steps.append(Drawing(at.draws, at.stops))
    if at.blurred < NEVER:
        steps.append(PartialShown(at.blurred))
    steps.append(Finished(at.ends) if at.failure is None else Failed(at.ends, at.failure))
    steps.append(StopGone(at.unstopped))
    # Steps of the same time stay in the order in which they were put down.
    return sorted(steps, key=lambda step: step.at)


def moments(
    behaviour: Behaviour, digest: str, take: int, mode: Mode, refusal: Refusal | None = None
) -> Course:
    """Return when what happens in a turn, in seconds after its submission.

    Args:
        behaviour: How the site behaves at the submission.
        digest: SHA-256 of the prompt.
        take: Which sending of this very prompt it is, from 1.
        mode: Whether a picture was asked for.
        refusal: A failure that is certain already.
    """
    of = (digest, take)
    image = mode == "image"
    span = behaviour.generation_seconds if image else behaviour.text_seconds
    ends = behaviour.seconds(span, "generation", *of)
    refusal = refusal or _chance(behaviour, mode, *of)
    early = refusal is not None and refusal.kind not in _LATE
    if refusal is not None:
        ends *= _TEXT_ENDS if early else behaviour.dice("break", *of).uniform(_TEXT_ENDS, 1)
    speaks = behaviour.text_before_picture or not image
    silent = (ends * _TEXT_ENDS if image else ends) if speaks else 0.0
    return Course(
        addressed=behaviour.seconds(behaviour.url_lag_seconds, "url", *of),
        speaks=0.0 if speaks else NEVER,
        silent=silent,
        draws=silent if image and not early else NEVER,
        blurred=ends * _PARTIAL_COMES if image and behaviour.partial and not refusal else NEVER,
        ends=ends,
        unstopped=ends + behaviour.seconds(behaviour.stop_lingers_seconds, "linger", *of),
        stops=behaviour.stop_while_drawing,
        failure=refusal,
    )


def remark(prompt: str) -> str:
    """Return what is said before the picture."""
    return f"I'll draw this as one panel, in ink and flat colours: {title(prompt)}"


def answer(prompt: str) -> str:
    """Return the answer to a prompt that was sent without image mode."""
    return (
        f"Here is how the panel could read: “{title(prompt)}” The light comes from one side, the "
        "figures stand apart from the background, and the words stay short. "
        "I have written this down only; no picture was asked for."
    )


def title(prompt: str, *, letters: int = 48) -> str:
    """Return what a prompt is about on one line: its first words, in at most so many letters.

    Of a book's prompt, which begins with the style of all panels, they are those of the action.
    """
    brief = brief_of(prompt)
    told = brief.action if brief.silent and brief.action else prompt
    words = " ".join(told.split())
    if len(words) <= letters:
        return words.rstrip(".")
    return words[:letters].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _chance(behaviour: Behaviour, mode: Mode, prompt_sha256: str, take: int) -> Refusal | None:
    # A policy judges the words, so the same words meet the same answer.
    kinds: list[tuple[Kind, float, tuple[object, ...]]] = [
        ("thread_error", behaviour.thread_error, (prompt_sha256, take)),
        ("too_long", behaviour.too_long, (prompt_sha256, take)),
    ]
    if mode == "image":
        kinds += [
            ("refused", behaviour.refused, (prompt_sha256,)),
            ("tool_error", behaviour.tool_error, (prompt_sha256, take)),
            ("text_only", behaviour.text_only, (prompt_sha256, take)),
        ]
    for kind, rate, of in kinds:
        if behaviour.happens(rate, kind, *of):
            return behaviour.refusal(kind, *of)
    return None


def _talk(text: str, end: float) -> list[CourseStep]:
    words = text.split(" ")
    pieces = max(1, min(len(words), int(end / _FASTEST_TALK)))
    return [
        Said(end * (piece / pieces), " ".join(words[: len(words) * piece // pieces]))
        for piece in range(1, pieces + 1)
    ]
