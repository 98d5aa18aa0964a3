"""What happens when an officer presses a button: the right thing once, or a refusal that loses nothing."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import (
    LAMP,
    MONDAY,
    a_photo,
    a_report,
    an_officer,
    as_,
    by_reporter,
    the_state,
)
from tests.workspace.officers import at_desk, fresh
from tuntas.access.actors import acting
from tuntas.followup import answering, reporters_word
from tuntas.followup.models import FollowUp
from tuntas.organizations.models import Role
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import Finish, State
from tuntas.routing.models import TransferOffer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CANNED = "Terima kasih atas laporan Anda. Akan kami tindak lanjuti dan teruskan ke bidang terkait. Mohon menunggu."
SOLID = (
    "Lampu di depan Pasar Contoh kami ganti pada 12 Oktober 2026 oleh regu Dinas PU; kabelnya putus dan kini menyala."
)


def press(client: Client, report: Report, act: str, *, seen: int | None = None, **typed):
    """POST an act's form; names without the act's prefix."""
    fields = {f"{act}-{name}": value for name, value in typed.items()}
    seen = report.last_event_id if seen is None else seen
    return client.post(f"/workspace/reports/{report.number}/{act}/", {"seen": seen, **fields})


def refusal(answer) -> str:
    found = re.search(r'data-refusal="(\w+)"', answer.content.decode())
    return found[1] if found else ""


def photo(colour: str = "navy") -> SimpleUploadedFile:
    upload = a_photo(colour)
    return SimpleUploadedFile("foto.jpg", upload.data, content_type="image/jpeg")


def day(name: str, text: str) -> dict[str, str]:
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), text.split(), strict=True))


def recent() -> datetime:
    """Yesterday: no limit of a report of then has passed, so that no head needs to approve."""
    return timezone.now() - timedelta(days=1)


def checked(offices) -> dict[str, object]:
    """A whole form of verification."""
    return {
        "report_class": "NON_SUPERVISORY",
        "category": offices.lamp.pk,
        "target": offices.city.pk,
        "public_title": "Lampu jalan mati",
        "public_text": LAMP,
    }


class TestChecking:
    def test_it_goes_on_with_class_category_agency_and_public_copy(self):
        report, offices = a_report(), the_state()

        answer = press(at_desk(offices.as_admin), report, "verify", **checked(offices), is_light="on")

        assert answer.status_code == 302
        found = fresh(report, offices)
        assert (found.state, found.category, found.holder) == (State.AWAITING_DISPOSITION, offices.lamp, offices.city)
        assert found.is_light
        with acting(offices.as_admin):
            assert PublicCopy.objects.get(report=found).title == "Lampu jalan mati"

    def test_the_form_is_filled_in_with_what_the_words_suggest(self):
        report, offices = a_report(), the_state()

        page = at_desk(offices.as_admin).get(f"/workspace/reports/{report.number}/").content.decode()

        assert f'<option value="{offices.lamp.pk}" selected>' in page
        assert "tulisannya menyebut: lampu" in page
        assert "Disebut oleh pelapor." in page
        assert f">{LAMP}</textarea>" in page.replace("\n", "")  # the public text begins as the report's own

    def test_an_agency_typed_by_name_counts_before_the_choice(self):
        report, offices = a_report(), the_state()

        press(at_desk(offices.as_national), report, "verify", **checked(offices), target_name="Provinsi Contoh")

        assert fresh(report, offices).holder == offices.province

    def test_like_names_come_back_as_a_choice_and_nothing_is_done(self):
        report, offices = a_report(), the_state()
        client = at_desk(offices.as_admin)

        answer = press(client, report, "verify", **checked(offices) | {"target_name": "dinas"})

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Ada beberapa kantor dengan nama itu. Pilih satu." in page
        assert "Dinas Kesehatan Kota Contoh" in page
        assert 'name="verify-target_name" value=""' in page or 'value="dinas"' not in page
        assert fresh(report, offices).state == State.AWAITING_VERIFICATION
        # choosing from what came back is enough
        press(client, report, "verify", **checked(offices) | {"target": offices.health.pk})
        assert fresh(report, offices).target_agency == offices.health

    @pytest.mark.parametrize("lacking", ["report_class", "category", "target"])
    def test_what_is_missing_is_said_and_what_was_typed_stays(self, lacking):
        report, offices = a_report(), the_state()
        typed = checked(offices) | {"public_text": "Tulisan yang sudah saya rapikan."}
        typed.pop(lacking)

        answer = press(at_desk(offices.as_admin), report, "verify", **typed)

        assert answer.status_code == 422
        assert "Tulisan yang sudah saya rapikan." in answer.content.decode()
        assert 'id="act-verify" data-act="verify" open' in answer.content.decode()

    @pytest.mark.parametrize("nonsense", ["99999999999999999999999", "-1", "0", "x", "1' OR 1=1"])
    def test_a_forged_choice_is_no_choice(self, nonsense):
        report, offices = a_report(), the_state()

        answer = press(at_desk(offices.as_admin), report, "verify", **checked(offices) | {"target": nonsense})

        assert answer.status_code == 422
        assert fresh(report, offices).state == State.AWAITING_VERIFICATION

    def test_protection_raised_here_leaves_no_public_copy(self):
        report, offices = a_report(), the_state()

        desk, raised = at_desk(offices.as_admin), checked(offices) | {"raise_confidential": "on"}
        assert press(desk, report, "verify", **raised).status_code == 422  # the reporter is told why
        press(desk, report, "verify", **raised, protection_reason="Ada nama anak di bawah umur")

        found = fresh(report, offices)
        assert found.is_confidential
        with acting(offices.as_admin):
            assert not PublicCopy.objects.filter(report=found).exists()

    def test_ready_questions_and_own_words_go_to_the_reporter(self):
        report, offices = a_report(), the_state()

        press(
            at_desk(offices.as_admin),
            report,
            "ask",
            ready=["place", "photo"],
            own="Tiang nomor berapa?\n\nWarna lampunya?",
        )

        found = fresh(report, offices)
        assert found.state == State.PENDING_INFO
        with acting(offices.as_admin):
            asked = found.events.get(verb="ask").facts["missing"]
        assert len(asked) == 4
        assert asked[2:] == ["Tiang nomor berapa?", "Warna lampunya?"]

    def test_asking_for_nothing_is_refused(self):
        report, offices = a_report(), the_state()

        answer = press(at_desk(offices.as_admin), report, "ask", own="  \n ")

        assert answer.status_code == 422
        assert refusal(answer) == "incomplete"

    def test_archiving_in_an_agency_takes_two(self):
        report, offices = a_report(), the_state()
        one, other = at_desk(offices.as_admin), at_desk(offices.as_admin2)
        press(one, report, "archive", reason="TOO_GENERAL", explanation="Tempatnya tidak disebut.")
        report = fresh(report, offices)
        assert report.state == State.AWAITING_VERIFICATION

        page = one.get(f"/workspace/reports/{report.number}/").content.decode()
        assert 'data-act="archive"' not in page
        assert "Rekan Anda mengusulkan laporan ini diarsipkan" in page
        assert refusal(press(one, report, "archive", reason="TOO_GENERAL", explanation="Sekali lagi.")) == "incomplete"

        page = other.get(f"/workspace/reports/{report.number}/").content.decode()
        assert "Tempatnya tidak disebut." in page
        press(other, report, "archive", reason="TOO_GENERAL", explanation="Tempatnya tidak disebut.")
        assert fresh(report, offices).state == State.ARCHIVED

    def test_the_standard_explanation_is_sent_when_none_is_typed(self):
        report, offices = a_report(), the_state()

        press(at_desk(offices.as_national), report, "archive", reason="SPAM_OR_PRANK")

        with acting(offices.as_national):
            assert "bukan pengaduan" in fresh(report, offices).events.get(verb="archive").note

    def test_outside_public_service_needs_a_signpost(self):
        report, offices = a_report(), the_state()
        client = at_desk(offices.as_national)

        answer = press(client, report, "archive", reason="NOT_PUBLIC_SERVICE", explanation="Ini urusan pribadi.")
        assert refusal(answer) == "incomplete"
        assert "Ini urusan pribadi." in answer.content.decode()

        press(
            client, report, "archive", reason="NOT_PUBLIC_SERVICE", explanation="Ini urusan pribadi.", signpost="COURT"
        )
        assert fresh(report, offices).state == State.ARCHIVED

    def test_referring_names_who_helps(self):
        report, offices = a_report(), the_state()

        press(at_desk(offices.as_admin), report, "refer", signpost="KPK", explanation="Ini dugaan korupsi.")

        found = fresh(report, offices)
        assert found.state == State.REFERRED_EXTERNAL
        with acting(offices.as_admin):
            assert "198" in found.events.get(verb="refer").facts["signpost"]

    def test_an_appeal_is_decided_with_a_reason(self):
        report, offices = a_report(State.ARCHIVED), the_state()
        by_reporter(reporters_word.appeal, report, reason="Tempatnya ada di foto.", at=MONDAY + timedelta(days=1))
        client, report = at_desk(offices.as_national), fresh(report, offices)
        assert 'data-act="appeal"' in client.get(f"/workspace/reports/{report.number}/").content.decode()

        press(client, report, "appeal", decision="grant", reason="Benar, fotonya jelas.")

        assert fresh(report, offices).state == State.AWAITING_VERIFICATION


class TestWhoseItIs:
    @pytest.mark.requirement("R002-25")
    def test_a_province_handles_its_own_reports_by_its_own_offices(self):
        offices = the_state()
        report = a_report(target=offices.province.pk)
        client = at_desk(offices.as_province_admin)
        press(client, report, "verify", **checked(offices) | {"target": offices.province.pk})
        press(client, fresh(report, offices), "dispose", lead_name="Dinas Bina Marga Provinsi Contoh")

        assert fresh(report, offices).holder == offices.province_works
        page = at_desk(offices.as_province_works_liaison).get("/workspace/queues/follow-up/")
        assert [row.report.pk for row in page.context["listing"].rows] == [report.pk]

    @pytest.mark.requirement("R000-21", "R001-07", "R001-13")
    def test_one_office_leads_and_others_of_any_agency_support(self):
        report, offices = a_report(State.AWAITING_DISPOSITION), the_state()
        client = at_desk(offices.as_admin)
        page = client.get(f"/workspace/reports/{report.number}/").content.decode()
        assert "Dinas Perhubungan Kota Contoh" in page  # usually handles street lamps
        assert "Biasanya menangani “Lampu Penerangan Jalan”." in page

        answer = press(
            client,
            report,
            "dispose",
            lead=offices.transport.pk,
            support_1="Dinas Bina Marga Provinsi Contoh",
            note="Gelap.",
        )

        assert answer.status_code == 302
        found = fresh(report, offices)
        assert found.holder == offices.transport
        support = at_desk(offices.as_province_works_liaison)
        assert support.get("/workspace/queues/supporting/").context["listing"].rows[0].report.pk == found.pk
        assert support.get(f"/workspace/reports/{report.number}/").status_code == 200

    def test_another_agencys_office_is_refused_with_the_way_to_go(self):
        report, offices = a_report(State.AWAITING_DISPOSITION), the_state()

        answer = press(
            at_desk(offices.as_admin),
            report,
            "dispose",
            lead_name="Dinas Bina Marga Provinsi Contoh",
            note="Tolong dibantu.",
        )

        assert answer.status_code == 403
        assert refusal(answer) == "not_yours"
        assert "Tolong dibantu." in answer.content.decode()

    @pytest.mark.requirement("R001-08")
    def test_not_ours_is_offered_refused_and_decided_with_the_precedents_shown(self):
        report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()
        press(
            at_desk(offices.as_liaison), report, "offer", ground="Perwali 1/2020 pasal 3", proposed=offices.transport.pk
        )
        report = fresh(report, offices)
        assert report.state == State.TRANSFER_REQUESTED
        transport = at_desk(offices.as_transport_liaison)
        assert "Perwali 1/2020 pasal 3" in transport.get(f"/workspace/reports/{report.number}/").content.decode()

        press(transport, report, "refuse", ground="Perwali 2/2021 pasal 5", proposed="unknown")
        report = fresh(report, offices)
        arbiter = at_desk(offices.as_admin)
        page = arbiter.get(f"/workspace/reports/{report.number}/").content.decode()
        assert 'id="act-decide" data-act="decide" open' in page
        assert "Perwali 2/2021 pasal 5" in page

        press(arbiter, report, "decide", owner=offices.transport.pk, ground="Perwali 2/2021 mengubah Perwali 1/2020.")
        assert fresh(report, offices).holder == offices.transport

        later = a_report(State.AWAITING_FOLLOW_UP)
        page = at_desk(offices.as_liaison).get(f"/workspace/reports/{later.number}/").content.decode()
        assert "Perwali 2/2021 mengubah Perwali 1/2020." in page
        again = fresh(report, offices)
        answer = press(
            at_desk(offices.as_transport_liaison), again, "offer", ground="Tetap bukan kami.", proposed="unknown"
        )
        assert answer.status_code in {403, 409, 422}

    def test_an_offer_needs_a_ground_and_an_owner_or_the_word_that_none_is_known(self):
        report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()
        client = at_desk(offices.as_liaison)

        assert press(client, report, "offer", ground="Perwali 1/2020").status_code == 422
        assert press(client, report, "offer", proposed="unknown", ground="  ").status_code == 422
        assert fresh(report, offices).state == State.AWAITING_FOLLOW_UP

        press(client, report, "offer", ground="Perwali 1/2020", proposed="unknown")
        with acting(offices.as_admin):
            assert TransferOffer.objects.get(report=report).proposed is None
            assert fresh(report, offices).arbiter_id

    def test_taking_it_over_is_one_button(self):
        report, offices = a_report(State.TRANSFER_REQUESTED), the_state()

        press(at_desk(offices.as_transport_liaison), report, "accept")

        found = fresh(report, offices)
        assert (found.state, found.holder) == (State.AWAITING_DISPOSITION, offices.transport)

    def test_duplicates_are_shown_with_reasons_and_merged_by_their_button_and_separated_again(self):
        here = {"latitude": -8.1, "longitude": 113.7}
        parent = a_report(**here)
        report, offices = a_report(text="Lampu depan Pasar Contoh mati, gelap sekali.", **here), the_state()
        client = at_desk(offices.as_admin)
        page = client.get(f"/workspace/reports/{report.number}/").content.decode()
        assert f'name="merge-into" value="{parent.number}"' in page
        assert "Berjarak 0 meter." in page

        press(client, report, "merge", into=parent.number)
        assert fresh(report, offices).parent_id == parent.pk
        assert fresh(parent, offices).weight == 2

        press(client, fresh(report, offices), "unmerge", reason="Ternyata lampu yang lain.")
        assert fresh(report, offices).state == State.AWAITING_VERIFICATION
        assert fresh(parent, offices).weight == 1

    @pytest.mark.parametrize("into", ["123", "99999999999", ""])
    def test_merging_into_what_is_not_there_is_refused(self, into):
        report, offices = a_report(), the_state()

        assert press(at_desk(offices.as_admin), report, "merge", into=into).status_code == 422

    def test_protection_goes_up_and_hides_the_public_copy(self):
        report, offices = a_report(State.AWAITING_DISPOSITION), the_state()
        client = at_desk(offices.as_admin)

        press(client, report, "protect", confidential="on", reason="Ada nama orang lain")

        found = fresh(report, offices)
        assert found.is_confidential
        page = client.get(f"/workspace/reports/{report.number}/").content.decode()
        assert LAMP in page  # a handler still reads it, opened
        assert 'name="protect-confidential"' not in page
        assert press(client, found, "protect", reason="Sekali lagi").status_code == 409


class TestAnswering:
    @pytest.mark.requirement("R004-12")
    def test_an_acknowledgement_goes_out_and_stops_no_clock(self):
        report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()

        press(at_desk(offices.as_liaison), report, "acknowledge", text=CANNED)

        found = fresh(report, offices)
        assert found.state == State.AWAITING_FOLLOW_UP
        with acting(offices.as_liaison):
            assert found.clocks.running().filter(kind="first_response").exists()

    @pytest.mark.requirement("R004-12")
    def test_a_canned_reply_is_held_back_with_reasons_and_kept(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        answer = press(
            at_desk(offices.as_liaison), report, "answer", outcome="INFORMATION_GIVEN", kind="ANSWER", text=CANNED
        )

        assert answer.status_code == 422
        page = answer.content.decode()
        assert refusal(answer) == "canned_reply"
        assert CANNED in page
        assert "terbaca seperti jawaban siap pakai" in page
        assert 'name="answer-appeal"' in page  # the way to object opens
        assert fresh(report, offices).state == State.IN_PROGRESS

    def test_an_appeal_against_the_check_goes_to_the_head_as_a_draft(self):
        report, offices = a_report(State.IN_PROGRESS, when=recent()), the_state()
        press(
            at_desk(offices.as_liaison), report, "answer", outcome="INFORMATION_GIVEN", kind="ANSWER", text=CANNED,
            appeal="Pelapor memang hanya bertanya apakah laporannya terbaca.",
        )  # fmt: skip
        head, report = at_desk(offices.as_head), fresh(report, offices)
        page = head.get(f"/workspace/reports/{report.number}/").content.decode()
        assert "Pelapor memang hanya bertanya apakah laporannya terbaca." in page
        assert 'id="act-approve" data-act="approve" open' in page

        press(head, report, "approve")

        assert fresh(report, offices).state == State.RESOLUTION_PROPOSED
        with acting(offices.as_head):
            assert FollowUp.objects.get(report=report, is_draft=False, step="RESOLUTION").appeal_upheld

    def test_nobody_but_the_head_approves(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()
        liaison = at_desk(offices.as_liaison)
        press(liaison, report, "answer", outcome="INFORMATION_GIVEN", kind="ANSWER", text=CANNED, appeal="Sudah cukup.")
        report = fresh(report, offices)

        assert press(liaison, report, "approve").status_code == 403
        assert fresh(report, offices).state == State.IN_PROGRESS

    def test_a_draft_sent_back_returns_with_its_text_and_the_reason(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()
        liaison, head = at_desk(offices.as_liaison), at_desk(offices.as_head)
        press(liaison, report, "answer", outcome="INFORMATION_GIVEN", kind="ANSWER", text=CANNED, appeal="Sudah cukup.")
        press(head, fresh(report, offices), "send-back", reason="Sebutkan jam bukanya.")

        page = liaison.get(f"/workspace/reports/{report.number}/").content.decode()

        assert "Sebutkan jam bukanya." in page
        assert f">{CANNED}</textarea>" in page.replace("\n", "")
        assert 'data-act="approve"' not in head.get(f"/workspace/reports/{report.number}/").content.decode()

    @pytest.mark.requirement("R001-14", "R004-16")
    def test_an_answer_in_words_needs_no_photo_and_goes_straight_to_the_reporter(self):
        report, offices = a_report(State.IN_PROGRESS, when=recent()), the_state()
        text = "Rekaman KTP dibuka Senin sampai Jumat pukul 08.00-15.00 di loket 3, tanpa biaya, bawa KK asli."
        client = at_desk(offices.as_liaison)

        answer = press(client, report, "answer", outcome="INFORMATION_GIVEN", kind="ANSWER", text=text)

        assert answer.status_code == 302
        assert fresh(report, offices).state == State.RESOLUTION_PROPOSED
        assert "Tercatat: Dijawab: Informasi diberikan." in client.get(answer["Location"]).content.decode()

    @pytest.mark.requirement("R004-14", "R004-17")
    def test_the_form_asks_for_the_proof_of_its_outcome_and_takes_it(self):
        report, offices = a_report(State.IN_PROGRESS, when=recent()), the_state()
        client = at_desk(offices.as_liaison)
        bare = client.get(f"/workspace/reports/{report.number}/").content.decode()
        assert 'name="answer-photos_before"' not in bare
        typed = {"outcome": "FIXED", "kind": "FIELD_ACTION", "text": SOLID}

        answer = press(client, report, "answer", **typed)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'aria-invalid="true"' in page
        assert SOLID in page
        for field in ("done_on_day", "done_at_place", "photos_before", "photos_after", "no_photo_because"):
            assert f'name="answer-{field}"' in page, field

        yesterday = recent().date().strftime("%d %m %Y")
        typed |= {**day("done_on", yesterday), "done_at_place": "Depan Pasar Contoh"}
        answer = press(client, report, "answer", **typed, photos_before=photo("black"))
        assert refusal(answer) == "incomplete"
        assert "Tambahkan foto sesudah dikerjakan" in answer.content.decode()

        answer = press(
            client, report, "answer", **typed,
            photos_before=photo("black"), photos_after=photo("yellow"),
        )  # fmt: skip
        assert answer.status_code == 302
        assert fresh(report, offices).state == State.RESOLUTION_PROPOSED
        page = client.get(f"/workspace/reports/{report.number}/").content.decode()
        assert page.count("<img") == 2

    def test_files_that_came_with_a_refused_form_are_asked_for_again(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        answer = press(
            at_desk(offices.as_liaison), report, "answer", outcome="FIXED", kind="FIELD_ACTION", text=SOLID,
            photos_after=photo(),
        )  # fmt: skip

        assert "pilih foto dan berkasnya sekali lagi" in answer.content.decode()

    def test_a_file_that_is_no_photo_is_refused_and_the_text_kept(self):
        report, offices = a_report(State.IN_PROGRESS, when=recent()), the_state()
        program = SimpleUploadedFile("foto.jpg", b"MZ\x90\x00" + b"\x00" * 500, content_type="image/jpeg")
        yesterday = recent().date().strftime("%d %m %Y")

        answer = press(
            at_desk(offices.as_liaison), report, "answer", outcome="FIXED", kind="FIELD_ACTION", text=SOLID,
            done_at_place="Pasar", photos_before=program, photos_after=photo(), **day("done_on", yesterday),
        )  # fmt: skip

        assert answer.status_code in {413, 415, 422}
        assert SOLID in answer.content.decode()
        assert fresh(report, offices).state == State.IN_PROGRESS

    @pytest.mark.requirement("R003-29")
    def test_the_check_button_says_what_it_thinks_and_sends_nothing(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()
        client = at_desk(offices.as_liaison)
        asked = {"answer-outcome": "FIXED", "answer-kind": "FIELD_ACTION", "answer-text": CANNED}
        address = f"/workspace/reports/{report.number}/answer/check/"

        page = client.post(address, asked)
        assert page.status_code == 200
        words = page.content.decode()
        assert "terbaca seperti jawaban siap pakai" in words
        assert "Bukti yang masih kurang:" in words
        assert CANNED in words
        assert "<html" in words

        part = client.post(address, asked, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert 'id="verdict-answer"' in part
        assert 'name="answer-photos_before"' in part
        assert fresh(report, offices).last_event_id == report.last_event_id

        good = client.post(address, asked | {"answer-text": SOLID}).content.decode()
        assert "Tulisan ini terbaca sebagai tindak lanjut." in good

    def test_checking_is_only_for_those_who_may_answer(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        for who in (offices.as_supervisor, offices.as_national):
            assert at_desk(who).post(f"/workspace/reports/{report.number}/answer/check/", {}).status_code == 404
        assert at_desk(offices.as_liaison).post(f"/workspace/reports/{report.number}/verify/check/").status_code == 404

    def test_a_look_that_comes_after_the_answer_went_out_says_nothing(self):
        report, offices = a_report(State.AWAITING_VERIFICATION), the_state()
        late = at_desk(offices.as_admin).post(
            f"/workspace/reports/{report.number}/answer/check/", {}, headers={"HX-Request": "true"}
        )
        assert (late.status_code, late.content) == (204, b"")

    @pytest.mark.requirement("R004-17")
    def test_a_field_officer_reports_the_work_with_photos(self):
        report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()
        with databases.role("owner"):
            field = an_officer("field", offices.works, Role.FIELD_OFFICER)

        answer = press(
            at_desk(field), report, "progress", kind="FIELD_ACTION", text=SOLID, done_at_place="Depan Pasar Contoh",
            photos_before=photo("black"), photos_after=photo("yellow"), **day("done_on", "12 10 2026"),
        )  # fmt: skip

        assert answer.status_code == 302
        assert fresh(report, offices).state == State.IN_PROGRESS
        with acting(offices.as_liaison):
            assert report.attachments.filter(part__in=("BEFORE", "AFTER")).count() == 2

    def test_after_an_objection_the_second_look_is_the_heads(self):
        report, offices = a_report(State.RESOLUTION_PROPOSED), the_state()
        by_reporter(reporters_word.object_to, report, reason="Masih mati dua tiang.", at=MONDAY + timedelta(days=9))

        for who in (offices.as_liaison, offices.as_head):
            page = at_desk(who).get(f"/workspace/reports/{report.number}/").content.decode()
            assert "Tinjau ulang: pelapor mengatakan masalahnya belum beres." in page
            assert "Masih mati dua tiang." in page
        liaison = at_desk(offices.as_liaison).get(f"/workspace/reports/{report.number}/").content.decode()
        assert "Pimpinan kantor harus menyetujui jawaban ini." in liaison

    def test_a_question_waits_for_the_reporter(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        press(at_desk(offices.as_liaison), report, "question", text="Tiang nomor berapa?")

        assert fresh(report, offices).state == State.AWAITING_REPORTER


class TestAbove:
    def test_closing_is_a_finish_of_its_own(self):
        report, offices = a_report(State.RESOLUTION_PROPOSED), the_state()

        press(at_desk(offices.as_national), report, "close", reason="Pelapor sudah pindah.")

        found = fresh(report, offices)
        assert (found.state, found.finish) == (State.RESOLVED, Finish.ADMIN)

    def test_a_supervisor_has_a_finished_report_opened_again_with_a_reason(self):
        report, offices = a_report(State.RESOLVED), the_state()
        client = at_desk(offices.as_supervisor)

        assert press(client, report, "reopen", reason=" ").status_code == 422
        press(client, report, "reopen", reason="Lampu mati lagi menurut foto warga.")

        found = fresh(report, offices)
        assert (found.state, found.is_reopened) == (State.AWAITING_FOLLOW_UP, True)

    def test_a_supervisor_tells_the_superior(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        press(at_desk(offices.as_supervisor), report, "escalate", reason="Sudah tiga minggu.")

        assert fresh(report, offices).escalation == 1


class TestStale:
    def test_a_page_older_than_the_last_event_is_refused_and_its_text_kept_in_the_form(self):
        report, offices = a_report(State.IN_PROGRESS), the_state()
        old = report.last_event_id
        as_(offices.as_liaison, answering.acknowledge, report, text="Sudah kami baca.", at=MONDAY + timedelta(hours=9))

        answer = press(at_desk(offices.as_liaison), report, "question", seen=old, text="Tiang nomor berapa, ya?")

        assert answer.status_code == 409
        page = answer.content.decode()
        assert refusal(answer) == "out_of_turn"
        assert ">Tiang nomor berapa, ya?</textarea>" in page.replace("\n", "")
        now = fresh(report, offices).last_event_id
        assert f'name="seen" value="{now}"' in page  # having read what happened, pressing again works
        assert (
            press(at_desk(offices.as_liaison), report, "question", seen=now, text="Tiang nomor berapa?").status_code
            == 302
        )

    def test_when_the_act_itself_is_gone_the_text_can_still_be_copied(self):
        report, offices = a_report(), the_state()
        old = report.last_event_id
        press(at_desk(offices.as_admin2), report, "verify", **checked(offices))

        answer = press(at_desk(offices.as_admin), report, "ask", seen=old, own="Tiang nomor berapa?")

        assert answer.status_code == 409
        assert "Tulisan Anda masih ada di sini" in answer.content.decode()
        assert "Tiang nomor berapa?" in answer.content.decode()

    @pytest.mark.parametrize("seen", ["", "abc", "-5", "9" * 40])
    def test_a_form_without_a_believable_mark_counts_as_stale(self, seen):
        report, offices = a_report(State.IN_PROGRESS), the_state()

        answer = press(at_desk(offices.as_liaison), report, "question", seen=seen, text="Tiang nomor berapa?")

        assert answer.status_code == 409

    @pytest.mark.django_db(transaction=True)
    def test_of_two_officers_at_once_one_wins_and_the_other_loses_no_word(self):
        report, offices = a_report(), the_state()
        clients = [at_desk(offices.as_admin), at_desk(offices.as_admin2)]
        texts = ["Tulisan publik dari petugas satu.", "Tulisan publik dari petugas dua."]
        together, answers = threading.Barrier(2), {}

        def act(n: int) -> None:
            together.wait()
            answers[n] = press(clients[n], report, "verify", **checked(offices) | {"public_text": texts[n]})
            connection.close()

        threads = [threading.Thread(target=act, args=(n,)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
        loser = next(n for n, answer in answers.items() if answer.status_code == 409)
        assert refusal(answers[loser]) == "out_of_turn"
        assert texts[loser] in answers[loser].content.decode()
        with acting(offices.as_national):
            assert report.events.filter(verb="verify").count() == 1
            assert PublicCopy.objects.get(report=report).body == texts[1 - loser]
