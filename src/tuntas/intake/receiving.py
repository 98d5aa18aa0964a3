"""The one door: every way in ends here, in one statement (design 3, "hot path")."""

import hashlib
import json
import math
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor, acting
from tuntas.clocks.calendar import Calendar
from tuntas.clocks.models import Policy
from tuntas.clocks.policies import calendar_of, policy_for, unit_of
from tuntas.identity import content, sealing
from tuntas.intake import queries
from tuntas.intake.consent import version_for
from tuntas.intake.submissions import Submission, look_at
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Conflict, Incomplete
from tuntas.organizations import closed_queues, superiors
from tuntas.organizations.models import Supervision, Unit, UnitKind
from tuntas.reports import publishing
from tuntas.reports.models import ReportText
from tuntas.reports.states import Channel

CELL = 0.005  # degrees: half a kilometre (perf.md section 5)
CANDIDATES = 3  # numbers to choose from, so that a taken one costs no second round trip
MINUTE = 60  # seconds for which the limits and holders of agencies may be remembered
FIRST_REMINDER = 0.5
POINTS_NOWHERE = "23503"  # PostgreSQL: foreign_key_violation


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes home. `code` is shown once and stored nowhere.

    fresh: false when an earlier sending of the same form stands in the register. door: who was to hold it.
    """

    report_id: int
    number: str
    code: str
    received_at: datetime
    due_at: datetime
    fresh: bool
    door: "Door"


def receive(submission: Submission, *, at: datetime | None = None) -> Receipt:
    """Take a report and answer with its receipt, after the commit. The same key again gives the same receipt.

    Raises Incomplete for what cannot be filed, and Conflict when a key comes back with other content.
    """
    now = at or timezone.now()
    submission = _storable(submission, now)
    look_at(submission, today=timezone.localdate(now))
    code = numbers.secret_code(settings.CODE_KEY, submission.key)
    entered = _door(submission, now)
    filed = _file(submission, _values(submission, entered, code=code, now=now))
    if bytes(filed.content_hash) != _fingerprint(submission):
        raise Conflict(
            _("This report was already sent with other words."),
            why=_("The form was sent before under the same key: number %(number)s.")
            % {"number": numbers.spell_number(filed.number)},
            instead=_("Open a new form for a new report, or add details to the one you sent."),
            kept={"text": submission.text, "place": submission.place},
        )
    return Receipt(filed.report_id, filed.number, code, filed.received_at, filed.due_at, filed.fresh, entered)


def _file(submission: Submission, values: dict[str, Any]) -> queries.Filed:
    """One round trip; a second one when every number to choose from was taken meanwhile."""
    try:
        if submission.covered:
            return _file_covered(submission, values)
        filed = queries.file(values) or queries.file(values | {"numbers": _candidates()})
    except IntegrityError as fault:
        if getattr(fault.__cause__, "sqlstate", "") != POINTS_NOWHERE:
            raise
        raise Incomplete(
            _("We could not file this yet."),
            why=_("The office or the place that you chose is not in the register any more."),
            instead=_("Choose another, or leave it empty: then we choose. What you typed is kept."),
            kept={"text": submission.text, "place": submission.place},
        ) from fault
    if filed is None:
        raise RuntimeError("the register answered nothing to a report")
    return filed


def _file_covered(submission: Submission, values: dict[str, Any]) -> queries.Filed:
    """With what the public is not to read, in the same transaction: rare, so it may cost a few round trips more."""
    with transaction.atomic():
        filed = queries.file(values) or queries.file(values | {"numbers": _candidates()})
        if filed is not None and filed.fresh:
            with acting(Actor.reporter_of(filed.report_id)):
                ReportText.objects.filter(report=filed.report_id).update(covered=[*map(dict, submission.covered)])
    if filed is None:
        raise RuntimeError("the register answered nothing to a report")
    return filed


def _candidates() -> list[str]:
    return [numbers.public_number() for _n in range(CANDIDATES)]


def _values(submission: Submission, door: "Door", *, code: str, now: datetime) -> dict[str, Any]:
    identity, report_uuid = uuid.uuid4(), uuid.uuid4()
    lodged = submission.lodged_at or now
    start = lodged if submission.channel == Channel.BOOTH else now  # T2: from the receipt at the booth
    due = door.calendar.due(start, door.length, door.unit)
    params = {"holder": door.holder.name, "state": "AWAITING_VERIFICATION", "due": due.astimezone(UTC).isoformat()}
    if notice := version_for(submission.channel):
        params["notice"] = notice
    if submission.face:
        params["face"] = submission.face
    public_key = None if submission.person.is_nobody else sealing.current_public_key()
    words = _words(submission, report_uuid)
    return words | {
        "uuid": report_uuid,
        "numbers": _candidates(),
        "lookup": numbers.lookup_digest(settings.CODE_KEY, code),
        "idempotency": numbers.idempotency_digest(submission.key),
        "content": _fingerprint(submission),
        "reporter": identity,
        "has_contact": submission.person.has_contact,
        "language": submission.person.language,
        "epoch": public_key.epoch if public_key else None,
        "sealed": sealing.seal(submission.person, public_key, identity) if public_key else None,
        "verb": "receive_paper" if submission.channel == Channel.BOOTH else "receive",
        "channel": submission.channel,
        "type": submission.report_type,
        "lodged": lodged,
        "received": now,
        "event_on": submission.event_on,
        "target": submission.target,
        "anonymous": submission.is_anonymous,
        "confidential": submission.is_hidden,
        "accused": _accused(submission, now),
        "queue": submission.queue,
        "holder": door.holder.pk,
        "agency": door.holder.agency_id or door.holder.pk,
        "area": submission.area or None,
        **_where(submission),
        "due": due,
        "fire": door.calendar.fraction_point(start, due, FIRST_REMINDER),
        "length": door.length,
        "policy": door.policy,
        "calendar": door.calendar.version,
        "params": json.dumps(params),
    }


def _words(submission: Submission, report_uuid: uuid.UUID) -> dict[str, Any]:
    """Title and text, plain or under the content key (design 3b, "What is secret")."""
    letter: dict[str, Any] = {
        "title": submission.title,
        "body": submission.text,
        "remedy": submission.requested_remedy,
        "party": submission.reported_party,
    }
    if not submission.is_hidden:
        return letter | {"body_sealed": None, "key_epoch": 0}
    point = _cell(submission)
    where = {"place": submission.place, "latitude": point["latitude"], "longitude": point["longitude"]}
    sealed = publishing.seal(letter | where, report=report_uuid)
    return dict.fromkeys(letter, "") | {"body_sealed": sealed, "key_epoch": content.EPOCH}


def _storable(submission: Submission, now: datetime) -> Submission:
    """What the register will hold of it. A date on paper that lies ahead is a wrong watch: then it was lodged now."""
    return replace(
        submission,
        text=storable(submission.text),
        title=storable(submission.title),
        place=storable(submission.place),
        requested_remedy=storable(submission.requested_remedy),
        reported_party=storable(submission.reported_party),
        lodged_at=min(submission.lodged_at, now) if submission.lodged_at else None,
    )


def storable(text: str) -> str:
    """What PostgreSQL can hold of a text from anywhere: no NUL, no half of a surrogate pair; the rest untouched."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def _where(submission: Submission) -> dict[str, Any]:
    """Place and point in the row that lists read; of a hidden report they lie with its words."""
    return dict(publishing.NOWHERE) if submission.is_hidden else {"place": submission.place, **_cell(submission)}


