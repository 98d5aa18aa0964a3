"""What officers say to each other about a report, with mentions: never public, never the reporter's (O8).

A remark is an entry of the one history, for the handlers alone; its words lie sealed in a row of their own. It is seen
by who sees the report (row-level security), and so never by whom the report is about.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.identity import content
from tuntas.kernel.numbers import refuse_codes
from tuntas.kernel.refusals import Incomplete
from tuntas.lifecycle import advance, lock
from tuntas.organizations.models import Appointment, Unit
from tuntas.reports.models import Attachment, Event, Report
from tuntas.teamwork.jobs import WORKERS, sees
from tuntas.teamwork.models import Remark

LONGEST = 2_000  # characters
MOST_MENTIONED = 20
MENTION = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9._-]{1,78}[a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One remark as it is shown. told: whom it names."""

    event: Event
    text: str
    who: Appointment | None
    told: Sequence[Appointment]
    files: Sequence[Attachment]


@transaction.atomic
def discuss(
    report: Report,
    *,
    text: str,
    by: Actor,
    mentions: Iterable[Appointment] = (),
    key: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Say something to the colleagues of this report. Whom it mentions gets a notice and a mail without its words.

    key: of the form; the same key by the same officer is the same remark. `@username` in the text mentions too.
    Raises Incomplete for a mention of somebody who may not see the report, whether or not there is such a person.
    """
    lock(report)
    uuid = name_of(report, by, key)
    if already := Remark.objects.filter(uuid=uuid).select_related("event").first():
        return already.event
    named = _named(report, text, mentions)
    facts = {"mentioned": [one.pk for one in named]}
    return write(report, "discuss", text, uuid=uuid, by=by, at=at, seen=seen, facts=facts)


def write(
    report: Report,
    verb: str,
    text: str,
    *,
    uuid: UUID,
    by: Actor,
    at: datetime | None,
    seen: int | None,
    facts: Mapping[str, object],
    is_enough: bool = False,
) -> Event:
    """The entry and its sealed words, in the caller's transaction. is_enough: more than words came with it."""
    words = text.strip()
    if len(words) > LONGEST:
        raise Incomplete(
            _("This is too long."),
            why=_("A remark has at most %(most)d characters.") % {"most": LONGEST},
            instead=_("Make it shorter, or write two. What you typed is kept."),
        )
    refuse_codes(words)
    sealed = content.encrypt_text(words, report=report.uuid, field=f"remark/{uuid}")
    told = {**facts, "digest": hashlib.sha256(sealed).hexdigest()}
    event = advance(
        report,
        verb,
        by=by,
        at=at,
        seen=seen,
        brings={"remark": words or is_enough, "work": words or is_enough},
        facts=told,
    )
    Remark.objects.create(report=report, event=event, uuid=uuid, sealed=sealed)
    return event


def name_of(report: Report, by: Actor, key: str) -> UUID:
    """One officer's form of this key on this report; a new name without a key."""
    return uuid5(report.uuid, f"{by.officer} {key}") if key else uuid4()


def remarks_of(report: Report) -> list[Said]:
    """Everything that officers said and brought, oldest first, opened for whoever may see it."""
    rows = Remark.objects.filter(report=report).select_related("event__appointment__officer", "event__unit")
    found = list(rows.prefetch_related("event__attachments").order_by("pk"))
    ids = {pk for row in found for pk in row.event.facts.get("mentioned", [])}
    named = Appointment.objects.select_related("officer", "unit").in_bulk(ids)
    return [
        Said(
            event=row.event,
            text=content.decrypt_text(bytes(row.sealed), report=report.uuid, field=f"remark/{row.uuid}"),
            who=row.event.appointment,
            told=[named[pk] for pk in row.event.facts.get("mentioned", []) if pk in named],
            files=list(row.event.attachments.all()),
        )
        for row in found
    ]


def colleagues_of(report: Report) -> list[Appointment]:
    """Who can be mentioned: officers of the offices with a part in the report, and of those above them in the agency.

    Of a report that is about somebody, or lies in a closed queue, only those to whom the database shows it.
    """
    parts = Unit.objects.filter(pk__in=report.units.filter(until=None).values("unit"))
    above = {pk for unit in parts for pk in unit.ancestry if pk == unit.pk or _same_agency(pk, unit)}
    at_work = Appointment.objects.current().filter(unit__in=above, role__in=WORKERS)
    found = list(at_work.select_related("officer", "unit").order_by("unit__name", "officer__name", "pk")[:200])
    return [one for one in found if sees(one, report)] if report.has_conflict or report.queue else found


def _same_agency(pk: int, unit: Unit) -> bool:
    """Whether a unit above lies in the same agency: ancestry runs from the root down, the agency first."""
    return unit.agency_id in unit.ancestry and unit.ancestry.index(pk) >= unit.ancestry.index(unit.agency_id)


def _named(report: Report, text: str, mentions: Iterable[Appointment]) -> list[Appointment]:
    """Those who were chosen, and those whom the text names; each must see the report."""
    asked = {name.lower() for name in MENTION.findall(text)}
    chosen = {one.pk: one for one in mentions}
    if not asked and not chosen:
        return []
    may = {one.pk: one for one in colleagues_of(report)}
    by_name = {one.officer.username: one for one in may.values()}
    unknown = sorted(asked - by_name.keys())
    if unknown or not chosen.keys() <= may.keys():
        raise Incomplete(
            _("This colleague cannot be told."),
            why=_("Nobody who sees this report is called %(name)s.") % {"name": ", ".join(f"@{n}" for n in unknown)}
            if unknown
            else _("One of those you chose may not see this report."),
            instead=_("Choose from the list of those who see it. What you typed is kept."),
        )
    named = {pk: may[pk] for pk in chosen} | {by_name[name].pk: by_name[name] for name in asked}
    return [one for _pk, one in sorted(named.items()) if sees(one, report)][:MOST_MENTIONED]
