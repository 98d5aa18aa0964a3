"""The unix socket between web and the vault: how one speaks through it, and how one knows who is on the other side.

One line of JSON in, one out; bytes that a line announces (`bytes`) follow it. Both sides limit time and size.
"""

import json
import os
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LONGEST_LINE = 16_384  # bytes
MOST_BYTES = 64 * 2**20  # that may follow a line: a sealed file of the first release is sent whole
LONGEST_PATH = 100  # bytes: the kernel takes 108 with the end


class Garbled(ValueError):
    """What came through the door is not a line of JSON, is too long, or ended too early."""


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address of the socket that the kernel takes: a long path is reached through its opened folder (Linux)."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def caller(connection: socket.socket) -> int:
    """The user on the other side, as the kernel knows it: nobody can claim to be another."""
    if sys.platform == "darwin":
        _version, uid = struct.unpack("2I", connection.getsockopt(0, 1, 76)[:8])  # LOCAL_PEERCRED of unix(4)
        return int(uid)
    size = struct.calcsize("3i")
    _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)


def say(connection: socket.socket, words: Mapping[str, Any], more: bytes = b"") -> None:
    """One line, and the bytes that belong to it."""
    line = json.dumps({**words, "bytes": len(more)} if more else dict(words), separators=(",", ":"))
    connection.sendall(line.encode() + b"\n" + more)


def hear(connection: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One line and its bytes. Raises Garbled, and TimeoutError when the other side is slow."""
    with connection.makefile("rb") as incoming:
        line = incoming.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE or not line.endswith(b"\n"):
            raise Garbled("no whole line")
        try:
            words = json.loads(line)
        except ValueError as error:
            raise Garbled("no JSON") from error
        if not isinstance(words, dict):
            raise Garbled("no names and values")
        size = words.get("bytes", 0)
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MOST_BYTES:
            raise Garbled("an impossible number of bytes")
        more = incoming.read(size) if size else b""
    if len(more) != size:
        raise Garbled("cut off")
    return words, more
