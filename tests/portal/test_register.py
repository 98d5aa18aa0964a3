"""What everybody may read: the list, one report, agencies, the way of a report, the first page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests import databases
from tests.factories import LAMP, MONDAY, a_report, an_officer, as_, by_reporter, fixed, received, the_state, verify
from tests.portal.test_reporting import said
from tuntas.clocks.models import Policy
from tuntas.followup import answering, reporters_word
from tuntas.insight import asking, conduct
from tuntas.kernel import numbers
from tuntas.lifecycle import LIFE
from tuntas.organizations.models import Role, Unit, UnitKind
from tuntas.portal import queries
from tuntas.portal.agencies import counted_in
from tuntas.reports.models import Attachment, Audience, PublicCopy, Report
from tuntas.reports.states import State
from tuntas.routing import merging, verifying

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def copies(*texts: str) -> list[str]:
    """Public reports with these texts, in this order; their numbers."""
    state, made = the_state(), []
    for text in texts:
        report, _receipt = received(target=state.city.pk, text=text)
        verify(report, state, MONDAY + timedelta(hours=1), title=text[:60], public_text=text)
        made.append(report.number)
    return made


def listed(html: str, numbers_: list[str]) -> list[str]:
    """Which of these reports the list shows, in its order."""
    return sorted((n for n in numbers_ if f"/laporan/{n}" in html), key=lambda n: html.index(f"/laporan/{n}"))


# One report -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-13", "R004-14")
def test_everybody_sees_what_was_done_with_its_proof(client, state):
    report = a_report(State.RESOLVED)

    html = said(client.get(f"/laporan/{report.number}"))

    assert fixed().text in html
    assert "Sebelum" in html
    assert "Pelapor menyatakan: sudah beres." in html
    assert "Selesai: diterima pelapor" in html


def test_words_of_the_reporter_and_questions_to_them_are_not_public(client, state):
    report = a_report(State.IN_PROGRESS)
    at = MONDAY + timedelta(days=8)
    by_reporter(reporters_word.add_details, report, text="rumah saya nomor 17", at=at)
    as_(state.as_liaison, answering.question, report, text="Bapak yang di nomor 17?", at=at)
    by_reporter(reporters_word.reply, report, text="betul, nomor 17", at=at)
    as_(state.as_liaison, answering.resolve, report, answer=fixed(), at=at)
    by_reporter(reporters_word.object_to, report, reason="istri saya jatuh lagi", at=at)

    html = said(client.get(f"/laporan/{report.number}"))

    assert "nomor 17" not in html
    assert "istri saya jatuh" not in html
    assert "Pelapor keberatan: belum beres." in html


def test_hidden_and_missing_reports_answer_alike(client, state):
    unverified = a_report(State.AWAITING_VERIFICATION)
    secret = a_report(State.IN_PROGRESS, is_confidential=True)
    asked = [unverified.number, secret.number, numbers.public_number(), "bukan-nomor"]

    answers = [client.get(f"/laporan/{number}") for number in asked]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {said(answer).replace(number, "") for answer, number in zip(answers, asked, strict=True)}
    assert len(bodies) == 1
    assert LAMP not in bodies.pop()


def test_a_number_is_found_however_it_is_written(client, state):
    report = a_report(State.IN_PROGRESS)

    answer = client.get(f"/laporan/{numbers.spell_number(report.number)}")

    assert answer["Location"] == f"/laporan/{report.number}"


@pytest.mark.requirement("R001-07")
def test_a_merged_report_leads_to_the_one_that_carries_it(client, state):
    parent, child = a_report(State.IN_PROGRESS), a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        into = Report.objects.get(pk=parent.pk)
    as_(state.as_admin, merging.merge, child, into=into)

    assert f'href="/laporan/{parent.number}"' in said(client.get(f"/laporan/{child.number}"))
    assert "2 warga melaporkan hal yang sama" in said(client.get(f"/laporan/{parent.number}"))


def test_of_a_protected_carrier_not_even_the_number_is_shown(client, state):
    parent, child = a_report(State.IN_PROGRESS, is_confidential=True), a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        into = Report.objects.get(pk=parent.pk)
    as_(state.as_admin, merging.merge, child, into=into)

    html = said(client.get(f"/laporan/{child.number}"))

    assert parent.number not in html
    assert numbers.spell_number(parent.number) not in html
    assert "yang dilindungi" in html


@pytest.mark.requirement("R000-30")
def test_that_an_agency_is_not_connected_is_public(client, state):
    report, _receipt = received(target=state.regency.pk)
    as_(
        state.as_province_admin,
        verifying.verify,
        report,
        report_class="NON_SUPERVISORY",
        category=state.lamp,
        target=state.regency,
        title="Lampu mati",
        public_text=LAMP,
    )

    html = said(client.get(f"/laporan/{report.number}"))

    assert "Kabupaten Contoh belum terhubung." in html
    assert "dipegang Provinsi Contoh" in html


def test_files_that_nobody_released_are_not_linked(client, state):
    report = a_report(State.RESOLVED)
    with databases.role("owner"):
        Attachment.objects.update(is_public=False)

    assert "/berkas/" not in said(client.get(f"/laporan/{report.number}"))


# The list ---------------------------------------------------------------------------------------------------


def test_the_list_shows_the_newest_first_and_pages_by_key(client, state):
    made = copies(*[f"Jalan berlubang nomor {n} di depan sekolah" for n in range(45)])
    newest_first = made[::-1]

    first = said(client.get("/laporan"))
    second = said(client.get(first.split('rel="next"')[0].rpartition('href="')[2].rstrip('" ').join(["/laporan", ""])))

    assert listed(first, made) == newest_first[:20]
    assert listed(second, made) == newest_first[20:40]


def test_words_are_found_by_their_stem_in_title_text_and_place(client, state):
    made = copies("Lampu jalan padam di pasar", "Sampah menumpuk di sungai", "Pembayaran retribusi pasar tanpa karcis")

    assert listed(said(client.get("/laporan?kata=membayar")), made) == [made[2]]
    assert listed(said(client.get("/laporan?kata=sampah+sungai")), made) == [made[1]]
    assert listed(said(client.get("/laporan?kata=pasar+-lampu")), made) == [made[2], made[1]]  # by the place


@pytest.mark.parametrize(
    "asked",
    ["kata='; DROP TABLE", "kata=%00%00", "kata=" + "a" * 5000, "kata=((( !!! &&&", "sebelum=x", "sebelum=-1",
     "sebelum=99999999999999999999", "keadaan=apa", "kategori=../..", "instansi=%E2%98%A0", "kata=%F0%9F%98%AD"],
)  # fmt: skip
def test_what_cannot_be_searched_is_no_fault(client, state, asked):
    copies("Lampu jalan padam di pasar")

    assert client.get(f"/laporan?{asked}").status_code == 200


def test_the_list_is_narrowed_by_state_category_and_agency(client, state):
    done, working = a_report(State.RESOLVED), a_report(State.IN_PROGRESS)
    both = [done.number, working.number]

    def found(asked):
        return set(listed(said(client.get(f"/laporan?{asked}")), both))

    assert found("keadaan=finished") == {done.number}
    assert found("keadaan=working") == {working.number}
    assert found("kategori=HUB") == set(both)
    assert found("kategori=KES") == set()
    assert found("instansi=city") == set(both)
    assert found("instansi=province") == set()
    assert found("instansi=city&kata=lampu&keadaan=finished") == {done.number}


def test_a_window_without_a_hit_leads_on_to_older_reports(client, state, monkeypatch):
    made = copies("Lampu jalan padam di pasar", *["Sampah menumpuk di sungai"] * 4)
    monkeypatch.setattr(queries, "WINDOW_OF_WORDS", 3)
    monkeypatch.setattr(queries, "COMMON", 0)

    html = said(client.get("/laporan?kata=lampu&instansi=city"))
    assert listed(html, made) == []
    assert "Mungkin ada di yang lebih lama" in html
    older = html.split('rel="next"')[0].rpartition('href="')[2].rstrip('" ').replace("&amp;", "&")

    assert listed(said(client.get(f"/laporan{older}")), made) == made[:1]


def test_rare_and_common_words_give_the_same_rows_by_every_plan(client, state, monkeypatch):
    made = copies(*[f"Lampu jalan nomor {n} padam" for n in range(6)], "Sampah menumpuk")
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_publiccopy")

    pages = []
    for rare, common in ((0, 0), (0, 10**9), (10**9, 0)):  # walked, from the index by ranges, from the index
        monkeypatch.setattr(queries, "RARE", rare)
        monkeypatch.setattr(queries, "COMMON", common)
        for asked in ("kata=lampu", "kata=lampu&instansi=city", "kata=lampu&keadaan=waiting&kategori=HUB"):
            pages.append(listed(said(client.get(f"/laporan?{asked}")), made))

    assert pages == [made[5::-1]] * 9


@pytest.mark.parametrize("limit", [0, 10**9], ids=["walked", "from the index"])
def test_within_filters_only_public_reports_are_found(state, monkeypatch, limit):
    a_report(State.AWAITING_VERIFICATION)
    a_report(State.IN_PROGRESS, is_confidential=True)
    shown = a_report(State.IN_PROGRESS)
    monkeypatch.setattr(queries, "RARE", limit)

    for words in ("", "lampu"):
        ids, _goes_on = queries.find(asking.read(words).query(), agency=state.city.pk, size=9)
        assert ids == [shown.pk]


def test_a_secret_report_is_in_no_list(client, state):
    report = a_report(State.IN_PROGRESS)
    as_(state.as_national, verifying.protect, report, anonymous=False, confidential=True, reason="Ada nama orang lain")

    for asked in ("", "?kata=lampu", "?instansi=city", "?keadaan=working"):
        assert report.number not in said(client.get(f"/laporan{asked}"))
    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()


def test_the_public_pages_ask_the_database_a_bounded_number_of_times(client, state, django_assert_max_num_queries):
    made = copies(*[f"Jalan berlubang nomor {n}" for n in range(25)])
    report = a_report(State.RESOLVED)

    for address, most in (("/", 9), ("/laporan", 8), ("/laporan?kata=jalan&instansi=city", 10), ("/instansi", 6),
                          ("/instansi/city", 16), (f"/laporan/{report.number}", 18), ("/standar", 6)):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    assert made


def test_the_first_page_tells_what_was_finished_lately_and_shows_no_report_twice(client, state):
    """By who had the last word, as the night counted it; what was finished before is not in it."""
    now = timezone.now()
    for n, finish in enumerate(("ACCEPTED", "ACCEPTED", "SILENCE", "ADMIN", "ACCEPTED")):
        report = a_report(State.RESOLVED, when=now - timedelta(days=20))
        with databases.role("owner"):
            Report.objects.filter(pk=report.pk).update(
                finish=finish, decided_at=now - timedelta(days=29 if n < 4 else 31)
            )
    with databases.role("worker"):
        conduct.count(now)

    page = said(client.get("/"))

    assert "<strong>4</strong> laporan selesai dalam 30 hari terakhir." in page
    assert "2 diterima pelapor, 1 ditutup karena pelapor diam, 1 ditutup admin." in page
    shown = re.findall(r'href="/laporan/(\d{11})"', page)
    assert [conduct.finished_lately(agency.pk).finished for agency in (state.city, state.nation)] == [4, 0]
    assert len(shown) == len(set(shown)) == 5  # three with photos, two more as rows and none of them again


def test_the_service_standard_says_the_limits_in_force_of_the_agency_that_is_asked_for(client, state):
    with databases.role("owner"):
        Policy.objects.filter(stage="verify").update(length=2)
        Policy.objects.create(
            policy="own", stage="verify", agency=state.city, length=1, valid_from="2020-01-01", legal_source="Perwali 9"
        )

    national, own = said(client.get("/standar")), said(client.get("/standar?instansi=city"))

    assert "<strong>2 hari kerja</strong>" in national
    assert "Perwali 9" not in national
    assert "<strong>1 hari kerja</strong>" in own
    assert "Perwali 9" in own
    assert 'href="/standar?instansi=city"' in said(client.get("/instansi/city"))
    assert client.get("/standar?instansi=tidak-ada").status_code == 404


# Agencies ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_an_unconnected_agency_says_who_holds_its_reports(client, state):
    html = said(client.get("/instansi/regency"))

    assert "Kabupaten Contoh belum terhubung." in html
    assert "Laporannya dipegang Provinsi Contoh." in html
    assert "belum terhubung" in said(client.get("/instansi"))


def test_the_three_finishes_stand_apart(client, state):
    a_report(State.RESOLVED)
    closed = a_report(State.RESOLUTION_PROPOSED)
    with databases.role("owner"):
        Report.objects.filter(pk=closed.pk).update(state="RESOLVED", finish="SILENCE")

    html = said(client.get("/instansi/city"))

    assert "diterima pelapor" in html
    assert "ditutup" in html
    assert "Masuk</dt><dd>2</dd>" in html


def test_numbers_count_what_nobody_may_read(client, state):
    a_report(State.IN_PROGRESS, is_confidential=True)

    html = said(client.get("/instansi/city"))

    assert "Masuk</dt><dd>1</dd>" in html
    assert LAMP not in html


def test_offices_and_service_units_are_found_by_name(client, state):
    html = said(client.get("/instansi?kata=puskesmas"))

    assert 'href="/instansi/puskesmas"' in html
    assert "Puskesmas Contoh" in said(client.get("/instansi/puskesmas"))
    assert "Tidak ada instansi" in said(client.get("/instansi?kata=tidakadasama"))


def test_a_closed_or_unknown_office_has_no_page(client, state):
    with databases.role("owner"):
        Unit.objects.filter(slug="health").update(closed_on=timezone.localdate())

    assert client.get("/instansi/health").status_code == 404
    assert client.get("/instansi/tidak-ada").status_code == 404


def test_long_lists_of_agencies_are_paged(client, state):
    with databases.role("owner"):
        for n in range(60):
            Unit.objects.create(code=f"r{n}", slug=f"r{n}", name=f"Kabupaten Uji {n:02}", kind=UnitKind.REGENCY,
                                parent=state.nation)  # fmt: skip

    html = said(client.get("/instansi"))

    assert "Kabupaten Uji 05" in html
    assert "Kabupaten Uji 59" not in html
    assert 'rel="next"' in html


# The way of a report and the first page ---------------------------------------------------------------------


@pytest.mark.requirement("R003-14", "R003-22")
def test_rights_and_times_come_from_the_policies_in_force(client, state):
    html = said(client.get("/standar"))
    assert "diperiksa dalam 3 hari kerja" in html
    assert "90 hari kalender" in html
    with databases.role("owner"):
        Policy.objects.filter(stage="verify").update(length=7)

    assert "diperiksa dalam 7 hari kerja" in said(client.get("/standar"))


def test_every_row_of_the_timetable_that_somebody_may_read_is_there(client, state):
    html = said(client.get("/standar"))

    wanted = [move for move in LIFE if move.audience != Audience.HANDLERS and move.sources != {""}]
    assert html.count('<li class="card">') == len(wanted)
    assert "112" in html


def test_help_leads_to_rights(client, state):
    page = said(client.get("/bantuan"))
    assert "Hak Anda" in page
    assert client.get("/standar").status_code == 200
    old = client.get("/alur")
    assert (old.status_code, old["Location"]) == (301, "/standar")


def test_the_first_page_shows_honest_numbers_and_what_was_finished(client, state):
    empty = said(client.get("/"))
    assert "Belum ada laporan masuk." in empty
    counted_in.cache_clear()

    done = a_report(State.RESOLVED)
    html = said(client.get("/"))

    assert f"/laporan/{done.number}" in html
    assert "Dihitung" in html
    assert 'href="/lapor"' in html


@pytest.mark.parametrize("address", ["/", "/lapor", "/lacak", "/laporan", "/instansi", "/instansi/city", "/standar"])
def test_every_page_speaks_english_too(client, state, address):
    client.cookies["language"] = "en"

    html = said(client.get(address))

    assert '<html lang="en">' in html
    assert "Kembali" not in html
    assert "Tulis laporan" not in html


def test_an_officers_row_is_no_public_matter(client, state):
    with databases.role("owner"):
        an_officer("rahasia-petugas", state.works, Role.LIAISON_OFFICER)
    report = a_report(State.RESOLVED)

    for address in ("/", f"/laporan/{report.number}", "/instansi/works", "/laporan"):
        assert "Petugas contoh" not in said(client.get(address))
