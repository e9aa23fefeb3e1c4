"""The hand that a picture is drawn with: how far it is from the style, by behaviour and prompt."""

from dataclasses import dataclass

from trials.replica.behaviour import Behaviour
from trials.replica.drift import StyleShift, answered, caused, wavering


@dataclass(frozen=True)
class Sent:
    """What a site knows of a prompt that has a say in how its pictures look."""

    account: str
    prompt: str
    styles: tuple[StyleShift | None, ...] = ()
    """How far each attached picture is from the style; None for what shows something else."""
    answers: int = 0
    """How many turns its chat had before."""
    earlier: int = 0
    """How many prompts the site had taken from its account before, …"""
    minutes: float = 0.0
    """… and how long ago the first of them was."""


def shift(behaviour: Behaviour, sent: Sent, *of: object) -> StyleShift:
    """Return how far a picture is from the style.

    Args:
        behaviour: of the site towards the account.
        sent: what it answers.
        of: which picture it is, for what varies by chance: its prompt, take and number.
    """
    looks = behaviour.drift
    straying = caused(
        behaviour.dice("drift", sent.account).choice(looks) if looks else None,
        behaviour.drift_cause,
        step=behaviour.drift_step,
        after=behaviour.drift_after,
        most=behaviour.drift_most,
        chat=sent.answers,
        account=sent.earlier,
        minutes=sent.minutes,
    )
    kept = answered(
        straying,
        sent.prompt,
        sent.styles,
        heeds_pictures=behaviour.heeds_pictures,
        heeds_words=behaviour.heeds_words,
    )
    return wavering(kept, behaviour.wavers, behaviour.dice("wavers", *of))
