"""Cosignatures: lines by which somebody outside says that this head, and none that contradicts it, was seen."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Incomplete
from tuntas.ledger.models import Checkpoint, Cosignature
from tuntas.ledger.signing import every_key
from tuntas_verify import notes
from tuntas_verify.merkle import Wrong
from tuntas_verify.notes import COSIGNATURE, Key, Note


def take(written: str, witnesses: Sequence[str]) -> list[str]:
    """Keep the lines of these witnesses under a head of ours. Returns their names. Raises Incomplete.

    written: the head with their lines under it. witnesses: their public keys (C2SP vkeys of type 4).
    """
    try:
        trusted = [Key.parse(key) for key in witnesses]
        head = notes.opened(written, every_key())
        note = Note.parse(written)
        signed = [key for key in note.signers(trusted) if key.kind == COSIGNATURE]
    except Wrong as fault:
        raise Incomplete(_("No line of a witness was taken."), why=str(fault)) from fault
    ours = Checkpoint.objects.filter(size=head.size, root=head.root).first()
    if ours is None or not signed:
        raise Incomplete(
            _("No line of a witness was taken."),
            why=_("The file holds no head of this log that one of these keys signed."),
        )
    for key in signed:
        signature = next(raw for name, key_id, raw in note.signatures if (name, key_id) == (key.name, key.id))
        line = notes.signature_line(key, signature)
        Cosignature.objects.get_or_create(checkpoint=ours, witness=key.name, defaults={"line": line})
    return [key.name for key in signed]


def with_witnesses(head: Checkpoint) -> str:
    """The head as it is published: our signature, and the lines of every witness."""
    return head.note + "".join(head.cosignatures.order_by("pk").values_list("line", flat=True))
