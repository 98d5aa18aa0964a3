"""The log's own key and name. The key's private half is the worker's alone; its public half stands in the register."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal
from tuntas.ledger.models import LogKey
from tuntas_verify import ed25519, notes
from tuntas_verify.notes import Checkpoint, Key


class CannotSign(Refusal):
    """The log cannot go on; what happened stands in the histories and is put into the log when it can."""

    code = "log_stands_still"
    status = 503


@dataclass(frozen=True)
class Signer:
    """The key in force and its private half."""

    key: Key
    seed: bytes

    def head(self, size: int, root: bytes) -> str:
        """The signed note over a tree."""
        return notes.signed(Checkpoint(self.key.name, size, root).text, self.key, self.seed)


def signer() -> Signer:
    """The key that this process holds. Entered in the register when the log begins. Raises CannotSign."""
    seed: bytes = settings.LOG_KEY
    if len(seed) != ed25519.SEED:
        raise CannotSign(
            _("The public log cannot be signed."),
            why=_("This process has no key for it (TUNTAS_LOG_KEY)."),
            instead=_("Start it by `tuntas run`, or see docs/operations/transparency.md."),
        )
    public = ed25519.public_half(seed)
    known = LogKey.objects.order_by("-pk").first()
    if known is None:
        known = LogKey.objects.create(origin=settings.LOG_ORIGIN, public_key=public)
    if bytes(known.public_key) != public:
        raise CannotSign(
            _("The public log cannot be signed."),
            why=_("The key of this process is another one than the log's."),
            instead=_("Put the key back, or begin a new log: docs/operations/transparency.md."),
        )
    return Signer(Key(known.origin, public), seed)


def begin_anew(because: str) -> Key:
    """Begin a new log over the same leaves, with the key at hand and a name of its own. Call as the owner.

    For a lost key, and after a backup was brought back: the old log had gone further, and its heads say so for good.
    """
    seed: bytes = settings.LOG_KEY
    public = ed25519.public_half(seed)
    before = LogKey.objects.count()
    origin = f"{settings.LOG_ORIGIN}/{before + 1}" if before else settings.LOG_ORIGIN
    LogKey.objects.create(origin=origin, public_key=public, because=because)
    return Key(origin, public)


def every_key() -> list[Key]:
    """Every public key that the log has had, oldest first."""
    return [Key(known.origin, bytes(known.public_key)) for known in LogKey.objects.order_by("pk")]
