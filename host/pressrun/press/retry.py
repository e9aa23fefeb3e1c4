"""What becomes of a job after an attempt: plain functions of what is known."""

RETURNS = 6
"""A job that came back this often before anything was sent is given up for now."""

TRIES = 3
"""A job that the site failed this often is given up for now."""


def after_return(now: float, tries: int) -> float | None:
    """When a job that came back unsent may be claimed again, or None when it is given up.

    Args:
        now: the time.
        tries: how many attempts before this one counted against the job.
    """
    return None if tries + 1 >= RETURNS else now + min(60.0, 2.0**tries)


def after_failure(now: float, tries: int) -> float | None:
    """When a job that the site failed may be tried again, or None when it is given up."""
    return None if tries + 1 >= TRIES else now + 10.0 * 2.0**tries