def _cell(submission: Submission) -> dict[str, Any]:
    lat, lon = submission.latitude, submission.longitude
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return {"latitude": None, "longitude": None, "cell_y": None, "cell_x": None}
    return {
        "latitude": lat,
        "longitude": lon,
        "cell_y": math.floor(lat / CELL),
        "cell_x": math.floor(lon / CELL),
    }


def _fingerprint(submission: Submission) -> bytes:
    """What makes two sendings of one form the same: the words and the choices, not the person."""
    told = [
        submission.text,
        submission.title,
        submission.requested_remedy,
        submission.report_type,
        str(submission.event_on),
        str(submission.target),
        str(sorted(submission.accused)),
        str(submission.area or None),
        submission.place,
        str(submission.is_anonymous),
        str(submission.is_confidential),
        *filter(None, (submission.reported_party, submission.queue)),
    ]
    return hashlib.sha256("\x1f".join(told).encode()).digest()


@dataclass(frozen=True, slots=True)
class Door:
    """Who holds a new report, and how long its verification may take.

    unconnected: the unit that the report names while its agency has not joined the register, else None.
    """

    holder: Unit
    unconnected: Unit | None
    policy: int
    length: int
    unit: Literal["working", "calendar"]
    calendar: Calendar


def _door(submission: Submission, now: datetime) -> Door:
    """Where the named unit leads to, or whoever stands above it when those who stand there must not see the report.

    A closed queue leads to the desk that keeps it. Somebody described in words alone may sit anywhere in the named
    agency: then its superior is first to look, and says who is meant.
    """
    minute, accused = int(now.timestamp()) // MINUTE, _accused(submission, now)
    if submission.queue:
        return closed_door(submission.queue, submission.target, tuple(accused), minute)
    if submission.reported_party and submission.target and not accused:
        return door_above(submission.target, minute)
    named = door(None if submission.target in accused else submission.target, minute)
    return named if set(named.holder.ancestry).isdisjoint(_blind(accused)) else door(None, minute)


