"""Who is at the other end of a socket, as the system reports it."""

import os
import socket
import struct
import sys


def is_same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end runs as this user.

    Linux: `SO_PEERCRED`, unix(7). macOS: `LOCAL_PEERCRED`, a `struct xucred`, sys/ucred.h.
    """
    if sys.platform == "darwin":
        credentials = connection.getsockopt(0, 0x001, struct.calcsize("IIh16I"))
        _version, user, *_ = struct.unpack("IIh16I", credentials)
    else:
        credentials = connection.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
        )
        _process, user, _group = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def process_of(connection: socket.socket) -> int | None:
    """The process at the other end, if it is still known.

    Linux: `SO_PEERCRED`, as above. macOS: `LOCAL_PEERPID`, sys/un.h.
    """
    try:
        if sys.platform == "darwin":
            process = connection.getsockopt(0, 0x002)
        else:
            size = struct.calcsize("3i")
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            process, _user, _group = struct.unpack("3i", credentials)
    except OSError:
        return None
    return int(process) or None
