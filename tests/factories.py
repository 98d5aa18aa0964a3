"""A small state of invented offices, and reports walked through it by the real verbs. No randomness.

Everything here is invented and says so by its names. Call `the_state()` first; it is made once per test.
"""

import itertools
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from PIL import Image

from tests import databases
from tuntas.access.actors import Actor, acting
from tuntas.clocks import policies
from tuntas.clocks.models import Policy
from tuntas.followup import answering, reporters_word
from tuntas.followup.answering import Answer, Proof
from tuntas.identity.models import LegalHold
from tuntas.identity.person import Person
from tuntas.intake import receiving
from tuntas.intake.receiving import Receipt, receive
from tuntas.intake.submissions import Submission
from tuntas.organizations.models import (
    Appointment,
    Category,
    Officer,
    Role,
    Supervision,
    Unit,
    UnitKind,
    WorkingCalendar,
)
from tuntas.privacy import holding
from tuntas.reports.attaching import Upload
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import disposing, transferring, verifying

MONDAY = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # Monday 5 October 2026, 09:00 in Jakarta; no holiday that month
LENGTHS = {
    "verify": 3,
    "dispose": 3,
    "dispose_transferred": 1,
    "first_response": 5,
    "reporter_window": 10,
    "transfer_decision": 1,
    "arbitration": 1,
    "approval": 1,
    "second_look": 5,
    "reporter_reply": 10,
    "reopen_window": 30,
    "appeal_window": 10,
    "appeal_decision": 5,
}
RESOLVE = {"": 14, "SUPERVISORY": 60, "WHISTLEBLOWING": 60, "INFORMATION_REQUEST": 5, "ASPIRATION": 5}
LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam, gelap sekali dan dua orang sudah jatuh."
_keys = itertools.count(1)


def the_state() -> SimpleNamespace:
    """Make the offices, officers, policies and categories, as the owner of the tables."""
    with databases.role("owner"):
        found = Unit.objects.filter(code="nation").exists()
        return _found() if found else _made()


def _made() -> SimpleNamespace:
    policies.forget_calendars()
    receiving.door.cache_clear()
    calendar = WorkingCalendar.objects.create(
        code="five-days", name="Lima hari", zone="Asia/Jakarta", workweek=[1, 2, 3, 4, 5]
    )
    since = date(2019, 1, 1)
    nation = _unit("nation", "Indonesia (contoh)", UnitKind.NATION, None, calendar=calendar, connected_on=since)
    province = _unit("province", "Provinsi Contoh", UnitKind.PROVINCE, nation, connected_on=since)
    city = _unit("city", "Kota Contoh", UnitKind.CITY, nation, connected_on=since)
    regency = _unit("regency", "Kabupaten Contoh", UnitKind.REGENCY, nation)
    works = _unit("works", "Dinas Pekerjaan Umum Kota Contoh", UnitKind.REGIONAL_OFFICE, city, categories=["PU"])
    _unit("transport", "Dinas Perhubungan Kota Contoh", UnitKind.REGIONAL_OFFICE, city, categories=["HUB", "HUB-01"])
    health = _unit("health", "Dinas Kesehatan Kota Contoh", UnitKind.REGIONAL_OFFICE, city, categories=["KES"])
    _unit("puskesmas", "Puskesmas Contoh", UnitKind.SERVICE_UNIT, health)
    _unit("province-works", "Dinas Bina Marga Provinsi Contoh", UnitKind.REGIONAL_OFFICE, province)
    for below in (city, regency):
        Supervision.objects.create(supervisor=province, supervised=below, legal_source="contoh")
    for stage, length in LENGTHS.items():
        Policy.objects.create(
            policy="test", stage=stage, length=length, valid_from=since, legal_source="contoh", mark="design"
        )
    Policy.objects.create(
        policy="test", stage="revive_window", length=90, counting="calendar", valid_from=since, legal_source="contoh"
    )
    for report_class, length in RESOLVE.items():
        Policy.objects.create(
            policy="test", stage="resolve", report_class=report_class, length=length, valid_from=since, legal_source="c"
        )
    transport = Category.objects.create(code="HUB", name="Perhubungan", name_en="Transport")
    Category.objects.create(
        code="HUB-01",
        parent=transport,
        name="Lampu Penerangan Jalan",
        name_en="Street lamps",
        keywords=["lampu", "pju"],
    )
    Category.objects.create(code="KES", name="Kesehatan", name_en="Health", keywords=["puskesmas", "obat"])
    for code, unit, role in (
        ("national", nation, Role.NATIONAL_ADMIN),
        ("admin", city, Role.AGENCY_ADMIN),
        ("admin2", city, Role.AGENCY_ADMIN),
        ("liaison", works, Role.LIAISON_OFFICER),
        ("head", works, Role.UNIT_HEAD),
        ("supervisor", province, Role.SUPERVISOR),
        ("province-admin", province, Role.AGENCY_ADMIN),
        ("custodian", province, Role.CUSTODIAN),
        ("nation-custodian", nation, Role.CUSTODIAN),
    ):
        an_officer(code, unit, role)
    for code in ("transport", "health", "puskesmas", "province-works"):
        unit = Unit.objects.get(code=code)
        an_officer(f"{code}-liaison", unit, Role.LIAISON_OFFICER)
        an_officer(f"{code}-head", unit, Role.UNIT_HEAD)
    return _found()


