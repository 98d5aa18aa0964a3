"""The originals of files, sealed to a new key without anybody reading them: in comes sealed, out goes sealed.

Whoever asks for it learns nothing, since what comes out opens for the vault alone. The worker keeps the files and
switches the rows (tuntas.reports.resealing).
"""

from io import BytesIO
from uuid import UUID

from nacl import bindings
from nacl.exceptions import CryptoError

from tuntas.kernel import envelopes, streams
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import epochs, settings
from tuntas_vault.disclosing import Refused
from tuntas_vault.keys import KeyFolder, Keys

KIND = b"TSFL"
NAME = 16  # bytes: the file's own uuid stands inside


def reseal(sealed: bytes, file: str) -> tuple[int, bytes]:
    """The epoch and the same file sealed to the newest key. Raises Refused when it cannot be opened.

    sealed: of a stream (format 2) its head alone, whose box is all that changes; of the first release all of it.
    """
    held = epochs.held()
    folder = KeyFolder(settings.KEYS)
    newest = folder.load(max(held))
    try:
        form, epoch = envelopes.read_header(KIND, sealed)
        if epoch not in held:
            raise Refused("no_key")
        anew = _new_box if form == envelopes.STREAM else _new_envelope
        return newest.epoch, anew(sealed, UUID(file).bytes, folder.load(epoch), newest)
    except (Unreadable, ValueError):
        raise Refused("unreadable") from None


def _new_box(head: bytes, name: bytes, keys: Keys, newest: Keys) -> bytes:
    """The head of a stream: its own key in a new sealed box; the chunks behind it stay as they are."""
    halves = {keys.epoch: (keys.public, keys.private)}
    pieces = streams.reseal(KIND, BytesIO(head), keys=halves, name=name, epoch=newest.epoch, public_key=newest.public)
    return b"".join(pieces)


def _new_envelope(sealed: bytes, name: bytes, keys: Keys, newest: Keys) -> bytes:
    """A file of the first release, which lies whole in one sealed box."""
    _epoch, box = envelopes.read(KIND, sealed)
    try:
        inside = bindings.crypto_box_seal_open(box, keys.public, keys.private)
    except CryptoError as error:
        raise Unreadable("damaged, or sealed to another key") from error
    if inside[:NAME] != name:
        raise Unreadable("sealed for another file")
    return envelopes.header(KIND, newest.epoch) + bindings.crypto_box_seal(inside, newest.public)
