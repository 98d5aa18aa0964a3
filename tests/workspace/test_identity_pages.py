"""The pages about who a reporter is: asking, deciding, looking once; in a browser, and by hand against their order."""

import pytest
from django.urls import reverse

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow
from tests.disclosure.scenes import SARI, WHY, a_case, asked, decided, granted
from tests.vault.conftest import empty_vault, office, vault  # noqa: F401 - fixtures
from tests.workspace.officers import already_in, at_desk
from tuntas.disclosure.models import Disclosure
from tuntas.kernel import numbers
from tuntas.reports.models import Event


def page_of(case, name: str = "identity") -> str:
    return reverse(f"workspace:{name}", args=[case.report.number])


def decide(case, request: Disclosure) -> str:
    return reverse("workspace:custody-decide", args=[request.uuid])


@pytest.mark.django_db
def test_a_liaison_officer_reads_why_no_name_is_needed_before_the_form_comes():
    case = a_case()
    page = at_desk(case.liaison).get(page_of(case)).content.decode()
    assert page.index("Anda tidak memerlukan nama") < page.index('name="reason"')
    assert "Belum ada yang meminta identitas pelapor." in page
    assert page_of(case) in at_desk(case.liaison).get(page_of(case, "report")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["supervisor", "custodian", "health_liaison", "province_admin"])
def test_whoever_does_not_handle_the_report_finds_no_such_page(who):
    case = a_case()
    asked(case)
    client = at_desk(getattr(case.state, f"as_{who}"))
    assert client.get(page_of(case)).status_code == 404
    for name in ("identity-ask", "identity-emergency", "identity-withdraw", "identity-open"):
        assert client.post(page_of(case, name), {"reason": "x"}).status_code == 404, name


@pytest.mark.django_db
def test_what_is_grave_asks_for_the_second_factor_again():
    case = a_case()
    request = asked(case)
    late = at_desk(case.liaison, age=601)
    for name in ("identity-open", "identity-emergency"):
        answer = late.post(page_of(case, name), {"danger": "x"})
        assert (answer.status_code, "step-up" in answer.headers["Location"]) == (302, True), name
    answer = at_desk(case.custodian, age=601).post(decide(case, request), {"decision": "yes", "answer": "x"})
    assert "step-up" in answer.headers["Location"]
    with databases.role("owner"):
        assert not Disclosure.objects.get(pk=request.pk).decision


@pytest.mark.django_db
def test_forms_come_back_with_what_was_typed():
    case = a_case()
    client = at_desk(case.liaison)
    answer = client.post(page_of(case, "identity-ask"), {"ground": "", "reason": "Alasan saya", "hours": "24"})
    assert answer.status_code == 422
    assert "Alasan saya" in answer.content.decode()
    sent = {"ground": "LEGAL_DUTY", "reason": WHY, "hours": "24"}
    assert client.post(page_of(case, "identity-ask"), sent).status_code == 302
    again = client.post(page_of(case, "identity-ask"), sent)
    assert again.status_code == 409
    assert WHY in again.content.decode()
    answer = client.post(page_of(case, "identity-withdraw"))
    assert answer.status_code == 302
    with databases.role("owner"):
        assert Disclosure.objects.get().decision == "WITHDRAWN"


@pytest.mark.django_db
def test_a_custodian_sees_the_request_and_no_report():
    case = a_case()
    request = asked(case)
    client = at_desk(case.custodian)
    assert client.get("/workspace/", follow=True).redirect_chain[-1][0].endswith("/custody/")
    page = client.get(reverse("workspace:custody-request", args=[request.uuid])).content.decode()
    assert WHY in page
    assert "Lampu" not in page.replace("Lampu Penerangan Jalan", "")
    assert client.get(page_of(case, "report")).status_code == 302
    assert client.get("/workspace/queues/all/").status_code == 404
    for stranger in (case.state.as_nation_custodian, case.liaison, case.state.as_national):
        asking = at_desk(stranger)
        assert asking.get(reverse("workspace:custody-request", args=[request.uuid])).status_code == 404
        assert asking.post(decide(case, request), {"decision": "yes", "answer": "x"}).status_code == 404
    assert (
        client.post(decide(case, request), {"decision": "no", "answer": "Tulis saja lewat laporan."}).status_code == 302
    )
    with databases.role("owner"):
        assert Disclosure.objects.get().decision == "REFUSED"


