"""The outside of everything that is sealed or encrypted: what it is, which format, under the key of which epoch.

Nine bytes before the ciphertext, so that keys can be changed while old ciphertexts lie about, and so that a release
years from now still knows what it has in hand. The header is not secret; whoever opens an envelope must bind it
(as associated data, or by a copy inside), because a header alone proves nothing.
"""

import struct

HEADER = struct.Struct(">4sBI")  # kind, format, epoch
FORMAT = 1


class Unreadable(ValueError):
    """This is not an envelope of the expected kind, or it was damaged, moved or made for somebody else."""


def header(kind: bytes, epoch: int) -> bytes:
    """kind: four bytes that name the content. epoch: number of the key, 1 and up."""
    if len(kind) != 4 or epoch < 1:
        raise ValueError(f"no such envelope: {kind!r}, epoch {epoch}")
    return HEADER.pack(kind, FORMAT, epoch)


def read(kind: bytes, data: bytes) -> tuple[int, bytes]:
    """The epoch and the ciphertext of an envelope of this kind, or Unreadable."""
    if len(data) < HEADER.size:
        raise Unreadable("shorter than a header")
    found, version, epoch = HEADER.unpack_from(data)
    if (found, version) != (kind, FORMAT) or epoch < 1:
        raise Unreadable("another kind or format")
    return epoch, data[HEADER.size :]
