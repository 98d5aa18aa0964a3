"""The third writer of state: the import leaves the rows that `lifecycle.advance` would for the same life (design 3b).

A report is received at the one door on the day of the old register and moved by `advance`; another comes by the import.
Column by column they are the same, but for the few columns that are named here with the reason.
"""

from datetime import UTC, datetime

import pytest

from tests import databases
from tests.factories import an_officer, received, the_state
from tests.importing.registers import AT, MAP, a_file, a_row, brought
from tuntas.access.actors import SYSTEM, acting
from tuntas.clocks.models import Clock
from tuntas.followup.models import FollowUp
from tuntas.lifecycle import advance
from tuntas.operations.importing.mapping import make_map
from tuntas.organizations.models import Category, Role, Unit, UnitKind
from tuntas.reports import publishing
from tuntas.reports.models import Event, Report, ReportText, ReportUnit
from tuntas.reports.states import Queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.role("owner")]

LODGED = datetime(2022, 1, 5, 2, 30, tzinfo=UTC)
KNOWN = datetime(2022, 1, 12, 3, 0, tzinfo=UTC)
ANSWERED = datetime(2022, 1, 11, 1, 0, tzinfo=UTC)
OTHERS = {
    Report: {
        "id", "uuid", "number", "last_event_id",  # each report has its own
        "code_lookup", "idempotency_hash", "reporter_id",  # no person comes with an old register
        "content_hash", "import_key",  # by which a row is known when it comes again
        "target_agency_id",  # what the reporter chose; an old register tells of units, not of wishes
    },
    Event: {"id", "report_id", "recorded_at"},
    ReportUnit: {"id", "report_id"},
    ReportText: {"report_id"},
    Clock: {"id", "report_id"},
    FollowUp: {"id", "report_id", "event_id"},
}  # fmt: skip
ANSWERED_IN = {"RESOLVED", "IN_PROGRESS"}
FIRST = {"verb", "audience", "facts"}  # an old register was received elsewhere, and nobody moderated its words
LIVES = {
    "finished": ("Selesai", "RESOLVED", {"finish": "IMPORTED"}),
    "in progress": ("Proses", "IN_PROGRESS", {}),
    "awaiting follow-up": ("Belum", "AWAITING_FOLLOW_UP", {}),
    "pending": ("Tertunda", "PENDING_INFO", {}),
    "archived": ("Arsip", "ARCHIVED", {}),
    "unexplained": ("", "ARCHIVED", {"import_bucket": "unexplained_at_import"}),
    "unverified": ("Baru", "AWAITING_VERIFICATION", {}),
}


def columns(rows, model):
    return [{name: value for name, value in row.items() if name not in OTHERS[model]} for row in rows]


def left(report, model, **which):
    query = model.objects.filter(**({"pk": report.pk} if model is Report else {"report": report}), **which)
    return columns(query.order_by("pk").values(), model)


def walked(state, old_state, changes, *, reply):
    """The life of the row, walked by the one door and by `advance`."""
    report, _receipt = received(LODGED, text=a_row()["isi"], place="", target=the_state().city.pk, channel="IMPORT")
    settled = {
        "category": Category.objects.get(code="KES"),
        "predates_connection": True,
        "report_class": "" if state == "AWAITING_VERIFICATION" else "NON_SUPERVISORY",
    }
    Report.objects.filter(pk=report.pk).update(**settled)
    with acting(SYSTEM):
        if state != "AWAITING_VERIFICATION":
            facts = {"source": "lama"} | ({"old_status": old_state} if old_state else {})
            event = advance(
                report, "import_state", by=SYSTEM, at=KNOWN, brings={"old_state": state}, facts=facts, changes=changes
            )
        if reply:
            step = {"RESOLVED": "RESOLUTION", "IN_PROGRESS": "PROGRESS"}[state]
            FollowUp.objects.create(
                report=report, event=event, unit=report.holder, step=step, text=a_row()["jawaban"], written_at=ANSWERED
            )
        if report.is_open:
            advance(report, "take_over", by=SYSTEM, at=AT)
    report.refresh_from_db()
    return report