def _found() -> SimpleNamespace:
    units = {unit.code.replace("-", "_"): unit for unit in Unit.objects.all()}
    appointments = Appointment.objects.select_related("officer", "unit")
    actors = {f"as_{a.officer.username.replace('-', '_')}": Actor.appointed(a) for a in appointments}
    return SimpleNamespace(
        **units, **actors, lamp=Category.objects.get(code="HUB-01"), category_health=Category.objects.get(code="KES")
    )


def _unit(code: str, name: str, kind: str, parent: Unit | None, **more: Any) -> Unit:
    unit = Unit.objects.create(code=code, slug=code, name=name, kind=kind, parent=parent, **more)
    unit.refresh_from_db()
    return unit


def an_officer(username: str, unit: Unit, role: str, *, until: date | None = None) -> Actor:
    """An officer appointed since 2019; call inside `databases.role("owner")` or from `the_state`."""
    officer = Officer.objects.create(
        username=username, name=f"Petugas contoh {username}", email=f"{username}@example.test"
    )
    appointment = Appointment.objects.create(
        officer=officer, unit=unit, role=role, valid_from=date(2019, 1, 1), valid_to=until
    )
    return Actor.appointed(appointment)


def a_submission(**more: Any) -> Submission:
    facts = {"key": f"test-{next(_keys)}", "text": LAMP, "place": "Pasar Contoh"}
    return Submission(**(facts | more))


def a_person(**more: Any) -> Person:
    return Person(**({"name": "Warga Contoh", "email": "warga@example.test"} | more))


def received(at: datetime = MONDAY, **more: Any) -> tuple[Report, Receipt]:
    the_state()
    receipt = receive(a_submission(**more), at=at)
    with acting(Actor.reporter_of(receipt.report_id)):
        return Report.objects.get(pk=receipt.report_id), receipt


def a_photo(colour: str = "navy", size: tuple[int, int] = (640, 480)) -> Upload:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return Upload(name="foto.jpg", data=out.getvalue(), media_type="image/jpeg")


def fixed(**more: Any) -> Answer:
    """A whole answer of field work: text, date, place and both photos."""
    day = date(2026, 10, 12)
    facts = {
        "text": "Lampu di depan Pasar Contoh sudah kami ganti pada 12 Oktober 2026 oleh regu Dinas PU; kini menyala.",
        "kind": "FIELD_ACTION",
        "outcome": "FIXED",
        "done_on": day,
        "done_at_place": "Depan Pasar Contoh",
        "proofs": (
            Proof(upload=a_photo("black"), part="BEFORE", taken_on=day, place="Depan Pasar Contoh"),
            Proof(upload=a_photo("yellow"), part="AFTER", taken_on=day, place="Depan Pasar Contoh"),
        ),
    }
    return Answer(**(facts | more))


def informed(**more: Any) -> Answer:
    facts = {
        "text": "Rekaman KTP dibuka Senin sampai Jumat pukul 08.00-15.00 di loket 3 Dinas Dukcapil, tanpa biaya, bawa KK asli.",
        "kind": "ANSWER",
        "outcome": "INFORMATION_GIVEN",
    }
    return Answer(**(facts | more))


def a_report(at: str = State.AWAITING_VERIFICATION, *, when: datetime = MONDAY, **more: Any) -> Report:
    """A report walked to a state by the real verbs, a working hour or two apart, so that clocks and history are real."""
    state = the_state()
    report, _receipt = received(when, **({"target": state.city.pk} | more))
    walk(report, at, state, when)
    with acting(state.as_national):
        report = Report.objects.get(pk=report.pk)
    assert report.state == at, f"a_report() cannot walk to {at} yet: add the step here"
    return report


