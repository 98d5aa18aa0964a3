"""Proof files: that one leaf stood in the log when a head was signed, checked without the log (C2SP tlog-proof).

The extra line holds JSON: source, row, mark and commitment of the leaf, all but the bytes in hexadecimal digits; for
the receipt of one's own report also the salt and the content, by which the leaf is opened.
"""

import json
import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from tuntas_verify.leaves import Entry, commitment
from tuntas_verify.merkle import HASH, Wrong, check_inclusion
from tuntas_verify.notes import Checkpoint, Key, opened

FIRST = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """note: the checkpoint as it was signed. extra: not protected by anything but what it is compared with."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    def written(self) -> str:
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        path = [b64encode(step).decode() for step in self.path]
        return "\n".join([FIRST, *extra, f"index {self.index}", *path, "", self.note])

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Raises Wrong."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        try:
            extra = b64decode(lines.pop(1)[6:], validate=True) if lines[1].startswith("extra ") else b""
            index = int(lines[1].removeprefix("index "))
            path = tuple(b64decode(line, validate=True) for line in lines[2:])
        except (IndexError, ValueError):
            raise Wrong("this is not a proof of a log") from None
        if not gap or lines[0] != FIRST or lines[1] != f"index {index}" or {len(step) for step in path} - {HASH}:
            raise Wrong("this is not a proof of a log")
        return cls(index, path, note, extra)

    def entry(self) -> Entry:
        """The leaf that the extra line tells of. Raises Wrong when its content is not what the leaf binds."""
        try:
            told = json.loads(self.extra)
            entry = Entry(told["source"], told["row"], bytes.fromhex(told["mark"]), bytes.fromhex(told["commitment"]))
            entry.packed()
            if "content" in told:
                bound = commitment(bytes.fromhex(told["salt"]), told["content"].encode())
                row = int(json.loads(told["content"])["id"])
                if bound != entry.commitment or row != entry.row:
                    raise Wrong("the content in this file is not the one that the leaf binds")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, struct.error):
            raise Wrong("this proof does not tell which leaf it is about") from None
        return entry

    def content(self) -> dict[str, str | None] | None:
        """The row that the leaf binds, when the file opens it."""
        told = json.loads(self.extra) if self.extra else {}
        return json.loads(told["content"]) if "content" in told else None

    def check(self, leaf: bytes, keys: Sequence[Key]) -> Checkpoint:
        """The head under which the leaf hash stood. Raises Wrong."""
        head = opened(self.note, keys)
        check_inclusion(leaf, self.index, head.size, self.path, head.root)
        return head


def about(entry: Entry, salt: bytes | None = None, content: bytes | None = None) -> bytes:
    """The extra line of a proof about this entry; with salt and content it opens it."""
    told: dict[str, str | int] = {
        "source": entry.source,
        "row": entry.row,
        "mark": entry.mark.hex(),
        "commitment": entry.commitment.hex(),
    }
    if salt is not None and content is not None:
        told |= {"salt": salt.hex(), "content": content.decode()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
