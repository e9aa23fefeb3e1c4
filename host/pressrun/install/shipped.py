"""The files that ship beside the package: in a wheel inside it, in a checkout around it."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """The folder `extension` or `manifests`."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def extension_id() -> str:
    """The id that the extension's fixed key gives it."""
    return (folder("manifests") / "extension-id.txt").read_text(encoding="ascii").strip()
