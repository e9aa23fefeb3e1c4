"""A night with everything in it: what a soak switches, and the seed draws from.

What waits for a person is left out: a page that is signed out, challenged, or has a dialog over its
composer.
"""

MIXTURE: dict[str, object] = {
    "shell": ("A", "B", "bare"),
    "language": ("en", "de", "ja"),
    "partial_weight": 600_000,
    "stop_while_drawing": False,
    "stop_lingers_seconds": (0.0, 3.0),
    "url_lag_seconds": (0.1, 1.5),
    "poll": 0.05,
    "stale": 0.1,
    "freeze": 0.1,
    "refused": 0.02,
    "tool_error": 0.04,
    "thread_error": 0.03,
    "too_long": 0.01,
    "text_only": 0.02,
    "upload_failed": 0.1,
    "throttle": 0.004,
    "throttle_at": 6,
    "throttle_seconds": (60.0, 120.0),
    "plan_capped": 0.004,
    "free_capped": 0.004,
    "rate_limited": 0.004,
    "capped_seconds": (60.0, 120.0),
}
"""Switches of the behaviour; a soak adds how long things take."""
