"""The one statement of the intake leaves the rows that the timetable's own row would leave, column for column (3b)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import databases
from tests.factories import LAMP, MONDAY, a_person, a_submission, the_state
from tests.laws.register import Register, Row, read
from tuntas.access.actors import SYSTEM
from tuntas.clocks import following
from tuntas.clocks.models import Policy
from tuntas.clocks.policies import forget_calendars
from tuntas.identity import content
from tuntas.identity.models import Reporter
from tuntas.intake import receiving
from tuntas.intake.consent import version_for
from tuntas.intake.receiving import receive
from tuntas.intake.submissions import Submission
from tuntas.kernel import numbers
from tuntas.lifecycle import MOVES
from tuntas.notices import telling
from tuntas.organizations.models import Area, Unit, WorkingCalendar
from tuntas.reports import history, publishing
from tuntas.reports.models import Conflict, Report, ReportText

pytestmark = [pytest.mark.django_db, pytest.mark.role("owner")]
WHEN = MONDAY + timedelta(minutes=7, seconds=13)

# Columns that are drawn at random, count upwards, or say when the row itself was written.
OF_ITS_OWN = {
    "reports_report": {
        "id", "uuid", "number", "code_lookup", "idempotency_hash", "content_hash", "reporter_id", "last_event_id",
    },
    # A ciphertext has a nonce; what it opens to is compared below. What is hidden later leaves the clockwork a mark.
    "reports_reporttext": {"report_id", "sealed", "has_open_rows"},
    "reports_event": {"id", "report_id", "recorded_at", "xact"},
    "reports_reportunit": {"id", "report_id"},
    "reports_conflict": {"id", "report_id"},
    "clocks_clock": {"id", "report_id"},
    "notices_notice": {"id", "report_id", "event_id", "reporter_uuid"},
    "identity_reporter": {"id", "uuid"},
}  # fmt: skip
EMPTY = ("reports_publiccopy", "reports_attachment", "clocks_pause", "routing_transferoffer", "followup_followup")


@pytest.fixture
def state():
    found = the_state()
    yield found
    forget_calendars()
    receiving.door.cache_clear()


def by_the_timetable(submission: Submission, holder: Unit, *, at: datetime) -> Report:
    """What `receive` would leave if the timetable's row were walked by `history`, `following` and `telling`."""
    booth = submission.channel == "BOOTH"
    move, lodged = MOVES["receive_paper" if booth else "receive"], submission.lodged_at or at
    reporter = Reporter.objects.create(
        channel=submission.channel,
        has_contact=submission.person.has_contact,
        language=submission.person.language,
        created_at=at,
    )
    report = Report(
        number=numbers.public_number(),
        reporter=reporter,
        channel=submission.channel,
        report_type=submission.report_type,
        lodged_at=lodged,
        received_at=at,
        event_on=submission.event_on,
        target_agency_id=submission.target,
        is_anonymous=submission.is_anonymous,
        is_confidential=submission.is_hidden,
        queue=submission.queue,
        has_conflict=bool(submission.accused),
        holder=holder,
        holder_since=at,
        area_id=submission.area,
        place=submission.place,
        **receiving._cell(submission),
    )
    report.save()
    for unit in submission.accused:
        Conflict.objects.create(report=report, unit_id=unit)
    _keep_words(report, submission)
    history.hand_over(report, holder, at=at)
    report.state, report.agency_id = "", None  # new: it came from nowhere
    event = history.write(
        report, move.name, to=move.to, by=SYSTEM, at=at, holder=holder, audience=move.audience,
        facts={"channel": submission.channel, "notice": version_for(submission.channel)},
    )  # fmt: skip
    event.at = lodged if booth else at  # T2: the clock runs from the receipt at the booth
    following.follow(event, stops=move.stops, starts=move.starts)
    event.at = at
    telling.tell(event, move.tells)
    return report


def _keep_words(report: Report, submission: Submission) -> None:
    words = {"title": submission.title, "body": submission.text, "requested_remedy": submission.requested_remedy}
    ReportText.objects.create(report=report, reported_party=submission.reported_party, **words)
    if submission.is_hidden:
        publishing.hide(report)


def rows_of(register: Register, report_id: int, table: str) -> list[Row]:
    if table == "reports_report":
        found = [register.report(report_id)]
    elif table == "identity_reporter":
        found = [row for row in register[table] if row["id"] == register.report(report_id)["reporter_id"]]
    else:
        found = register.by_report(table)[report_id]
    kept = [{name: value for name, value in row.items() if name not in OF_ITS_OWN[table]} for row in found]
    for row in kept:
        if table == "notices_notice":
            row["params"] = {name: value for name, value in row["params"].items() if name != "number"}
    return sorted(kept, key=lambda row: str(row.get("to", "")))


