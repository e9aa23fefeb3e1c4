"""The author's word on jobs in doubt: look again, send again, or give up."""

from collections.abc import Sequence

from sqlalchemy import Connection

from pressrun.errors import NotFoundError
from pressrun.protocol.messages import DoubtChoice
from pressrun.store import attempts


def decide(
    connection: Connection, now: float, jobs: Sequence[int] | None, choice: DoubtChoice
) -> list[int]:
    """Carry out a decision on jobs in doubt; returns those that it changed.

    Args:
        connection: the writer's.
        now: the time.
        jobs: their numbers; None means every one that waits for the author.
        choice: what becomes of them.

    Raises:
        NotFoundError: one of them is not in doubt (any more); none was changed.
    """
    known = {each.attempt.job: each for each in attempts.asking(connection)}
    if jobs is None:
        jobs = [job for job, each in known.items() if each.waits]
    if strange := [job for job in jobs if job not in known]:
        verb = "is" if len(strange) == 1 else "are"
        names = ", ".join(str(job) for job in strange)
        raise NotFoundError(f"job {names} {verb} not in doubt; nothing was changed")
    for job in dict.fromkeys(jobs):
        attempt = known[job].attempt
        if choice == DoubtChoice.LOOK:
            attempts.look_again(connection, now, attempt)
        else:
            attempts.abandon(connection, now, attempt, resend=choice == DoubtChoice.RESEND)
    return list(dict.fromkeys(jobs))
