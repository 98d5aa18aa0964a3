"""The originals of a reporter's files, removed when the reporter is to be forgotten (trust.md 4.3). For the worker.

Originals carry what a camera or a program wrote into them. The cleaned copies, with which the handlers work, stay.
"""

from django.db import transaction
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.identity.models import Erasure, LegalHold
from tuntas.reports.models import Attachment
from tuntas.reports.storing import FileStore, installed


def forget_originals(*, at_most: int = 20, store: FileStore | None = None) -> int:
    """Carry out the next wishes as far as files go; returns how many. One against which a hold stands waits.

    The row lets go of its file first: killed in between, a file is left to which no row points, never the reverse.
    """
    kept, done = store or installed(), 0
    while done < at_most and (keys := _let_go()) is not None:
        for key in keys:
            kept.remove(key)
        done += 1
    return done


def _let_go() -> list[str] | None:
    """The keys of the originals of the next wish, no longer named by any row; None when no wish waits."""
    with acting(SYSTEM), transaction.atomic():
        waiting = Erasure.objects.filter(files_done_at=None).exclude(
            reporter__in=LegalHold.objects.standing(timezone.localdate()).exclude(reporter=None).values("reporter")
        )
        wish = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
        if wish is None:
            return None
        files = Attachment.objects.filter(report__reporter=wish.reporter_id, by=Attachment.By.REPORTER)
        found = list(files.exclude(original_key="").select_for_update(of=("self",)))
        keys = [file.original_key for file in found]
        Attachment.objects.filter(pk__in=[file.pk for file in found]).update(original_key="", original_epoch=0)
        wish.files_done_at = timezone.now()
        wish.save(update_fields=["files_done_at"])
        return keys