def walk(report: Report, to: str, state: SimpleNamespace, when: datetime) -> None:
    """The shortest honest way from received to a state."""
    for step in PATHS[State(to)]:
        when += timedelta(hours=1)
        STEPS[step](report, state, when)


def as_(actor: Actor, act: Any, report: Report, **more: Any) -> Any:
    with acting(actor):
        return act(report, by=actor, **more)


def by_reporter(act: Any, report: Report, **more: Any) -> Any:
    with acting(Actor.reporter_of(report.pk)):
        return act(report, **more)


def verify(report: Report, state: SimpleNamespace, at: datetime, **more: Any) -> None:
    actor = state.as_admin if report.holder_id == state.city.pk else state.as_national
    facts = {
        "report_class": "NON_SUPERVISORY",
        "category": state.lamp,
        "target": state.city,
        "title": "Lampu jalan mati di Pasar Contoh",
        "public_text": LAMP,
        "public_place": report.place,
    }
    as_(actor, verifying.verify, report, **(facts | more), at=at)


STEPS = {
    "verify": verify,
    "dispose": lambda r, s, t: as_(s.as_admin, disposing.dispose, r, lead=s.works, at=t),
    "ask": lambda r, s, t: as_(s.as_admin, verifying.ask, r, missing=["Nama jalan"], at=t),
    "archive": lambda r, s, t: as_(
        s.as_national, verifying.archive, r, reason="TOO_GENERAL", explanation="Terlalu umum untuk diperiksa.", at=t
    ),
    "refer": lambda r, s, t: as_(
        s.as_national, verifying.refer, r, signpost="KPK 198", explanation="Ini perkara pidana.", at=t
    ),
    "offer": lambda r, s, t: as_(
        s.as_liaison,
        transferring.offer,
        r,
        ground="Perwali 1/2020: lampu jalan pada Dishub",
        proposed=s.transport,
        at=t,
    ),
    "progress": lambda r, s, t: as_(
        s.as_liaison,
        answering.progress,
        r,
        answer=Answer(
            text="Regu kami memeriksa lampu di depan Pasar Contoh pada 6 Oktober 2026: kabel putus, diganti 12 Oktober."
        ),
        at=t,
    ),
    "question": lambda r, s, t: as_(s.as_liaison, answering.question, r, text="Tiang nomor berapa?", at=t),
    "resolve": lambda r, s, t: as_(s.as_liaison, answering.resolve, r, answer=fixed(), at=t + timedelta(days=8)),
    "accept": lambda r, s, t: by_reporter(reporters_word.accept, r, clear=5, on_target=4, at=t + timedelta(days=9)),
    "withdraw": lambda r, s, t: by_reporter(reporters_word.withdraw, r, at=t),
}
PATHS: dict[str, list[str]] = {
    State.AWAITING_VERIFICATION: [],
    State.PENDING_INFO: ["ask"],
    State.AWAITING_DISPOSITION: ["verify"],
    State.AWAITING_FOLLOW_UP: ["verify", "dispose"],
    State.TRANSFER_REQUESTED: ["verify", "dispose", "offer"],
    State.IN_PROGRESS: ["verify", "dispose", "progress"],
    State.AWAITING_REPORTER: ["verify", "dispose", "progress", "question"],
    State.RESOLUTION_PROPOSED: ["verify", "dispose", "progress", "resolve"],
    State.RESOLVED: ["verify", "dispose", "progress", "resolve", "accept"],
    State.ARCHIVED: ["archive"],
    State.WITHDRAWN: ["withdraw"],
    State.REFERRED_EXTERNAL: ["refer"],
}


def a_hold(report: Report, by: Actor, **more: Any) -> LegalHold:
    """A legal hold on a report, placed by an officer who may."""
    with acting(by):
        found = Report.objects.select_related("reporter", "holder").get(pk=report.pk)
        return holding.place(found, **({"ground": "COURT", "reason": "Perkara 12/2026", "by": by} | more))


def released(hold: LegalHold, by: Actor, **more: Any) -> None:
    with acting(by):
        report = Report.objects.select_related("holder").get(pk=hold.report)
        holding.release(LegalHold.objects.get(pk=hold.pk), report, reason="Perkara selesai", by=by, **more)
