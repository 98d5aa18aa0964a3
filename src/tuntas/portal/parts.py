"""Files that come in parts, for a form that is being filled in: what was received stays, and the next part goes on.

The core of the tus protocol 1.0 (creation, HEAD, PATCH, termination), so that other clients can speak it. A part is
kept as it comes, encrypted under the key of its form, in pieces of at most 64 KiB: cut off anywhere, what arrived
before is there, and the next request begins where the last whole piece ended. When the last byte is in, the file is
looked at and waits for its form (portal.waiting), as one that came with the form would.

Whoever has the form has its key; each file has besides a token of 256 bits of its own. Neither opens anything without
the other, and nothing of another form can be reached: the key is where it lies and under what it is encrypted.
"""

import fcntl
import json
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from tuntas.identity import content
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.refusals import Conflict, NotFound, Refusal, TooMuch
from tuntas.portal import filing, waiting
from tuntas.reports.attaching import Upload
from tuntas.reports.files import Allowance

PIECE = 64 * 1024  # bytes of plaintext in one piece at most
_LENGTH = struct.Struct(">II")  # of the plaintext, of the ciphertext


@dataclass(frozen=True, slots=True)
class Part:
    """A file on its way. length: bytes that were announced; offset: bytes that are here."""

    token: str
    name: str
    media_type: str
    length: int
    offset: int
    is_voice: bool = False  # what somebody says instead of writing (portal.filing)

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length


def begin(form: UUID, *, name: str, media_type: str, length: int, is_voice: bool = False) -> Part:
    """Announce a file. Raises TooMuch before a byte of it has come, when it or all of them are too large."""
    held, coming = waiting.held(form), list(parts(form))
    allowance = Allowance(
        taken=[*(each.name for each in held), *(each.name for each in coming)],
        size=sum(each.size for each in held) + sum(each.length for each in coming),
    )
    allowance.begin(name)
    allowance.count(length)
    if waiting.room_for(form) is None:
        raise TooMuch(
            _("The file cannot be taken in advance now."),
            why=_("Too many forms are open at the moment."),
            instead=_("Choose it again on the last step: it is then sent with the report."),
        )
    part = Part(secrets.token_urlsafe(32), name[:200], media_type[:80], length, 0, is_voice)
    told = json.dumps(
        {"name": part.name, "type": part.media_type, "length": length, "voice": is_voice}, ensure_ascii=False
    )
    with _path(form, part.token).open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        _append(file, form, part.token, 0, told.encode(), field="head")
    return part


def find(form: UUID, token: str) -> Part:
    """Where a file stands. Raises NotFound for a token of another form, one that is used up, and one that never was."""
    try:
        with _path(form, token).open("rb") as file:
            return _read_head(file, form, token)[0]
    except (OSError, Unreadable, ValueError):
        raise unknown() from None


def receive(form: UUID, token: str, *, offset: int, chunks: Iterable[bytes]) -> Part:
    """Take what comes, from `offset` on. Raises Conflict when that is not where the file stands.

    Whatever came before the line broke is kept; the exception of `chunks` passes through. More than was announced:
    TooMuch, and nothing of the surplus is kept.
    """
    with _held(form, token) as file:
        part, end = _read_head(file, form, token)
        if offset != part.offset:
            raise Conflict(_("Another part of the file is expected."), why=_("It goes on at byte %d.") % part.offset)
        file.truncate(end)  # half a piece, left by a crash
        file.seek(end)
        at = offset
        for piece in _pieces(chunks):
            if at + len(piece) > part.length:
                raise TooMuch(
                    _("The file is longer than was announced."),
                    why=_("%(number)d bytes were announced.") % {"number": part.length},
                    instead=_("Choose the file again."),
                )
            _append(file, form, token, at, piece)
            at += len(piece)
        os.fsync(file.fileno())
    return find(form, token)


def finish(form: UUID, token: str) -> waiting.Held:
    """Look at a file that came whole, and let it wait for its form; its token is used up, whatever became of it.

    Raises UnusableFile with words for the person when it cannot be kept.
    """
    part = find(form, token)
    if not part.is_whole:
        raise Conflict(_("The file is not whole yet."), why=_("It goes on at byte %d.") % part.offset)
    try:
        with _held(form, token) as file:
            data = b"".join(_contents(file, form, token))
        upload = Upload(name=part.name, data=data, media_type=part.media_type)
        held = waiting.keep(form, filing.look(upload, is_voice=part.is_voice))
    finally:
        forget(form, token)
    if held is None:
        raise unknown()
    return held


def forget(form: UUID, token: str) -> None:
    """The person changed their mind. Unknown tokens are no error."""
    _path(form, token).unlink(missing_ok=True)


def parts(form: UUID) -> Iterator[Part]:
    """Files of this form that are on their way."""
    for path in sorted(waiting.place(form).glob("*.part")):
        try:
            yield find(form, path.stem)
        except Refusal:
            continue


# On disk -------------------------------------------------------------------------------------------------------------


def _path(form: UUID, token: str) -> Path:
    if not token or not all(letter.isalnum() or letter in "-_" for letter in token) or len(token) > 64:
        raise unknown()
    return waiting.place(form) / f"{token}.part"


@contextmanager
def _held(form: UUID, token: str) -> Iterator[BinaryIO]:
    """The file, for this request alone: two that send the same part at once would mix them."""
    try:
        file = _path(form, token).open("r+b")
    except OSError:
        raise unknown() from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                _("This file is being received already."), why=_("Another part of it is on its way.")
            ) from None
        yield file


def _append(file: BinaryIO, form: UUID, token: str, at: int, plain: bytes, *, field: str = "piece") -> None:
    sealed = content.encrypt(plain, report=form, field=f"part {field} {token} {at}")
    file.write(_LENGTH.pack(len(plain), len(sealed)) + sealed)
    file.flush()


def _read_head(file: BinaryIO, form: UUID, token: str) -> tuple[Part, int]:
    """The part, and where in the file its last whole piece ends."""
    size = os.fstat(file.fileno()).st_size
    _plain, sealed = _LENGTH.unpack(file.read(_LENGTH.size))
    told = json.loads(content.decrypt(file.read(sealed), report=form, field=f"part head {token} 0"))
    end, offset = _LENGTH.size + sealed, 0
    while end + _LENGTH.size <= size:
        file.seek(end)
        plain, sealed = _LENGTH.unpack(file.read(_LENGTH.size))
        if end + _LENGTH.size + sealed > size:
            break
        end, offset = end + _LENGTH.size + sealed, offset + plain
    return Part(token, told["name"], told["type"], told["length"], offset, told.get("voice", False)), end


def _contents(file: BinaryIO, form: UUID, token: str) -> Iterator[bytes]:
    _part, end = _read_head(file, form, token)
    file.seek(0)
    _plain, sealed = _LENGTH.unpack(file.read(_LENGTH.size))
    place, at = _LENGTH.size + sealed, 0
    while place < end:
        file.seek(place)
        plain, sealed = _LENGTH.unpack(file.read(_LENGTH.size))
        yield content.decrypt(file.read(sealed), report=form, field=f"part piece {token} {at}")
        place, at = place + _LENGTH.size + sealed, at + plain


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE):
            yield chunk[start : start + PIECE]


def unknown() -> NotFound:
    return NotFound(
        _("This file is not expected."),
        why=_("It was sent before, or its form was given up."),
        instead=_("Choose the file again."),
    )
