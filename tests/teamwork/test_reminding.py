"""The letter of the morning and the calendar: numbers, categories, days, and no word of a report (handbook 8.2 O11)."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests import databases
from tests.factories import LAMP, MONDAY, a_report, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tests.workspace.officers import at_desk
from tuntas.accounts.models import Letter
from tuntas.organizations.models import Officer
from tuntas.reports.states import State
from tuntas.teamwork import feed, jobs, morning
from tuntas.teamwork.models import Reminding
from tuntas_vault.accounts import sending
from tuntas_vault.accounts.queries import Owed

SEVEN = datetime(2026, 10, 22, 0, 5, tzinfo=UTC)  # Thursday, 07:05 in Jakarta, a day before the limit
SATURDAY = SEVEN + timedelta(days=2)


def letters():
    with databases.role("owner"):
        return list(Letter.objects.filter(template="morning").select_related("officer").order_by("pk"))


@pytest.mark.django_db
@pytest.mark.role("worker")
def test_a_letter_comes_once_on_a_working_morning_and_only_when_something_is_due():
    state = the_state()
    with databases.role("web"):
        report, secret = a_report(State.IN_PROGRESS), a_report(State.IN_PROGRESS, is_anonymous=True)
    for nothing in (SEVEN - timedelta(hours=2), SEVEN + timedelta(hours=4), SATURDAY):
        assert morning.write_letters(now=nothing) == 0
    assert morning.write_letters(now=SEVEN) > 0
    assert morning.write_letters(now=SEVEN + timedelta(minutes=3)) == 0
    sent = letters()
    assert {letter.officer_id for letter in sent} == {state.as_liaison.officer, state.as_head.officer}
    told = str(sent[0].params)
    assert report.number in told
    assert secret.number in told
    assert "Lampu Penerangan Jalan" in told
    assert LAMP[:20] not in told
    assert [row["category"] for heap in sent[0].params.values() for row in heap if row["number"] == secret.number] == [
        ""
    ]


@pytest.mark.django_db
@pytest.mark.role("worker")
def test_no_letter_for_who_does_not_want_it_and_jobs_alone_for_who_works_in_the_field():
    state = the_state()
    field = a_field_officer(state)
    with databases.role("web"):
        mine, _other = a_report(State.IN_PROGRESS), a_report(State.IN_PROGRESS)
        as_(state.as_liaison, jobs.assign, mine, to=appointment(field))
        Reminding.objects.create(officer_id=state.as_head.officer, wants_letter=False)
    morning.write_letters(now=SEVEN)
    by_officer = {letter.officer_id: letter.params for letter in letters()}
    assert state.as_head.officer not in by_officer
    assert [row["number"] for heap in by_officer[field.officer].values() for row in heap] == [mine.number]


@pytest.mark.parametrize(("language", "word"), [("id", "Lewat batas:"), ("en", "Late:")])
def test_how_the_letter_reads(language, word):
    rows = [{"number": "3816392432", "category": "Jalan", "due": "2026-10-21T17:00:00+00:00"}]
    owed = Owed(
        id=1, officer=1, uuid=None, address="", template="morning", params={"late": rows, "today": []}, sealed=None,
        language=language, created_at=SEVEN, attempts=1,
    )  # fmt: skip
    text = sending.write(owed, link="http://localhost/workspace/")
    assert word in text.body
    assert "Jalan, " in text.body
    assert "21" in text.body
    assert "/workspace/" in text.body


@pytest.mark.django_db
def test_the_calendar_opens_by_its_secret_address_alone_and_ends():
    state, report = the_state(), a_report(State.IN_PROGRESS, when=MONDAY)
    secret = a_report(State.IN_PROGRESS, is_anonymous=True)
    officer, client = Officer.objects.get(pk=state.as_liaison.officer), at_desk(state.as_liaison)
    client.post("/workspace/reminders", {"wish": "calendar"})
    token = feed.make(officer)
    answer = client.__class__().get(f"/workspace/agenda/{token}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(entry["uid"]) for entry in entries} == {f"{report.number}@tuntas", f"{secret.number}@tuntas"}
    summaries = {str(entry["uid"]).split("@")[0]: str(entry["summary"]) for entry in entries}
    assert "Lampu Penerangan Jalan" in summaries[report.number]
    assert "Lampu" not in summaries[secret.number]
    assert LAMP[:15].encode() not in answer.content
    for wrong in (token[:-1], "x"):
        assert client.get(f"/workspace/agenda/{wrong}.ics").status_code == 404
    client.post("/workspace/reminders", {"wish": "no-calendar"})
    assert client.get(f"/workspace/agenda/{token}.ics").status_code == 404
