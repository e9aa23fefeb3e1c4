"""Links to files that hold for a while: an id, a time and a signature over both."""

import hmac
import secrets

PATH = "/backend-api/estuary/content"
"""Where files are served."""

_DIGITS = 20  # more than any time in milliseconds has


class Links:
    """Signs and checks links; a restart of the site ends all that were given out."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def link(self, file_id: str, now: float) -> str:
        """Return a link to a file, given out at Unix time ``now``."""
        ts = int(now * 1000)
        return f"{PATH}?id={file_id}&ts={ts}&sig={self._signature(file_id, ts)}"

    def holds(self, file_id: str, ts: str, sig: str, *, now: float, seconds: float) -> bool:
        """Tell whether a link's parts belong together and are at most ``seconds`` old."""
        if not (ts.isascii() and ts.isdecimal() and len(ts) < _DIGITS and sig.isascii()):
            return False
        fresh = now * 1000 - int(ts) <= seconds * 1000
        return fresh and hmac.compare_digest(sig, self._signature(file_id, int(ts)))

    def _signature(self, file_id: str, ts: int) -> str:
        return hmac.digest(self._secret, f"{file_id}\n{ts}".encode(), "sha256").hex()
