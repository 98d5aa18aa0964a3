"""Heaps of work: what lies where, in which order, how a row reads; and the search over an officer's own reports."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.factories import MONDAY, a_report, as_, by_reporter, the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.accounts.models import Session
from tuntas.followup import reporters_word
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import disposing, merging, transferring, verifying
from tuntas.workspace import queries, queues
from tuntas.workspace.desks import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def rows(client: Client, tab: str, **asked: str) -> list[str]:
    """The numbers on a heap, in the order of the page."""
    return [row.report.number for row in client.get(f"/workspace/queues/{tab}/", asked).context["listing"].rows]


def row_of(client: Client, tab: str, report: Report):
    page = client.get(f"/workspace/queues/{tab}/")
    return next(row for row in page.context["listing"].rows if row.report.pk == report.pk)


def names(client: Client) -> list[str]:
    return [tab.name for tab, _count, _un in client.get("/workspace/queues/all/").context["listing"].tabs]


@pytest.mark.requirement("R003-04", "R003-36")
def test_each_role_has_the_heaps_that_it_can_do_something_about():
    offices = the_state()

    common = ["waiting", "answered", "overdue", "all"]
    assert names(at_desk(offices.as_national)) == [
        "verify", "dispose", "offered", "decide", "appeals", "data", "waiting", "answered", "closed", "overdue", "all"
    ]  # fmt: skip
    assert names(at_desk(offices.as_admin)) == [
        "verify", "dispose", "follow-up", "progress", "offered", "decide", "data", "transfers", "supporting", *common
    ]  # fmt: skip
    assert names(at_desk(offices.as_liaison)) == [
        "follow-up", "progress", "offered", "transfers", "supporting", *common
    ]  # fmt: skip
    assert names(at_desk(offices.as_head)) == ["follow-up", "drafts", "progress", "decide", "supporting", *common]
    assert at_desk(offices.as_head).get("/workspace/")["Location"] == "/workspace/morning/"


@pytest.mark.parametrize(
    ("state", "who", "tab"),
    [
        (State.AWAITING_VERIFICATION, "admin", "verify"),
        (State.PENDING_INFO, "admin", "waiting"),
        (State.AWAITING_DISPOSITION, "admin", "dispose"),
        (State.AWAITING_FOLLOW_UP, "liaison", "follow-up"),
        (State.TRANSFER_REQUESTED, "transport_liaison", "offered"),
        (State.TRANSFER_REQUESTED, "liaison", "transfers"),
        (State.IN_PROGRESS, "liaison", "progress"),
        (State.AWAITING_REPORTER, "liaison", "waiting"),
        (State.RESOLUTION_PROPOSED, "liaison", "answered"),
        (State.RESOLVED, "liaison", "all"),
    ],
)
def test_a_report_lies_on_the_heap_of_whoever_must_act(state, who, tab):
    report, offices = a_report(state), the_state()
    client = at_desk(getattr(offices, f"as_{who}"))

    assert rows(client, tab) == [report.number]
    counted = {each.name: n for each, n, _un in client.get(f"/workspace/queues/{tab}/").context["listing"].tabs}
    assert tab == "all" or counted[tab] == 1


def test_the_most_urgent_comes_first_and_pages_go_by_key(monkeypatch):
    monkeypatch.setattr("tuntas.web.paging.page_of.__kwdefaults__", {"size": 2})
    later = [a_report(when=MONDAY + timedelta(days=days)) for days in (3, 1, 0, 2)]
    by_due = [report.number for report in sorted(later, key=lambda report: report.due_at)]
    client = at_desk(the_state().as_admin)

    first = client.get("/workspace/queues/verify/")
    assert [row.report.number for row in first.context["listing"].rows] == by_due[:2]
    second = client.get(f"/workspace/queues/verify/{first.context['page'].older}")
    assert [row.report.number for row in second.context["listing"].rows] == by_due[2:]
    assert not second.context["listing"].page.older


def test_an_empty_heap_says_what_will_lie_there():
    page = at_desk(the_state().as_admin).get("/workspace/queues/decide/").content.decode()

    assert "Tidak ada sengketa yang menunggu keputusan Anda" in page


def test_the_first_page_opens_where_work_waits():
    a_report(State.IN_PROGRESS)

    assert at_desk(the_state().as_liaison).get("/workspace/")["Location"] == "/workspace/queues/progress/"


@pytest.mark.requirement("R000-13")
def test_a_row_tells_lateness_protection_weight_and_a_second_look():
    offices = the_state()
    report = a_report(State.RESOLUTION_PROPOSED, is_anonymous=True)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=MONDAY + timedelta(days=9))
    other = a_report(State.AWAITING_FOLLOW_UP)
    as_(offices.as_admin, merging.merge, other, into=report, at=MONDAY + timedelta(days=10))

    row = row_of(at_desk(offices.as_liaison), "progress", report)

    flags = {str(flag.word) for flag in row.flags}
    assert flags == {"Anonim", "Tinjau ulang", "2 pelapor"}
    assert row.tone == "late"
    assert re.fullmatch(r"Lewat \d+ hari kerja", str(row.due))


def test_whose_turn_it_is_reads_as_such_and_is_not_late():
    report, offices = a_report(State.AWAITING_REPORTER), the_state()

    row = row_of(at_desk(offices.as_liaison), "waiting", report)

    assert "Giliran pelapor sampai" in str(row.due)
    assert row.tone == ""
    assert rows(at_desk(offices.as_liaison), "overdue") == []


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [(1, "Sisa 3 hari kerja", ""), (48, "Sisa 1 hari kerja", "waiting"), (72, "Batasnya hari ini", "waiting")],
)
def test_due_words_count_working_days(hours, words, tone):
    report, offices = a_report(), the_state()
    with acting(offices.as_admin):
        desk = Desk(Appointment.objects.select_related("unit", "officer").get(pk=offices.as_admin.appointment))
        said, given = queues.due_words(report, desk, MONDAY + timedelta(hours=hours))

    assert str(said).startswith(words)
    assert given == tone


def test_an_appeal_waits_for_the_national_administrator():
    report, offices = a_report(State.ARCHIVED), the_state()
    client = at_desk(offices.as_national)
    assert rows(client, "appeals") == []

    by_reporter(reporters_word.appeal, report, reason="Tempatnya sudah saya sebut.", at=MONDAY + timedelta(days=1))

    assert rows(client, "appeals") == [report.number]


def test_a_dispute_lies_with_the_superior_who_must_decide():
    report, offices = a_report(State.TRANSFER_REQUESTED), the_state()
    as_(
        offices.as_transport_liaison,
        transferring.refuse,
        report,
        ground="Perwali 2/2021: PJU pada PU",
        at=MONDAY + timedelta(hours=5),
    )

    assert rows(at_desk(offices.as_admin), "decide") == [report.number]


@pytest.mark.requirement("R000-30")
def test_a_report_for_an_unconnected_agency_lies_with_its_supervisor_and_says_so():
    offices = the_state()
    report = a_report(target=the_state().regency.pk)
    client = at_desk(offices.as_province_admin)

    assert rows(client, "verify") == [report.number]
    page = client.get(f"/workspace/reports/{report.number}/").content.decode()
    assert "Kabupaten Contoh belum terhubung. Provinsi Contoh memegang laporan ini untuknya" in page


@pytest.mark.requirement("R003-11")
def test_an_office_sees_the_heaps_of_its_service_units_too():
    offices = the_state()
    report = a_report(State.AWAITING_DISPOSITION)
    as_(offices.as_admin, disposing.dispose, report, lead=offices.puskesmas, at=MONDAY + timedelta(hours=3))

    assert rows(at_desk(offices.as_puskesmas_liaison), "follow-up") == [report.number]
    assert rows(at_desk(offices.as_health_liaison), "follow-up") == [report.number]
    assert rows(at_desk(offices.as_liaison), "follow-up") == []


@pytest.mark.parametrize("tab", ["verify", "all"])
def test_a_page_asks_the_database_as_often_for_twenty_rows_as_for_one(django_assert_max_num_queries, tab):
    a_report()
    client = at_desk(the_state().as_admin)
    client.get(f"/workspace/queues/{tab}/")
    with django_assert_max_num_queries(24) as few:
        client.get(f"/workspace/queues/{tab}/")
    for _n in range(19):
        a_report()
    with django_assert_max_num_queries(len(few)):
        page = client.get(f"/workspace/queues/{tab}/")
    assert len(page.context["listing"].rows) == 20


# Searching ---------------------------------------------------------------------------------------


def found(client: Client, words: str) -> list[str]:
    return [row.report.number for row in client.get("/workspace/search", {"q": words}).context["rows"]]


def test_words_of_the_text_find_an_officers_own_reports_alone():
    offices = the_state()
    report = a_report(State.IN_PROGRESS, text="Gorong-gorong ambrol di depan sekolah, anak-anak takut lewat.")
    a_report(State.IN_PROGRESS)

    assert found(at_desk(offices.as_liaison), "gorong ambrol") == [report.number]
    assert found(at_desk(offices.as_admin), "sekolah") == [report.number]
    assert found(at_desk(offices.as_health_liaison), "gorong ambrol") == []
    assert found(at_desk(offices.as_liaison), "jembatan") == []
    assert found(at_desk(offices.as_liaison), "") == []


def test_a_number_opens_its_report_however_it_is_typed_and_only_for_those_who_may_see_it():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    spelt = f"{report.number[:3]} {report.number[3:6]} {report.number[6:10]}-{report.number[10:]}"

    assert at_desk(offices.as_liaison).get("/workspace/search", {"q": spelt})["Location"] == (
        f"/workspace/reports/{report.number}/"
    )
    assert at_desk(offices.as_health_liaison).get("/workspace/search", {"q": spelt}).status_code == 200


def test_a_confidential_text_is_not_found_by_its_words():
    offices = the_state()
    a_report(text="Kepala loket meminta uang kenanga untuk cap.", is_confidential=True)

    assert found(at_desk(offices.as_admin), "kenanga") == []


def test_a_supervisor_finds_no_report_by_words_that_are_not_public():
    offices = the_state()
    report = a_report(State.IN_PROGRESS, text="Pak Budi dari dinas membentak saya di loket.")
    hidden = a_report(text="Pak Budi membentak lagi.")

    assert found(at_desk(offices.as_admin), "membentak") == [hidden.number, report.number]
    assert found(at_desk(offices.as_supervisor), "membentak") == []  # though one has a public copy, without that word
    assert found(at_desk(offices.as_supervisor), "lampu") == [report.number]


def test_a_very_common_word_is_sought_among_the_newest_and_the_page_says_so(monkeypatch):
    offices = the_state()
    many = [a_report() for _n in range(4)]
    monkeypatch.setattr(queries, "MOST", 2)
    monkeypatch.setattr(queries, "NEWEST", 3)
    newest = [report.number for report in reversed(many)][:3]

    for who in (offices.as_admin, offices.as_national):
        page = at_desk(who).get("/workspace/search", {"q": "lampu"})
        assert [row.report.number for row in page.context["rows"]] == newest
        assert "Kata ini sangat umum" in page.content.decode()


@pytest.mark.parametrize("words", ["' OR 1=1 --", "a & | !", "((((", "\x00", "💡" * 50, "x" * 10_000, '"', "dan"])
def test_odd_words_find_nothing_and_break_nothing(words):
    a_report()

    assert at_desk(the_state().as_admin).get("/workspace/search", {"q": words}).status_code == 200


def test_without_an_officers_context_the_function_tells_nothing():
    a_report()

    assert queries.reports_with("lampu").ids == []


def test_a_mountain_is_counted_up_to_a_thousand(monkeypatch):
    monkeypatch.setattr(queues, "MOST_COUNTED", 2)
    for _n in range(3):
        a_report()

    page = at_desk(the_state().as_admin).get("/workspace/queues/verify/").content.decode()

    assert '<span class="count">1+</span>' in page


# Filters, views that are kept, and what is suggested ---------------------------------------------


def test_filters_stand_in_the_address_and_narrow_the_heap():
    offices = the_state()
    plain, hidden = a_report(), a_report(is_anonymous=True, text="Gorong-gorong ambrol di depan sekolah.")
    client = at_desk(offices.as_admin)

    assert rows(client, "verify", mark="protected") == [hidden.number]
    assert rows(client, "verify", words="gorong") == [hidden.number]
    assert rows(client, "verify", words=plain.number) == [plain.number]
    assert rows(client, "verify", due="soon") == []
    assert rows(client, "verify", due="late", category="HUB") == []
    assert len(rows(client, "verify", mark="x", office="999999999", category="'; --")) == 2  # unknown: not asked
    assert rows(client, "all", office=str(offices.city.pk), mark="protected") == [hidden.number]


def test_a_view_is_kept_for_its_officer_alone_and_goes_when_thrown_away():
    offices = the_state()
    mine, other = at_desk(offices.as_admin), at_desk(offices.as_admin2)
    kept = {"called": "Yang rahasia", "asked": "mark=protected&after=xyz&nonsense=1"}

    assert mine.post("/workspace/queues/verify/keep", kept)["Location"].startswith("/workspace/queues/verify/?mark=")
    mine.post("/workspace/queues/all/keep", kept)  # the same name again is the same view
    (view,) = mine.get("/workspace/queues/verify/").context["listing"].views
    assert (view.name, view.queue, view.asked) == ("Yang rahasia", "all", "mark=protected")
    assert "Yang rahasia" not in other.get("/workspace/queues/verify/").content.decode()
    other.post("/workspace/queues/verify/forget", {"view": view.pk})
    assert len(mine.get("/workspace/queues/verify/").context["listing"].views) == 1
    mine.post("/workspace/queues/verify/forget", {"view": view.pk})
    assert mine.get("/workspace/queues/verify/").context["listing"].views == []
    assert mine.post("/workspace/queues/verify/keep", {"called": " "}).status_code == 422


def test_how_an_officer_likes_the_desk_is_remembered():
    offices = the_state()
    client = at_desk(offices.as_admin)

    client.post("/workspace/queues/verify/like", {"dense": "on"})
    client.post("/workspace/queues/verify/like", {"keys": "off"})

    habit = at_desk(offices.as_admin).get("/workspace/queues/verify/").context["listing"].habit
    assert (habit.is_dense, habit.has_keys) == (True, False)
    assert at_desk(offices.as_admin2).get("/workspace/queues/verify/").context["listing"].habit.has_keys


@pytest.mark.parametrize(("text", "is_whole"), [(None, True), ("Sesuatu terjadi di sini.", False)])
def test_a_suggestion_is_offered_only_when_nothing_is_left_to_decide(text, is_whole):
    report = a_report(**({"text": text} if text else {}))
    client = at_desk(the_state().as_admin)

    page = client.get(f"/workspace/queues/verify/?open={report.number}")

    assert bool(page.context["proposal"]) == is_whole
    assert ("Saran kami:" in page.content.decode()) == is_whole
    assert page.context["open_act"] == ("" if is_whole else "verify")


def test_a_part_that_is_asked_for_when_nobody_is_signed_in_sends_the_whole_browser_to_the_door():
    report = a_report()
    answer = Client().get(f"/workspace/reports/{report.number}/", headers={"HX-Request": "true", "HX-Target": "panel"})

    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/workspace/masuk")


# What colleagues did meanwhile -------------------------------------------------------------------


def test_an_open_desk_hears_what_changed_and_nothing_else():
    report, offices = a_report(), the_state()
    client, moment = at_desk(offices.as_admin), MONDAY + timedelta(hours=1)
    listing = client.get("/workspace/queues/verify/").context["listing"]
    shown = {"list": listing.word, "mark": listing.mark, "open": report.number, "seen": report.last_event_id}
    assert client.get("/workspace/pulse", shown).status_code == 204

    as_(offices.as_admin2, verifying.ask, report, missing=["Di jalan mana?"], at=moment)

    told = client.get("/workspace/pulse", shown)
    words = told.content.decode()
    assert "Petugas contoh admin2 baru saja melakukan ini: Pelapor diminta melengkapi" in words
    assert told.context["listing"].page.rows == []
    seen = told.context["news"].told
    assert (
        client.get("/workspace/pulse", shown | {"seen": seen, "mark": told.context["listing"].mark}).status_code == 204
    )


def test_a_report_out_of_sight_is_told_as_such_and_nothing_more():
    report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()
    client = at_desk(offices.as_health_liaison)

    told = client.get("/workspace/pulse", {"open": report.number, "seen": 0}).content.decode()

    assert "Anda tidak dapat melihatnya lagi" in told
    assert "Diserahkan" not in told


def test_asking_keeps_no_session_alive_and_its_end_leaves_the_page_as_it_was():
    offices = the_state()
    client = at_desk(offices.as_admin)
    row = Session.objects.get(officer_id=offices.as_admin.officer)
    Session.objects.filter(pk=row.pk).update(seen_at=row.seen_at - timedelta(minutes=5))

    client.get("/workspace/pulse")

    assert Session.objects.get(pk=row.pk).seen_at == row.seen_at - timedelta(minutes=5)
    Session.objects.filter(pk=row.pk).delete()
    ended = client.get("/workspace/pulse", headers={"HX-Request": "true"})
    assert ended.status_code == 401
    assert "HX-Redirect" not in ended
    assert "Sesi Anda sudah berakhir" in ended.content.decode()
