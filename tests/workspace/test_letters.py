"""A letter on the desk of the report's holder: printed, sent on paper, and its answer taken over through the gate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.browser import axe_violations, keep_screenshot
from tests.factories import LAMP, a_photo, as_
from tests.paper import sheets, squeezed
from tests.routing.test_letters import DONE, answered, letter_of, take_in, token_of, verified
from tests.workspace.officers import at_desk, enter, fresh
from tuntas.access.actors import PUBLIC, acting
from tuntas.clocks.models import Clock
from tuntas.followup.models import Evidence, FollowUp
from tuntas.kernel.numbers import spell_number
from tuntas.notices.models import Notice
from tuntas.reports.models import Attachment, Event
from tuntas.reports.states import State
from tuntas.routing import disposing, verifying
from tuntas.routing.letter_answers import Reply

pytestmark = pytest.mark.django_db


def a_letter(**more):
    """On paper unless an address is given; written two hours ago."""
    return verified(when=timezone.now() - timedelta(hours=4), **({"address": ""} | more))


def an_answered_letter(reply=DONE, uploads=()):
    """Answered, taken in, and the report handed to an office of the province."""
    state, report = a_letter()
    assert answered(report, reply, uploads, at=timezone.now())
    take_in(timezone.now())
    as_(state.as_province_admin, disposing.dispose, report, lead=state.province_works, at=timezone.now())
    return state, report, letter_of(report)


def page_of(client, report, query=""):
    return client.get(f"/workspace/reports/{report.number}/{query}").content.decode()


def printed(client, report):
    return client.get(f"/workspace/reports/{report.number}/letter")


def sent(client, report):
    return client.post(f"/workspace/reports/{report.number}/letter/sent/")


# On paper --------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_without_an_address_the_holder_prints_the_letter_with_its_link():
    state, report = a_letter()
    client = at_desk(state.as_province_admin)
    assert "Belum dikirim: cetak dan kirim sebagai surat." in page_of(client, report)
    page = printed(client, report).content.decode()
    assert f"/surat/{token_of(report)}" in page
    assert f'href="http://localhost:8000/surat/{token_of(report)}' not in page
    for words in (spell_number(report.number), state.province.name, "Kepada Kabupaten Contoh", LAMP):
        assert words in page


def test_the_printed_link_answers(client):
    state, report = a_letter()
    page = printed(at_desk(state.as_province_admin), report).content.decode()
    link = page.partition("/surat/")[2].split("<")[0].strip()
    assert client.get(f"/surat/{link}").status_code == 200


@pytest.mark.requirement("R000-30")
def test_a_letter_that_went_out_on_paper_is_said_to_be_sent(client):
    state, report = a_letter()
    desk = at_desk(state.as_province_admin)
    assert sent(desk, report).status_code == 302
    assert letter_of(report).sent_by_id == state.as_province_admin.appointment
    assert "Surat dikirim " in client.get(f"/laporan/{report.number}").content.decode()
    assert sent(desk, report).status_code == 409


def test_the_link_is_shown_to_nobody_but_the_holders_officers():
    state, report = a_letter()
    for actor in (state.as_supervisor, state.as_admin, state.as_province_works_liaison):
        desk = at_desk(actor)
        assert printed(desk, report).status_code == 404, actor
        assert sent(desk, report).status_code == 404, actor
        assert token_of(report) not in page_of(desk, report)
    assert token_of(report) not in page_of(at_desk(state.as_province_admin), report)


@pytest.mark.parametrize("facts", [{"raise_confidential": True, "protection_reason": "x"}, {"public_text": ""}])
def test_what_is_not_public_stands_in_no_printed_letter(facts):
    state, report = a_letter(facts=facts)
    page = printed(at_desk(state.as_province_admin), report).content.decode().partition("<article")[2]
    assert "Lampu" not in page
    assert "Pasar" not in page
    assert "Mintalah isinya kepada Provinsi Contoh." in page


def test_an_answered_letter_is_printed_no_more():
    state, report, _letter = an_answered_letter()
    assert printed(at_desk(state.as_province_admin), report).status_code == 404


def test_a_report_without_a_letter_has_no_letter_page():
    state, report = a_letter(facts={"report_class": "WHISTLEBLOWING"})
    assert printed(at_desk(state.as_province_admin), report).status_code == 404


def test_a_mail_that_did_not_arrive_is_told_to_the_holder():
    state, report = a_letter(address="salah@contoh.test")
    with databases.role("owner"):
        Notice.objects.filter(template="letter").update(failed_at=timezone.now(), error="550")
    page = page_of(at_desk(state.as_province_admin), report)
    assert "Email tidak sampai ke kantor itu." in page
    assert "Cetak suratnya" in page


# Taken over ------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_the_answer_is_read_by_the_holder_with_its_files():
    state, report, letter = an_answered_letter(uploads=[a_photo()])
    page = page_of(at_desk(state.as_province_works_liaison), report)
    assert DONE.text in page
    assert "Dinas Perhubungan Kabupaten Contoh menjawab" in page
    assert "600/123/2026" in page
    assert f"?letter={letter.pk}&amp;act=progress" in page
    assert page.count("foto.jpg") >= 1


def test_a_report_that_waits_for_disposition_says_who_can_take_the_answer_over():
    state, report = a_letter()
    answered(report, at=timezone.now())
    take_in(timezone.now())
    page = page_of(at_desk(state.as_province_admin), report)
    assert DONE.text in page
    assert "act=progress" not in page
    assert "unit itu bisa memakai jawaban ini" in page


def test_one_click_fills_the_form_with_the_answer():
    state, report, letter = an_answered_letter()
    page = page_of(at_desk(state.as_province_works_liaison), report, f"?letter={letter.pk}&act=progress")
    form = page.partition('id="act-progress"')[2].partition("</form>")[0]
    assert f"Dinas Perhubungan Kabupaten Contoh menulis: {DONE.text}" in form
    assert f'name="progress-letter" value="{letter.pk}"' in form
    assert form.startswith(' data-act="progress" open')


@pytest.mark.parametrize("asked", ["0", "999999", "x", "-1", "9" * 40])
def test_a_letter_that_is_not_there_fills_nothing(asked):
    state, report, _letter = an_answered_letter()
    page = page_of(at_desk(state.as_province_works_liaison), report, f"?letter={asked}&act=progress")
    assert "menulis: " not in page


def send(client, report, act, **typed):
    fields = {f"{act}-{name}": value for name, value in typed.items()}
    return client.post(f"/workspace/reports/{report.number}/{act}/", {"seen": fresh_event(report), **fields})


def fresh_event(report):
    with databases.role("owner"):
        return Event.objects.filter(report=report).latest("pk").pk


@pytest.mark.requirement("R000-30")
def test_taken_over_as_progress_it_is_a_follow_up_with_the_letters_files(client):
    state, report, letter = an_answered_letter(uploads=[a_photo()])
    desk = at_desk(state.as_province_works_liaison)
    text = f"Dinas Perhubungan Kabupaten Contoh menulis: {DONE.text}"
    assert send(desk, report, "progress", text=text, kind="DOCUMENT", letter=letter.pk).status_code == 302

    assert fresh(report, state).state == State.IN_PROGRESS
    with databases.role("owner"):
        follow_up = FollowUp.objects.get(report=report)
        [proof] = Evidence.objects.filter(follow_up=follow_up).select_related("attachment")
        assert (proof.part, proof.attachment.is_public) == ("DOCUMENT", True)
        assert not Clock.objects.filter(report=report, kind="first_response", stopped_at=None).exists()
    with acting(PUBLIC):
        assert Attachment.objects.filter(report=report, event_id=follow_up.event_id).exists()
    assert DONE.text in client.get(f"/laporan/{report.number}").content.decode()


def test_a_canned_answer_by_letter_does_not_pass_the_gate():
    state, report, letter = an_answered_letter(
        Reply(text="Terima kasih atas laporannya, akan segera kami tindaklanjuti.", office="Kabupaten Contoh")
    )
    desk = at_desk(state.as_province_works_liaison)
    text = "Terima kasih atas laporannya, akan segera kami tindaklanjuti."
    response = send(desk, report, "progress", text=text, kind="ANSWER", letter=letter.pk)
    assert response.status_code == 422
    assert "canned_reply" in response.content.decode()
    assert fresh(report, state).state == State.AWAITING_FOLLOW_UP


def test_as_the_answer_its_document_counts_as_evidence():
    state, report, letter = an_answered_letter(uploads=[a_photo()])
    desk = at_desk(state.as_province_works_liaison)
    typed = {"outcome": "INFORMATION_GIVEN", "kind": "DOCUMENT", "letter": letter.pk, "text": DONE.text}
    fields = {f"answer-{name}": value for name, value in typed.items()}
    checked = desk.post(f"/workspace/reports/{report.number}/answer/check/", fields, headers={"HX-Request": "true"})
    page = checked.content.decode()
    assert 'value="600/123/2026"' in page  # what the chosen outcome asks for begins with the letter's own
    assert 'value="2026"' in page

    day = {"document_date_day": "6", "document_date_month": "10", "document_date_year": "2026"}
    assert send(desk, report, "answer", **typed, **day, document_number="600/123/2026").status_code == 302
    with databases.role("owner"):
        follow_up = FollowUp.objects.get(report=report)
        assert (follow_up.outcome, follow_up.document_number) == ("INFORMATION_GIVEN", "600/123/2026")
        assert Evidence.objects.filter(follow_up=follow_up).count() == 1
    assert fresh(report, state).state == State.RESOLUTION_PROPOSED


def test_a_file_that_was_shown_once_stays_with_the_follow_up_that_showed_it():
    state, report, letter = an_answered_letter(uploads=[a_photo()])
    desk = at_desk(state.as_province_works_liaison)
    assert send(desk, report, "progress", text=DONE.text, kind="ANSWER", letter=letter.pk).status_code == 302
    first = DONE.text + " Nomor tiang 12."
    assert send(desk, report, "progress", text=first, kind="ANSWER", letter=letter.pk).status_code == 302
    with databases.role("owner"):
        assert [f.evidence.count() for f in FollowUp.objects.filter(report=report).order_by("pk")] == [1, 0]


def test_files_of_a_report_made_confidential_stay_hidden_when_taken_over():
    state, report, letter = an_answered_letter(uploads=[a_photo()])
    as_(
        state.as_province_admin,
        verifying.protect,
        report,
        anonymous=False,
        confidential=True,
        at=timezone.now(),
        reason="Ada nama orang lain",
    )
    desk = at_desk(state.as_province_works_liaison)
    assert send(desk, report, "progress", text=DONE.text, kind="ANSWER", letter=letter.pk).status_code == 302
    with databases.role("owner"):
        assert not Attachment.objects.filter(report=report, is_public=True).exists()


def test_a_letter_of_another_report_cannot_be_taken_over():
    state, _first, letter = an_answered_letter(uploads=[a_photo()])
    _state, second, _own = an_answered_letter()
    desk = at_desk(state.as_province_works_liaison)
    assert send(desk, second, "progress", text=DONE.text, kind="ANSWER", letter=letter.pk).status_code == 302
    with databases.role("owner"):
        assert not Evidence.objects.exists()


@pytest.mark.browser
def test_the_letter_and_its_answer_on_a_screen(visitor, site):
    _state, report = a_letter()
    page = visitor(width=360)
    enter(page, site, "province-admin")
    page.goto(f"{site}/workspace/reports/{report.number}/letter")
    page.get_by_text(token_of(report)).wait_for()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep_screenshot(page, "workspace-letter-360")
    page.emulate_media(media="print")
    keep_screenshot(page, "workspace-letter-print")
    paper = sheets(page)
    assert len(paper) == 1
    for words in (token_of(report), spell_number(report.number), "Kabupaten Contoh"):
        assert squeezed(words) in paper[0], words
    for words in ("Keluar", "Cari", "Surat sudah dikirim", "Pemberitahuan"):
        assert squeezed(words) not in paper[0], words
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Surat sudah dikirim").click()
    page.get_by_text("Sudah dicatat bahwa suratnya dikirim.").wait_for()
    keep_screenshot(page, "workspace-report-with-letter-360")
