"""Everything on the site that has a link: uploads, and the pictures in chats."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from pressrun.simulator import ledger
from pressrun.simulator.dice import identity
from trials.replica.chat import File, Upload
from trials.replica.easel import Sketch

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class Files:
    """The files of all accounts. An upload is on disk; a picture is drawn when it is asked for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._known: dict[str, File] = {}

    @property
    def known(self) -> Mapping[str, File]:
        """Every file, by its id."""
        return self._known

    def upload(self, account: str, data: bytes) -> str:
        """Keep a file and return its id; the same file of one account has one id."""
        digest = ledger.sha256(data)
        path = self._folder / digest
        if not path.exists():
            unfinished = path.with_suffix(".new")
            unfinished.write_bytes(data)
            unfinished.replace(path)
        return self.remember(account, digest)

    def remember(self, account: str, digest: str) -> str:
        """Give an upload its link again, by its SHA-256, and return its id."""
        path = self._folder / digest
        kind = "text/plain"
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            head = file.read(8)
            kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), kind)
        name = file_id("upload", account, digest)
        self._known[name] = File(account, Upload(path, digest, kind))
        return name

    def data(self, digest: str) -> bytes:
        """Return an upload's bytes by their SHA-256; none where the file is gone."""
        try:
            return (self._folder / digest).read_bytes()
        except FileNotFoundError:
            return b""

    def has(self, account: str, data: bytes) -> bool:
        """Tell whether an account has uploaded this very file before."""
        return file_id("upload", account, ledger.sha256(data)) in self._known

    def show(self, account: str, name: str, sketch: Sketch) -> None:
        """Give a picture its link."""
        self._known[name] = File(account, sketch)

    def sha256(self, account: str, name: str) -> str:
        """Return the SHA-256 of an account's upload.

        Raises:
            LookupError: The account has no such upload.
        """
        file = self._known[name]
        if file.account != account or not isinstance(file.content, Upload):
            raise LookupError(name)
        return file.content.sha256


def file_id(*of: object) -> str:
    """Return a file's id, as the site forms them, that depends on nothing but these values."""
    return "file_" + identity(*of).replace("-", "")