def compare(submission: Submission, holder: Unit, *, at: datetime = WHEN) -> Row:
    """Receive it by the statement and by the timetable, and compare every column; the clock's row comes back."""
    receipt = receive(submission, at=at)
    by_rows = by_the_timetable(submission, holder, at=at)
    register = read()
    for table in OF_ITS_OWN:
        by_statement = rows_of(register, receipt.report_id, table)
        assert by_statement == rows_of(register, by_rows.pk, table), table
        assert by_statement or table == "reports_conflict", table
    for table in EMPTY:
        assert register[table] == []
    filed = Report.objects.get(pk=receipt.report_id)
    assert publishing.read(filed) == publishing.read(by_rows)
    assert receipt.due_at == filed.due_at
    assert register.report(receipt.report_id)["number"] == receipt.number
    told = {notice["params"]["number"] for notice in register.by_report("notices_notice")[receipt.report_id]}
    assert told == {receipt.number}
    return register.by_report("clocks_clock")[receipt.report_id][0]


@pytest.mark.requirement("R003-03", "R000-12")
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"person": a_person()},
        {"person": a_person(language="en"), "title": "Lampu", "requested_remedy": "Tolong diganti"},
        {"person": a_person(), "is_anonymous": True},
        {"person": a_person(), "is_confidential": True, "requested_remedy": "Tolong", "title": "Rahasia"},
        {"person": a_person(), "is_anonymous": True, "is_confidential": True},
        {"report_type": "ASPIRATION", "event_on": date(2026, 9, 30), "latitude": -7.98, "longitude": 112.63},
        {"person": a_person(name="", email="", phone="081200000000")},  # a person, and no mailbox
    ],
    ids=["plain", "with mail", "in English", "anonymous", "confidential", "both", "placed and dated", "no mailbox"],
)
def test_the_statement_leaves_the_rows_of_the_timetable(state, more):
    compare(a_submission(target=state.city.pk, **more), state.city)


@pytest.mark.requirement("R003-03")
def test_without_an_agency_for_an_unconnected_one_and_about_one(state):
    compare(a_submission(), state.nation)
    compare(a_submission(target=state.regency.pk), state.province)
    compare(a_submission(target=state.city.pk, accused=(state.works.pk, state.health.pk)), state.city)
    compare(a_submission(target=state.city.pk, accused=(state.city.pk,)), state.nation)


def test_a_place_that_the_register_knows(state):
    Area.objects.create(code="35", name="Provinsi Contoh", level="PROVINCE")
    compare(a_submission(area="35", target=state.city.pk), state.city)


@pytest.mark.requirement("R003-14")
@pytest.mark.parametrize("days", [0, 1, 4, 400])
def test_a_paper_form_runs_from_the_booth(state, days):
    lodged = WHEN - timedelta(days=days, hours=3)
    submission = a_submission(target=state.city.pk, channel="BOOTH", lodged_at=lodged, person=a_person())

    clock = compare(submission, state.city)

    assert (clock["started_at"], clock["length"]) == (lodged, 3)


@pytest.mark.requirement("R003-14")
def test_the_agencys_own_calendar_and_limit_count(state):
    calendar = WorkingCalendar.objects.create(
        code="six", name="Enam", zone="Asia/Jayapura", workweek=[1, 2, 3, 4, 5, 6]
    )
    Unit.objects.filter(pk=state.city.pk).update(calendar=calendar)
    Policy.objects.create(
        policy="own", stage="verify", agency=state.city, length=6, valid_from=date(2020, 1, 1), legal_source="contoh"
    )
    state.city.refresh_from_db()

    clock = compare(a_submission(target=state.city.pk, person=a_person()), state.city)

    # Tuesday to Saturday are five, Monday is the sixth; the day ends at 24:00 in Jayapura, 15:00 in Greenwich.
    assert clock["due_at"] == datetime(2026, 10, 12, 15, 0, tzinfo=UTC)
    assert clock["calendar_version"] == "six/1"


def test_a_limit_in_calendar_days_is_counted_so(state):
    Policy.objects.filter(stage="verify").update(counting="calendar", length=6)

    clock = compare(a_submission(target=state.city.pk), state.city)

    assert clock["due_at"] == datetime(2026, 10, 11, 17, 0, tzinfo=UTC)  # Sunday, 24:00 in Jakarta


@pytest.mark.role("web")
def test_what_is_compared_is_what_the_web_may_do(state):
    """The web role inserts no report itself: the statement does, with the rights of the owner."""
    receipt = receive(a_submission(), at=WHEN)
    assert receipt.fresh
    with databases.role("owner"):
        assert Report.objects.get(pk=receipt.report_id).text.body == LAMP


def test_a_sealed_text_opens_to_what_was_written(state):
    receipt = receive(a_submission(is_confidential=True, title="Rahasia"), at=WHEN)
    text = ReportText.objects.get(report=receipt.report_id)
    assert (text.body, text.title, text.requested_remedy, text.key_epoch) == ("", "", "", content.EPOCH)
    told = publishing.read(Report.objects.get(pk=receipt.report_id))
    assert (told["title"], told["body"], told["remedy"], told["place"]) == ("Rahasia", LAMP, "", "Pasar Contoh")
