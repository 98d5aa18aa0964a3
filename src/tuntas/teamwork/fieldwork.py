"""What an officer in the field brings back: photos from before and after and a note, once, however late they arrive.

It is an entry for the handlers, through `lifecycle.advance` like every other. Nothing is told to the reporter and no
clock stops: the office answers with it, and the photos then prove that answer (followup.evidence).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuntas.access.actors import Actor
from tuntas.followup.answering import Proof
from tuntas.lifecycle import lock
from tuntas.reports import attaching
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Event, Report
from tuntas.teamwork.models import Job, Remark
from tuntas.teamwork.thread import name_of, write


@transaction.atomic
def bring(
    report: Report,
    *,
    text: str,
    by: Actor,
    proofs: Sequence[Proof] = (),
    is_done: bool = False,
    key: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Keep a note and photos of the work. The same key by the same officer is kept once, and gives the same entry.

    is_done: the work is finished. Files are looked at before anything is written; a refused one refuses all of it.
    """
    lock(report)
    uuid = name_of(report, by, key)
    if already := Remark.objects.filter(uuid=uuid).select_related("event").first():
        return already.event
    checked = attaching.check([proof.upload for proof in proofs])
    facts: dict[str, object] = {"photos": len(checked), "done": is_done}
    event = write(report, "field_work", text, uuid=uuid, by=by, at=at, seen=seen, facts=facts, is_enough=bool(proofs))
    for proof, file in zip(proofs, checked, strict=True):
        attach(
            report, file, by=Attachment.By.OFFICER, event=event, part=proof.part,
            taken_on=proof.taken_on, place=proof.place, at=event.at,
        )  # fmt: skip
    if is_done:
        Job.objects.filter(report=report, until=None).update(done_at=at or timezone.now())
    return event
