"""Site profiles in a hurry: the shipped one with shorter waits, where a home's own wins."""

import re
from collections.abc import Mapping
from pathlib import Path

from pressrun.sites.profile import shipped_text, ungentle


def hurried(seconds: Mapping[str, float]) -> str:
    """The shipped profile for a site of our own, with some of its waits changed."""
    text = ungentle(shipped_text("chatgpt"))
    for name, wait in seconds.items():
        text, found = re.subn(rf"(?m)^{name} = [\d.]+", f"{name} = {wait}", text)
        assert found, f"the shipped profile has no {name!r}"
    return text


def write(path: Path, text: str) -> None:
    """Put a profile where a home's own is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
