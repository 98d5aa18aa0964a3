"""Asking a clamd whether bytes hold something known to be harmful, in its INSTREAM protocol (clamd(8)).

Our own, because the kept client for Python is under a licence that we cannot carry (docs/dependencies.md).
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tuntas.kernel.env import Misconfigured

PATIENCE = 30.0  # seconds for one file
LONGEST_ANSWER = 4_096  # bytes


class Unknown(OSError):
    """The daemon did not say: it is away, has no signatures, or could not read the file. Nothing follows from that."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a clamd listens: a socket in the file system, or host and port."""

    path: str = ""
    host: str = ""
    port: int = 0


def address_of(url: str) -> Address:
    """unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310. Raises Misconfigured."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return Address(path=parts.path)
    if parts.scheme == "tcp" and parts.hostname:
        return Address(host=parts.hostname, port=parts.port or 3310)
    raise Misconfigured(f"TUNTAS_CLAMD is neither unix:/path nor tcp://host:port: {url!r}")


def scan(address: Address, chunks: Iterable[bytes], *, patience: float = PATIENCE) -> str:
    """The name of what was found, or '' for nothing. Raises Unknown."""
    try:
        with _line(address, patience) as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                if chunk:
                    line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as error:
        raise Unknown(f"clamd does not answer ({type(error).__name__})") from error
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise Unknown(f"clamd could not say: {said[:200]}")


def version(address: Address, *, patience: float = 5.0) -> str:
    """What the daemon says of itself: engine, number and day of its signatures. Raises Unknown."""
    try:
        with _line(address, patience) as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)
    except OSError as error:
        raise Unknown(f"clamd does not answer ({type(error).__name__})") from error


def _line(address: Address, patience: float) -> socket.socket:
    if address.host:
        return socket.create_connection((address.host, address.port), timeout=patience)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(patience)
    try:
        line.connect(address.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
