"""Tells those whom a row of the timetable names, by writing notices into the caller's transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tuntas.notices import queries
from tuntas.notices.models import Notice
from tuntas.organizations.models import Role, Supervision, Unit, UnitKind
from tuntas.reports.models import Event, Party, Report

# Facts of an event that a message may repeat. Whatever else stands in an event stays in the register.
TRAVELS = frozenset({"missing", "signpost", "archive_reason", "due", "kind", "level", "owner", "lead", "outcome"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """A reporter by uuid and language, or a unit and perhaps the one role in it."""

    reporter: UUID | None = None
    language: str = "id"
    unit: int | None = None
    role: str = ""


def tell(
    event: Event, audiences: Iterable[str], *, former: Unit | None = None, template: str = "", **facts: Any
) -> list[Notice]:
    """Write one notice for each receiver that `audiences` names (words of the timetable's `tells`).

    former: who held the report before the move. template: other words than those of the event's verb.
    """
    params = _params(event) | facts
    receivers = {found for audience in audiences for found in _receivers(event, audience, former)}
    return Notice.objects.bulk_create(
        Notice(
            event=event,
            report=event.report,
            to=Notice.To.REPORTER if receiver.reporter else Notice.To.UNIT,
            reporter_uuid=receiver.reporter,
            unit_id=receiver.unit,
            role=receiver.role,
            template=template or event.verb,
            params=params,
            language=receiver.language,
            created_at=event.at,
            not_before=event.at,
        )
        for receiver in sorted(receivers, key=str)
    )


def _receivers(event: Event, audience: str, former: Unit | None) -> Iterator[Receiver]:
    report = event.report
    if audience == "reporter":
        yield from _reporters(report)
    elif audience == "holder":
        yield Receiver(unit=report.holder_id)
    elif audience == "head":
        yield Receiver(unit=report.holder_id, role=Role.UNIT_HEAD)
    elif audience == "former" and former is not None and former.pk != report.holder_id:
        yield Receiver(unit=former.pk)
    elif audience == "proposed":
        for unit_id in report.units.filter(part=Party.PROPOSED, until=None).values_list("unit_id", flat=True):
            yield Receiver(unit=unit_id)
    elif audience == "arbiter" and report.arbiter_id:
        yield Receiver(unit=report.arbiter_id)
    elif audience == "superior":
        above = Unit.objects.filter(pk=report.holder_id).values_list("ancestry", flat=True).first() or []
        for unit_id in Supervision.objects.filter(supervised__in=above, valid_to=None).values_list("supervisor", flat=True):
            yield Receiver(unit=unit_id, role=Role.SUPERVISOR)
    elif audience == "national":
        for unit_id in Unit.objects.filter(kind=UnitKind.NATION).values_list("pk", flat=True):
            yield Receiver(unit=unit_id)


def _reporters(report: Report) -> Iterator[Receiver]:
    """The reporter, and all whose reports were merged into this one: they follow to the end (handbook 3.10)."""
    if report.reporter and report.reporter.has_contact:
        yield Receiver(reporter=report.reporter.uuid, language=report.reporter.language)
    for uuid, language in queries.followers(report.pk):
        yield Receiver(reporter=uuid, language=language)


def _params(event: Event) -> dict[str, Any]:
    """Plain facts alone. The words of an answer travel only for a report that hides nothing (handbook 2.7)."""
    report = event.report
    params: dict[str, Any] = {"number": report.number, "holder": report.holder.name, "state": event.to_state}
    params |= {name: value for name, value in event.facts.items() if name in TRAVELS}
    if report.due_at:
        params["due"] = report.due_at.isoformat()
    if event.note and not (report.is_anonymous or report.hides_text):
        params["note"] = event.note
    return params
