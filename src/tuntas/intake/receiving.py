"""The one door: every way in ends here, in one statement (design 3, "hot path")."""

import hashlib
import json
import math
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.clocks.calendar import Calendar
from tuntas.clocks.models import Policy
from tuntas.clocks.policies import calendar_of, policy_for
from tuntas.identity import content, sealing
from tuntas.intake import queries
from tuntas.intake.submissions import Submission, look_at
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Conflict
from tuntas.organizations.models import Supervision, Unit, UnitKind
from tuntas.reports.states import Channel

CELL = 0.005  # degrees: half a kilometre (perf.md section 5)
CANDIDATES = 3  # numbers to choose from, so that a taken one costs no second round trip
MINUTE = 60  # seconds for which the limits and holders of agencies may be remembered
FIRST_REMINDER = 0.5


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes home. `code` is shown once and stored nowhere."""

    report_id: int
    number: str
    code: str
    received_at: datetime
    due_at: datetime
    fresh: bool


def receive(submission: Submission, *, at: datetime | None = None) -> Receipt:
    """Take a report and answer with its receipt, after the commit. The same key again gives the same receipt.

    Raises Incomplete for what cannot be filed, and Conflict when a key comes back with other content.
    """
    now = at or timezone.now()
    look_at(submission, today=timezone.localdate(now))
    code = numbers.secret_code(settings.CODE_KEY, submission.key)
    filed = queries.file(_values(submission, code=code, now=now))
    if bytes(filed.content_hash) != _fingerprint(submission):
        raise Conflict(
            _("This report was already sent with other words."),
            why=_("The form was sent before under the same key: number %(number)s.")
            % {"number": numbers.spell_number(filed.number)},
            instead=_("Open a new form for a new report, or add details to the one you sent."),
            kept={"text": submission.text, "place": submission.place},
        )
    return Receipt(filed.report_id, filed.number, code, filed.received_at, filed.due_at, filed.fresh)


def _values(submission: Submission, *, code: str, now: datetime) -> dict[str, Any]:
    identity, report_uuid = uuid.uuid4(), uuid.uuid4()
    door = _door(submission, now)
    start = submission.lodged_at if submission.channel == Channel.BOOTH and submission.lodged_at else now
    due = door.calendar.deadline(start, door.length)
    public_key = None if submission.person.is_nobody else sealing.current_public_key()
    words = _words(submission, report_uuid)
    return words | {
        "uuid": report_uuid,
        "numbers": [numbers.public_number() for _n in range(CANDIDATES)],
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
        "lodged": submission.lodged_at or now,
        "received": now,
        "event_on": submission.event_on,
        "target": submission.target,
        "anonymous": submission.is_anonymous,
        "confidential": submission.is_confidential,
        "accused": list(submission.accused),
        "holder": door.holder,
        "agency": door.agency,
        "area": submission.area or None,
        "place": storable(submission.place),
        **_cell(submission),
        "due": due,
        "fire": door.calendar.fraction_point(start, due, FIRST_REMINDER),
        "length": door.length,
        "policy": door.policy,
        "calendar": door.calendar.version,
        "params": json.dumps({"holder": door.holder_name, "state": "AWAITING_VERIFICATION", "due": due.isoformat()}),
    }


def _words(submission: Submission, report_uuid: uuid.UUID) -> dict[str, Any]:
    """Title and text, plain or under the content key (design 3b, "What is secret")."""
    title, body, remedy = map(storable, (submission.title, submission.text, submission.requested_remedy))
    if not submission.is_confidential:
        return {"title": title, "body": body, "body_sealed": None, "key_epoch": 0, "remedy": remedy}
    letter = json.dumps({"title": title, "body": body, "remedy": remedy}, ensure_ascii=False)
    sealed = content.encrypt_text(letter, report=report_uuid, field="text")
    return {"title": "", "body": "", "body_sealed": sealed, "key_epoch": content.EPOCH, "remedy": ""}


def storable(text: str) -> str:
    """What PostgreSQL can hold of a text from anywhere: no NUL, no half of a surrogate pair; the rest untouched."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


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
        submission.text.strip(),
        submission.title.strip(),
        submission.report_type,
        str(submission.event_on),
        str(submission.target),
        submission.place.strip(),
        str(submission.is_anonymous),
        str(submission.is_confidential),
    ]
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Door:
    """Who holds a new report, and how long its verification may take."""

    holder: int
    holder_name: str
    agency: int
    policy: int
    length: int
    calendar: Calendar


def _door(submission: Submission, now: datetime) -> Door:
    target = None if submission.target in submission.accused else submission.target
    return door(target, int(now.timestamp()) // MINUTE)


@lru_cache(maxsize=4096)
def door(target: int | None, minute: int) -> Door:
    """Remembered for a minute, so that the hot path asks the database once.

    A report that names no agency, or only the accused one, waits in the national queue (design 3b). One for an agency
    that is not connected is held by its supervisor (R000-30).
    """
    now = datetime.fromtimestamp(minute * MINUTE, tz=timezone.get_current_timezone())
    holder = first_holder(target, on=now)
    policy: Policy = policy_for("verify", report_class="", agency_id=holder.agency_id, at=now)
    agency = holder.agency_id or holder.pk
    return Door(holder.pk, holder.name, agency, policy.pk, policy.length, calendar_of(holder))


def first_holder(target: int | None, *, on: datetime) -> Unit:
    """The connected agency of the named unit, else its supervisor, else the nation. Always somebody (law 2)."""
    named = Unit.objects.select_related("agency").filter(pk=target).first() if target else None
    if named is not None:
        agency = named.agency or named
        if agency.connected_on and agency.connected_on <= timezone.localdate(on):
            return agency
        edge = Supervision.objects.filter(supervised=agency, valid_to=None).select_related("supervisor").first()
        if edge and edge.supervisor.connected_on:
            return edge.supervisor
    return Unit.objects.get(kind=UnitKind.NATION)
