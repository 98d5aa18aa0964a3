"""The reporter's own page: opened by the code, with the last word on it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import (
    LAMP,
    MONDAY,
    a_report,
    as_,
    by_reporter,
    fixed,
    received,
    the_state,
    walk,
)
from tests.portal.test_reporting import a_photo, said
from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Clock
from tuntas.followup import answering, reporters_word
from tuntas.kernel import numbers
from tuntas.lifecycle import open_moves
from tuntas.portal import moves, timeline, tracking
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.states import Finish, State
from tuntas.routing import disposing, merging, verifying

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def opened(client, at: str, *, when=None, **more) -> Report:
    """A report walked to a state, and its page opened in this browser with the code."""
    state = the_state()
    when = when or timezone.now() - timedelta(days=20)
    report, receipt = received(when, **({"target": state.city.pk} | more))
    walk(report, at, state, when)
    assert client.post("/lacak", {"code": numbers.spell_code(receipt.code)}).status_code == 302
    return now(report)


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder", "parent").get(pk=report.pk)


def page(client) -> str:
    response = client.get("/bantuan/catatan")
    assert response.status_code == 200
    return said(response)


def act(client, name: str, **typed):
    seen = re.findall(rf'name="seen" value="(\d+)" id="{name}_seen"', page(client))
    return client.post("/bantuan/catatan", {"act": name, "seen": seen[0] if seen else ""} | typed)


def acts_on(html: str) -> set[str]:
    return set(re.findall(r'id="act-(\w+)"', html))


def events_of(report: Report) -> list[tuple[str, str]]:
    with databases.role("owner"):
        return [(event.verb, event.note) for event in Event.objects.filter(report=report).order_by("pk")]


# The code ---------------------------------------------------------------------------------------------------


def test_a_code_opens_its_report_however_it_is_typed(client, state):
    _report, receipt = received()
    typed = f"  {numbers.spell_code(receipt.code).lower().replace('-', ' ').replace('0', 'o')} "

    response = client.post("/lacak", {"code": typed})

    assert response["Location"] == "/bantuan/catatan"
    assert LAMP in page(client)


def test_a_wrong_code_and_that_of_a_removed_report_get_the_same_answer(client, state):
    _report, receipt = received()
    other = numbers.spell_code(numbers.secret_code(b"k" * 32, "nobody"))
    never = client.post("/lacak", {"code": other})
    with databases.role("owner"):
        Report.objects.update(code_lookup=None)
    removed = client.post("/lacak", {"code": numbers.spell_code(receipt.code)})

    same = [re.sub(r'value="[^"]*"', "", said(answer)) for answer in (never, removed)]

    assert never.status_code == removed.status_code == 404
    assert same[0] == same[1]
    assert len(never.content) == len(removed.content)
    assert "Kode tidak ditemukan" in same[0]


@pytest.mark.parametrize("typed", ["", "halo", "0000-0000-0000-0000-0000-0001", "x" * 5000, "☠" * 24])
def test_a_slip_of_the_finger_is_said_without_a_look_into_the_register(client, state, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.post("/lacak", {"code": typed})

    assert response.status_code == 422
    assert "salah" in said(response)


def test_a_public_number_leads_to_the_public_page(client, state):
    report = a_report(State.IN_PROGRESS)

    assert (
        client.post("/lacak", {"code": numbers.spell_number(report.number)})["Location"] == f"/laporan/{report.number}"
    )


def test_a_session_knows_one_report_and_forgets_it_after_a_quarter_of_an_hour(client, state, monkeypatch):
    opened(client, State.AWAITING_VERIFICATION)
    at = tracking.time.time()
    monkeypatch.setattr(tracking.time, "time", lambda: at + tracking.IDLE - 1)
    page(client)
    monkeypatch.setattr(tracking.time, "time", lambda: at + 2 * tracking.IDLE - 2)
    page(client)  # each page begins the time anew

    monkeypatch.setattr(tracking.time, "time", lambda: at + 3 * tracking.IDLE)

    assert client.get("/bantuan/catatan")["Location"] == "/lacak"


def test_the_way_out_forgets_the_report(client, state):
    opened(client, State.AWAITING_VERIFICATION)

    answer = client.post("/lacak/keluar")

    assert answer["Location"] == "/standar"
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'

    assert client.get("/bantuan/catatan").status_code == 302


def test_an_entry_that_we_did_not_sign_opens_nothing(client, state):
    report = opened(client, State.AWAITING_VERIFICATION)
    session = client.session
    session[tracking.ENTRY] = f'{{"report": {report.pk}, "at": 9999999999}}'
    session.save()

    assert client.get("/bantuan/catatan").status_code == 302


def test_the_page_is_kept_nowhere_and_says_nothing_in_its_title(client, state):
    opened(client, State.AWAITING_VERIFICATION)

    response = client.get("/bantuan/catatan")

    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert "<title>Yang bisa Anda harapkan: standar pelayanan - Tuntas</title>" in said(response)


# What stands on it ------------------------------------------------------------------------------------------


@pytest.mark.requirement("R001-14", "R004-13", "R004-14")
def test_the_reporter_reads_the_answer_with_its_proof_straight_from_the_unit(client, state):
    opened(client, State.RESOLUTION_PROPOSED)

    html = page(client)

    assert fixed().text in html
    assert html.count("/berkas/") >= 4
    assert "Sebelum" in html
    assert "Sesudah" in html
    assert "Sekarang giliran Anda." in html
    assert "Apakah masalahnya benar-benar beres?" in html
    assert "Dinas Pekerjaan Umum Kota Contoh menjawab dan menunjukkan bukti." in html


@pytest.mark.parametrize("at", [state for state in State if state != State.MERGED])
def test_every_state_has_its_page_in_both_languages(client, state, at):
    opened(client, at)

    assert str(State(at).label)
    assert page(client)
    client.cookies["language"] = "en"
    assert page(client)


def test_the_secret_text_is_shown_to_its_writer(client, state):
    opened(client, State.AWAITING_VERIFICATION, is_confidential=True)

    assert LAMP in page(client)


def test_a_late_agency_is_called_late_and_the_superior_can_be_asked(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP, when=MONDAY - timedelta(days=60))

    html = page(client)
    assert "Batas waktu sudah lewat." in html
    assert "escalate" in acts_on(html)
    assert act(client, "escalate", text="Sudah dua bulan gelap.").status_code == 302
    assert ("escalate", "Sudah dua bulan gelap.") in events_of(report)

    again = act(client, "escalate", text="Tolong.")
    assert again.status_code == 409
    assert "Tolong." in said(again)


def test_an_agency_that_is_in_time_is_not_reported_to_its_superior(client, state):
    opened(client, State.AWAITING_FOLLOW_UP, when=timezone.now() - timedelta(hours=8))

    assert "escalate" not in acts_on(page(client))


def test_the_words_of_the_handlers_among_themselves_are_not_there(client, state):
    report = opened(client, State.AWAITING_VERIFICATION)
    as_(state.as_admin, verifying.archive, report, reason="TEST", explanation="catatan antarpetugas")

    assert "catatan antarpetugas" not in page(client)


def test_an_instruction_to_the_unit_is_not_for_the_reporter(client, state):
    report = opened(client, State.AWAITING_DISPOSITION)
    as_(state.as_admin, disposing.dispose, report, lead=state.works, note="pakai anggaran darurat")

    assert "pakai anggaran darurat" not in page(client)


# What a reporter can do -------------------------------------------------------------------------------------


def test_what_was_asked_is_shown_and_completed_with_a_photo(client, state):
    report = opened(client, State.PENDING_INFO)
    assert "Nama jalan" in page(client)

    response = act(client, "complete", text="Jalan Contoh nomor 3", photos=a_photo("jalan.jpg"))

    assert response.status_code == 302
    assert now(report).state == State.AWAITING_VERIFICATION
    with databases.role("owner"):
        assert Attachment.objects.get(report=report).event.verb == "complete"
    assert "jalan.jpg" in page(client)


def test_a_question_is_answered(client, state):
    report = opened(client, State.AWAITING_REPORTER)
    assert "Tiang nomor berapa?" in page(client)

    act(client, "reply", text="Tiang nomor 12")

    assert now(report).state == State.IN_PROGRESS
    assert events_of(report)[-1] == ("reply", "Tiang nomor 12")


def test_the_answer_is_accepted_with_a_rating_or_without(client, state):
    report = opened(client, State.RESOLUTION_PROPOSED)

    act(client, "accept", clear="5", on_target="4", text="Terima kasih")

    assert (now(report).state, now(report).finish) == (State.RESOLVED, Finish.ACCEPTED)
    with databases.role("owner"):
        rating = now(report).ratings.get()
    assert (rating.clear, rating.on_target, rating.words) == (5, 4, "Terima kasih")

    other = opened(client, State.RESOLUTION_PROPOSED)
    act(client, "accept")
    assert now(other).finish == Finish.ACCEPTED


def test_an_objection_opens_the_report_again(client, state):
    report = opened(client, State.RESOLUTION_PROPOSED)

    assert act(client, "object", text="").status_code == 422
    assert act(client, "object", text="Lampunya masih mati").status_code == 302

    assert now(report).state == State.IN_PROGRESS
    assert "Lampunya masih mati" in page(client)


def test_a_finished_report_is_opened_again_in_its_window(client, state):
    report = opened(client, State.RESOLVED)
    html = page(client)
    assert "reopen" in acts_on(html)
    assert re.search(r"Sampai \w+, \d+ \w+ \d{4}\.", html)

    act(client, "reopen", text="Mati lagi")

    assert (now(report).state, now(report).is_reopened) == (State.AWAITING_FOLLOW_UP, True)


def test_after_its_window_a_finished_report_is_not_opened_again(client, state):
    report = opened(client, State.RESOLVED)
    with databases.role("owner"):
        Clock.objects.filter(kind="reopen_window").update(due_at=timezone.now() - timedelta(days=1))

    assert "reopen" not in acts_on(page(client))
    response = client.post("/bantuan/catatan", {"act": "reopen", "text": "Mati lagi"})
    assert response.status_code == 422
    assert "Mati lagi" in said(response)
    assert now(report).state == State.RESOLVED


def test_an_archived_report_can_be_appealed(client, state):
    report = opened(client, State.ARCHIVED, when=timezone.now() - timedelta(hours=8))
    html = page(client)
    assert "Terlalu umum untuk diperiksa." in html

    act(client, "appeal", text="Tempatnya sudah saya tulis")

    assert events_of(report)[-1] == ("appeal", "Tempatnya sudah saya tulis")


def test_a_referred_report_says_who_can_help(client, state):
    opened(client, State.REFERRED_EXTERNAL, when=timezone.now() - timedelta(hours=8))

    assert "KPK 198" in page(client)


def test_a_report_is_withdrawn(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP)

    act(client, "withdraw")

    assert now(report).state == State.WITHDRAWN
    assert acts_on(page(client)) == {"protect", "name_accused", "survey"}


def test_protection_is_raised_and_the_public_page_is_gone(client, state):
    report = opened(client, State.IN_PROGRESS)
    assert client.get(f"/laporan/{report.number}").status_code == 200

    act(client, "protect", is_anonymous="on", is_confidential="on")

    assert (now(report).is_anonymous, now(report).is_confidential) == (True, True)
    assert client.get(f"/laporan/{report.number}").status_code == 404
    assert LAMP in page(client)
    assert "protect" not in acts_on(page(client))


def test_protection_that_is_there_already_is_not_lowered_by_an_empty_form(client, state):
    report = opened(client, State.AWAITING_VERIFICATION, is_anonymous=True)

    response = act(client, "protect")

    assert response.status_code == 409
    assert now(report).is_anonymous


def test_details_are_added_once_however_often_the_button_is_pressed(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP)

    for _time in range(3):
        assert act(client, "add_details", text="Tiang nomor 12").status_code == 302

    assert [verb for verb, _note in events_of(report)].count("add_details") == 1


def test_a_bad_photo_keeps_the_words_and_adds_nothing(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP)
    program = a_photo("x.jpg")
    program.file.seek(0)
    program.file.write(b"MZ" + b"\x00" * 200)
    program.file.seek(0)

    response = act(client, "add_details", text="Ini fotonya", photos=program)

    assert response.status_code == 422
    assert "Ini fotonya" in said(response)
    assert "add_details" not in dict(events_of(report))


def test_a_stale_button_is_refused_and_keeps_the_words(client, state):
    report = opened(client, State.RESOLUTION_PROPOSED)
    seen = re.findall(r'name="seen" value="(\d+)" id="object_seen"', page(client))[0]
    by_reporter(reporters_word.add_details, report, text="dari tab lain")

    response = client.post("/bantuan/catatan", {"act": "object", "seen": seen, "text": "Masih mati"})

    assert response.status_code == 409
    assert "Baru saja ada perubahan." in said(response)
    assert "Masih mati" in said(response)
    assert now(report).state == State.RESOLUTION_PROPOSED


def test_a_button_of_another_state_is_refused_and_keeps_the_words(client, state):
    report = opened(client, State.AWAITING_VERIFICATION)

    response = client.post("/bantuan/catatan", {"act": "reply", "text": "Tiang nomor 12"})

    assert response.status_code == 409
    assert "Tiang nomor 12" in said(response)
    assert now(report).state == State.AWAITING_VERIFICATION


@pytest.mark.parametrize("name", ["", "verify", "resolve", "__class__"])
def test_an_act_that_is_not_the_reporters_does_nothing(client, state, name):
    report = opened(client, State.AWAITING_VERIFICATION)

    response = client.post("/bantuan/catatan", {"act": name, "text": "x"})

    assert response.status_code == 200
    assert [verb for verb, _note in events_of(report)] == ["receive"]


def test_five_thousand_letters_too_many_are_kept(client, state):
    opened(client, State.AWAITING_FOLLOW_UP)

    response = act(client, "add_details", text="Gelap. " * 1000)

    assert response.status_code == 422
    assert said(response).count("Gelap.") >= 1000


def test_only_what_the_timetable_opens_is_offered(state):
    for at in (State.AWAITING_VERIFICATION, State.RESOLUTION_PROPOSED, State.RESOLVED, State.ARCHIVED):
        report = a_report(at)
        with acting(Actor.reporter_of(report.pk)):
            shown = Report.objects.select_related("holder").get(pk=report.pk)
            names = {offered.name for offered in moves.offered(shown)}
            open_now = {move.name for move in open_moves(shown, Actor.reporter_of(report.pk))}
        assert names <= open_now


def test_the_page_asks_the_database_a_bounded_number_of_times(client, state, django_assert_max_num_queries):
    opened(client, State.RESOLVED)
    page(client)

    with django_assert_max_num_queries(28):
        page(client)


# Merged reports ---------------------------------------------------------------------------------------------


def merged(client, *, parent_at: str = State.IN_PROGRESS, **more) -> tuple[Report, Report]:
    state = the_state()
    parent = a_report(parent_at, when=timezone.now() - timedelta(days=15), **more)
    child = opened(client, State.AWAITING_VERIFICATION, text="Lampu pasar mati, saya hampir jatuh.")
    as_(state.as_admin, merging.merge, child, into=now(parent))
    return now(parent), now(child)


@pytest.mark.requirement("R001-07")
def test_a_merged_report_follows_the_other_to_the_end(client, state):
    parent, child = merged(client)
    html = page(client)
    assert f"digabung ke laporan {numbers.spell_number(parent.number)}" in html
    assert "saya hampir jatuh" in html

    as_(state.as_liaison, answering.resolve, parent, answer=fixed())
    assert fixed().text in page(client)
    act(client, "object", text="Yang dekat gerbang masih mati")

    assert now(parent).state == State.IN_PROGRESS
    assert now(child).state == State.MERGED


def test_of_the_other_report_no_more_is_shown_than_to_everybody(client, state):
    parent, _child = merged(client)
    by_reporter(reporters_word.add_details, parent, text="nomor rumah saya 17")
    as_(state.as_liaison, answering.question, parent, text="Apakah Bapak yang di rumah nomor 17?")

    html = page(client)

    assert "nomor 17" not in html
    assert "nomor rumah saya" not in html
    assert not {"reply", "withdraw", "accept", "complete"} & acts_on(html)


def test_of_a_secret_one_no_word_is_shown(client, state):
    parent, _child = merged(client, is_confidential=True)
    as_(state.as_liaison, answering.resolve, parent, answer=fixed())

    html = page(client)

    assert fixed().text not in html
    assert "/berkas/" not in html


def test_words_of_another_reporter_are_not_shown_as_ones_own(client, state):
    parent, _child = merged(client, parent_at=State.RESOLUTION_PROPOSED)
    act(client, "object", text="Rahasia pelapor kedua")

    with acting(Actor.reporter_of(parent.pk)):
        entries = timeline.for_the_reporter(Report.objects.get(pk=parent.pk))

    assert all("Rahasia pelapor kedua" not in entry.words for entry in entries)
