"""Who is at the other end of a socket, by the operating system's word."""

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