def _accused(submission: Submission, now: datetime) -> list[int]:
    """The nation decides in the end and nobody stands above it: no accusation hides a report from it."""
    nation = door(None, int(now.timestamp()) // MINUTE).holder.pk if submission.accused else None
    return [unit for unit in submission.accused if unit != nation]


def _blind(accused: list[int]) -> set[int]:
    """The accused and the agencies that they watch: who sees a whole list and not this report could count it out."""
    if not accused:
        return set()
    watched = Supervision.objects.filter(supervisor__in=accused, valid_to=None).values_list("supervised", flat=True)
    return {*accused, *watched}


@lru_cache(maxsize=512)
def closed_door(queue: str, target: int | None, accused: tuple[int, ...], minute: int) -> Door:
    """The nearest office that keeps this queue and can act, from the named agency upwards; else the nation."""
    now = _moment(minute)
    agency = first_holder(target, on=now) if target else None
    desk = closed_queues.desk_for(queue, agency, blind=frozenset(_blind([*accused])), on=now.date()) if agency else None
    return _door_of(desk or superiors.nation(), None, now)


@lru_cache(maxsize=512)
def door_above(target: int, minute: int) -> Door:
    """The first superior of the named unit's agency that is connected."""
    now = _moment(minute)
    below = first_holder(target, on=now)
    above = (unit for unit in superiors.upward(below) if unit.connected_on and unit.connected_on <= now.date())
    return _door_of(next(above, None) or superiors.nation(), None, now)


@lru_cache(maxsize=4096)
def door(target: int | None, minute: int) -> Door:
    """Remembered for a minute, so that the hot path asks the database once.

    A report that names no agency, or only the accused one, waits in the national queue (design 3b). One for an agency
    that is not connected is held by its supervisor (R000-30).
    """
    now = _moment(minute)
    return _door_of(first_holder(target, on=now), _unconnected(target), now)


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * MINUTE, tz=timezone.get_current_timezone())


def _door_of(holder: Unit, unconnected: Unit | None, now: datetime) -> Door:
    policy: Policy = policy_for("verify", report_class="", agency_id=holder.agency_id, at=now)
    return Door(holder, unconnected, policy.pk, policy.length, unit_of(policy), calendar_of(holder))


def _unconnected(target: int | None) -> Unit | None:
    named = Unit.objects.select_related("agency").filter(pk=target).first() if target else None
    return named if named and (named.agency or named).connected_on is None else None


def first_holder(target: int | None, *, on: datetime) -> Unit:
    """The connected agency of the named unit, else its supervisor, else the nation. Always somebody (law 2)."""
    named = Unit.objects.select_related("agency").filter(pk=target).first() if target else None
    if named is not None:
        agency = named.agency or named
        if agency.connected_on and agency.connected_on <= timezone.localdate(on):
            return agency
        edges = Supervision.objects.filter(supervised=agency, valid_to=None, supervisor__connected_on__isnull=False)
        if edge := edges.select_related("supervisor").order_by("pk").first():
            return edge.supervisor
    return Unit.objects.get(kind=UnitKind.NATION)
