"""The `nativemessaging` package as its README has it: one message in, one plain write."""

import base64
import socket
import sys
from pathlib import Path

import nativemessaging


def main(folder: Path) -> None:
    """Fetch the picture once for each line that comes from the bench; answer with its size."""
    with socket.socket(socket.AF_UNIX) as bench:
        bench.connect(str(folder / "plain.sock"))
        with bench.makefile("rw") as lines:
            nativemessaging.get_message()  # the page is there
            for _ in lines:
                nativemessaging.send_message(nativemessaging.encode_message({"fetch": True}))
                data = base64.b64decode(nativemessaging.get_message()["data"])
                (folder / "plain.png").write_bytes(data)
                lines.write(f"{len(data)}\n")
                lines.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
