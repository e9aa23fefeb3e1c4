"""Of what the author was told by a notice, kept for the hosts that come."""

from pressrun.store import notices
from pressrun.store.writer import Writer


async def test_exactly_what_is_kept_is_told(store: Writer) -> None:
    """Names come and go; what stays keeps the time at which it was told."""
    assert await store.do(notices.told) == frozenset()
    for now, names in enumerate([{"a", "b"}, {"b", "c"}, {"b"}, set(), {"a"}]):
        await store.do(notices.keep, float(now), names)
        assert await store.do(notices.told) == names
