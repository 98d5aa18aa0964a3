"""Tells those whom a row of the timetable names, by writing notices into the caller's transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tuntas.notices import queries
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Role, Supervision, Unit, UnitKind
from tuntas.reports.models import TYPED, Audience, Event, Report
from tuntas.reports.states import FINAL

# Facts of an event that a message may repeat. Whatever else stands in an event stays in the register.
TRAVELS = frozenset(
    {
        "missing",
        "signpost",
        "archive_reason",
        "due",
        "kind",
        "level",
        "owner",
        "proposed",
        "arbiter",
        "lead",
        "outcome",
        "asker",
        "hours",
    }
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """A reporter by uuid and language, or a unit and perhaps the one role or the one officer in it.

    number: of the report as this reporter knows it. discreet: the letter says that there is news, and nothing more.
    """

    reporter: UUID | None = None
    language: str = "id"
    number: str = ""
    discreet: bool = False
    unit: int | None = None
    role: str = ""
    officer: int = 0

    def may_know(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if self.discreet:
            return {"number": self.number, "discreet": True}
        return {**params, **({"number": self.number} if self.number else {})}


def tell(
    event: Event,
    audiences: Iterable[str],
    *,
    former: Unit | None = None,
    also: Iterable[Receiver] = (),
    template: str = "",
    **facts: Any,
) -> list[Notice]:
    """Write one notice for each receiver that `audiences` names (words of the timetable's `tells`).

    former: who held the report before the move. also: receivers whom no word of the timetable names.
    template: other words than those of the event's verb. A unit that the report is about is told nothing (law 6).
    """
    params = _params(event) | facts
    receivers = {found for audience in audiences for found in AUDIENCES[audience](event, former)} | {*also}
    if event.report.has_conflict:
        accused = {unit.pk for unit in _units(receivers) if event.report.is_about(unit)}
        receivers = {receiver for receiver in receivers if receiver.unit not in accused}
    return Notice.objects.bulk_create(
        Notice(
            event=event,
            report=event.report,
            to=Notice.To.REPORTER if receiver.reporter else Notice.To.UNIT,
            reporter_uuid=receiver.reporter,
            unit_id=receiver.unit,
            role=receiver.role,
            officer=receiver.officer,
            template=template or event.verb,
            params=receiver.may_know(params),
            language=receiver.language,
            created_at=event.at,
            not_before=event.at,
        )
        for receiver in sorted(receivers, key=str)
    )


def write_to(unit: Unit, event: Event, *, template: str, at: datetime, **facts: Any) -> Notice:
    """Owe a letter to the letter address of a unit where nobody works in the register.

    facts: plain words, and what is sealed to the vault. The vault adds the address and what the public may know.
    """
    params = {"number": event.report.number, "holder": event.report.holder.name, "office": unit.name} | facts
    return Notice.objects.create(
        event=event,
        report=event.report,
        to=Notice.To.LETTER,
        unit=unit,
        template=template,
        params=params,
        created_at=at,
        not_before=at,
    )


def _units(receivers: Iterable[Receiver]) -> Iterable[Unit]:
    return Unit.objects.filter(pk__in=[receiver.unit for receiver in receivers if receiver.unit])


def _reporters(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """The reporter, and all whose reports were merged into this one: they follow to the end (handbook 3.10).

    What was said to the one reporter alone, such as a question, is not repeated to the others.
    """
    report, reporter = event.report, event.report.reporter
    protected = report.is_protected
    if reporter and reporter.has_contact and not report.has_left:
        yield Receiver(reporter=reporter.uuid, language=reporter.language, number=report.number, discreet=protected)
    for_all = event.audience == Audience.PUBLIC
    if for_all or event.to_state in FINAL:
        for follower in queries.followers(report.pk):
            yield Receiver(
                reporter=follower.uuid,
                language=follower.language,
                number=follower.number,
                discreet=protected or follower.protected or not for_all,
            )


def _holder(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    yield Receiver(unit=event.report.holder_id)


def _head(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """The head of the holder, or of the nearest unit above it in its agency that has one: somebody must hear."""
    holder = event.report.holder
    heads = Appointment.objects.current().filter(
        role=Role.UNIT_HEAD, unit__in=holder.ancestry, unit__agency=holder.agency_id
    )
    nearest = heads.order_by("-unit__ancestry__len").values_list("unit", flat=True).first()
    yield Receiver(unit=nearest or holder.pk, role=Role.UNIT_HEAD)


def _former(event: Event, former: Unit | None) -> Iterator[Receiver]:
    if former is not None and former.pk != event.report.holder_id:
        yield Receiver(unit=former.pk)


def _proposed(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """Whom this very offer names; its part in the report may be written after the offer itself."""
    if unit_id := event.facts.get("proposed_id"):
        yield Receiver(unit=unit_id)


def _arbiter(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    if event.report.arbiter_id:
        yield Receiver(unit=event.report.arbiter_id)


def _superiors(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """Who supervises the holder, or any unit above it by the parent edge; the nation where nobody does."""
    if event.report.queue:  # those who watch the agency do not see what lies in a closed queue
        yield from _nation(event, None)
        return
    above = Unit.objects.filter(pk=event.report.holder_id).values_list("ancestry", flat=True).first() or []
    edges = list(Supervision.objects.filter(supervised__in=above, valid_to=None))
    for edge in edges:
        yield Receiver(unit=edge.supervisor_id, role=Role.SUPERVISOR)
    if not edges:
        yield from _nation(event, None)


def _nation(_event: Event, _former: Unit | None) -> Iterator[Receiver]:
    for unit in Unit.objects.filter(kind=UnitKind.NATION):
        yield Receiver(unit=unit.pk)


def _subject(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """The reporter of this very report, also one who left the case: it is about who they are, and about nobody else."""
    report, reporter = event.report, event.report.reporter
    if reporter and reporter.has_contact:
        yield Receiver(
            reporter=reporter.uuid, language=reporter.language, number=report.number, discreet=report.is_protected
        )


def _custodian(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """The custodian of the other organisation, whom the entry names."""
    if unit_id := event.facts.get("custodian_id"):
        yield Receiver(unit=unit_id, role=Role.CUSTODIAN)


def _assignee(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """Who gets a job or loses it; nobody is told what they did themselves."""
    yield from _officers(event, [event.facts.get("assignee")])


def _mentioned(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """The colleagues whom a remark names."""
    yield from _officers(event, event.facts.get("mentioned", []))


def _answerer(event: Event, _former: Unit | None) -> Iterator[Receiver]:
    """Who wrote the answer that a reporter says thank you for."""
    yield from _officers(event, [event.facts.get("answerer")])


def _officers(event: Event, appointments: Iterable[Any]) -> Iterator[Receiver]:
    found = Appointment.objects.filter(pk__in=[pk for pk in appointments if pk]).select_related("officer")
    own = event.appointment.officer_id if event.appointment else None
    for each in found:
        if each.officer_id != own:
            yield Receiver(unit=each.unit_id, officer=each.officer_id, language=each.officer.language)


AUDIENCES: Mapping[str, Callable[[Event, Unit | None], Iterator[Receiver]]] = {
    "reporter": _reporters,
    "holder": _holder,
    "head": _head,
    "former": _former,
    "proposed": _proposed,
    "arbiter": _arbiter,
    "superior": _superiors,
    "national": _nation,
    "subject": _subject,
    "custodian": _custodian,
    "assignee": _assignee,
    "mentioned": _mentioned,
    "answerer": _answerer,
}


def take_words_out(report: Report) -> int:
    """Of a report that became protected no notice holds words of anybody any more, and none goes out that tells more
    than that there is news; returns how many changed. Call as the clockwork.
    """
    done = 0
    for notice in Notice.objects.filter(report=report, params__has_any_keys=[*TYPED, "note"]):
        notice.params = {name: value for name, value in notice.params.items() if name not in {*TYPED, "note"}}
        if notice.to == Notice.To.REPORTER:
            notice.params["discreet"] = True
        notice.save(update_fields=["params"])
        done += 1
    return done


def _params(event: Event) -> dict[str, Any]:
    """Plain facts alone. Words that somebody typed stay out when the report is protected."""
    report = event.report
    params: dict[str, Any] = {"number": report.number, "holder": report.holder.name, "state": event.to_state}
    travels = TRAVELS - TYPED if report.is_protected else TRAVELS
    params |= {name: value for name, value in event.facts.items() if name in travels}
    if report.due_at:
        params["due"] = report.due_at.isoformat()
    if event.note and not report.is_protected:
        params["note"] = event.note
    return params