@pytest.mark.django_db
def test_without_the_vault_the_page_says_so_and_keeps_everything(settings, tmp_path):
    settings.VAULT_DOOR = tmp_path / "door"
    case = a_case()
    granted(case)
    answer = at_desk(case.liaison).post(page_of(case, "identity-open"))
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Brankas, satu-satunya yang dapat membukanya, tidak menjawab." in page
    assert "Anda boleh melihat sampai" in page


@pytest.mark.slow
def test_the_name_stands_on_one_page_that_nobody_keeps(vault):  # noqa: F811
    vault.once()
    case = a_case()
    vault.once()
    vault.opens()
    granted(case)
    client = at_desk(case.liaison)
    assert "Canary" not in client.get(page_of(case)).content.decode()
    answer = client.post(page_of(case, "identity-open"))
    page = answer.content.decode()
    assert SARI["name"] in page
    assert SARI["email"] in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(page_of(case, "identity-open")).status_code == 405
    for again in (page_of(case), page_of(case, "report"), reverse("workspace:notices")):
        assert "Canary" not in client.get(again).content.decode()
    assert "Canary" not in str(dict(client.session))
    assert "Canary" not in str(client.cookies)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_whole_way_in_a_browser(vault, visitor, site, width):  # noqa: F811
    """Asked, approved, looked at; and the reporter reads it. Each page passes axe and fits its screen."""
    vault.once()
    case = a_case()
    vault.once()
    vault.opens()
    office_page, custodian, reporter = (visitor(width=width) for _who in range(3))
    already_in(office_page, site, case.liaison)
    already_in(custodian, site, case.custodian)
    ask_it(office_page, site, case, f"identity-{width}")
    decide_it(custodian, site, f"identity-{width}")
    office_page.goto(f"{site}{page_of(case)}")
    office_page.get_by_role("button", name="Tunjukkan siapa pelapornya").click()
    office_page.get_by_text(SARI["name"]).wait_for()
    look_at(office_page, f"identity-{width}-5-opened")

    reporter.goto(f"{site}/lacak")
    reporter.locator("[name=code]").fill(numbers.spell_code(case.receipt.code))
    reporter.locator("form:has([name=code]) button[type=submit]").click()
    reporter.get_by_text("melihat siapa Anda: nama dan cara menghubungi Anda.").wait_for()
    look_at(reporter, f"identity-{width}-6-reporter")
    with databases.role("owner"):
        assert Event.objects.filter(report=case.report, verb="open_identity").count() == 1


def ask_it(page, site, case, shot: str) -> None:
    page.goto(f"{site}{page_of(case)}")
    look_at(page, f"{shot}-1-ask")
    page.get_by_label("Undang-undang atau pengadilan memerintahkannya").check()
    page.get_by_label("Mengapa menulis lewat laporan tidak cukup").fill(WHY)
    page.get_by_role("button", name="Kirim kepada penjaga identitas").click()
    page.get_by_text("Menunggu penjaga identitas di Provinsi Contoh").wait_for()
    look_at(page, f"{shot}-2-waits")


def decide_it(page, site, shot: str) -> None:
    page.goto(f"{site}/workspace/")
    look_at(page, f"{shot}-3-queue")
    page.get_by_role("link", name="Dinas Pekerjaan Umum Kota Contoh").click()
    look_at(page, f"{shot}-4-request")
    page.get_by_label("Ya, selama waktu yang diminta").check()
    page.get_by_label("Alasan Anda").fill("Surat kejaksaan sudah saya periksa.")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_text("Keputusan Anda tersimpan").wait_for()


def look_at(page, shot: str) -> None:
    assert axe_violations(page) == []
    assert overflow(page) == 0
    keep_screenshot(page, shot)


@pytest.mark.django_db
def test_english_says_it_too():
    case = a_case()
    decided(asked(case), case.custodian)
    client = at_desk(case.liaison)
    client.cookies["language"] = "en"
    assert "You do not need the name to do your work." in client.get(page_of(case)).content.decode()