@pytest.mark.requirement("R003-59")
def test_imported_lives_leave_the_rows_that_advance_would(tmp_path):
    rows = [
        a_row(no=life, status=word, instansi="", **({} if state in ANSWERED_IN else {"jawaban": "", "tgl_jawaban": ""}))
        for life, (word, state, _changes) in LIVES.items()
    ]
    assert brought(a_file(tmp_path, rows)).new == len(LIVES)

    for life, (word, state, changes) in LIVES.items():
        imported = Report.objects.get(import_key=f"lama/{life}")
        real = walked(state, word, changes, reply=state in ANSWERED_IN)

        assert imported.state == real.state == state, life
        for model in (Report, ReportUnit, ReportText, FollowUp):
            assert left(imported, model) == left(real, model), life
        assert left(imported, Clock, stopped_at=None) == left(real, Clock, stopped_at=None), life
        assert bool(left(imported, Clock)) is imported.is_open, life
        ours, theirs = left(imported, Event), left(real, Event)
        assert {name for name, value in ours[0].items() if value != theirs[0][name]} == FIRST, life
        assert ours[1:] == theirs[1:], life
        assert ours[0]["verb"] == "receive_old"
        assert imported.last_event_id == imported.events.latest("id").pk, life


def test_no_clock_of_an_old_register_is_counted_as_ours(tmp_path):
    """Whether the old office verified in time is not known here: its rows bring no clock but the fair one."""
    brought(a_file(tmp_path, [a_row(status="Proses")]))

    clock = Clock.objects.get(report__import_key="lama/7")

    assert (clock.kind, clock.is_fair, clock.started_at, clock.stopped_at) == ("resolve", True, AT, None)


def test_a_text_that_is_hidden_is_sealed_as_at_the_door(tmp_path):
    columns_given = {name: column for name, column in MAP["columns"].items() if name != "category"}
    mapping = make_map(MAP | {"columns": columns_given | {"confidential": "kategori", "place": "no"}})
    brought(a_file(tmp_path, [a_row(kategori="ya")]), mapping)
    imported = Report.objects.get(import_key="lama/7")
    real, _receipt = received(LODGED, text=a_row()["isi"], is_confidential=True)

    texts = [ReportText.objects.get(report=report) for report in (imported, real)]
    assert [(text.body, text.title, text.key_epoch) for text in texts] == [("", "", 1)] * 2
    assert publishing.read(imported)["body"] == publishing.read(real)["body"] == a_row()["isi"]
    assert (imported.place, publishing.read(imported)["place"]) == ("", "7")


@pytest.mark.requirement("R002-32")
@pytest.mark.parametrize(("status", "state"), [("Belum", "AWAITING_FOLLOW_UP"), ("Selesai", "RESOLVED")])
def test_what_belongs_to_a_closed_queue_lies_in_it_as_after_its_verification(tmp_path, status, state):
    """The category of an old row says whose it is: no ordinary office sees it, and nothing of it lies open."""
    here = the_state()
    Category.objects.create(code="GSI-02", name="Kekerasan", closed_to=Queue.WOMEN_AND_CHILDREN)
    office = Unit.objects.create(
        code="ppa", slug="ppa", name="Kantor contoh", kind=UnitKind.WOMEN_AND_CHILDREN, parent=here.city
    )
    admin = an_officer("ppa-admin", office, Role.AGENCY_ADMIN)
    row = a_row(kategori="Kekerasan", status=status, isi="[contoh] Tetangga saya dipukul suaminya.")

    brought(a_file(tmp_path, [row, a_row(no="8", status=status)]))

    imported, other = (Report.objects.get(import_key=f"lama/{no}") for no in (7, 8))
    assert (imported.queue, imported.holder, imported.state) == (Queue.WOMEN_AND_CHILDREN, office, state)
    assert (imported.is_confidential, imported.text.body) == (True, "")
    assert publishing.read(imported)["body"] == row["isi"]
    assert (other.queue, other.is_confidential) == ("", False)
    seen = {}
    for name, actor in (("office", admin), ("city", here.as_admin), ("liaison", here.as_liaison)):
        with databases.role("web"), acting(actor):
            seen[name] = Report.objects.filter(pk=imported.pk).exists()
    assert seen == {"office": True, "city": False, "liaison": False}


def test_without_an_office_for_it_the_nation_keeps_a_closed_report(tmp_path):
    here = the_state()
    Category.objects.create(code="GSI-02", name="Kekerasan", closed_to=Queue.WOMEN_AND_CHILDREN)

    brought(a_file(tmp_path, [a_row(kategori="Kekerasan", status="Belum")]))

    assert Report.objects.get(import_key="lama/7").holder == here.nation
