"""SR-07, T-PUBLIC-DERIVED: what is published holds no private file and no word beyond the moderated text.

Happened to Zulip (CVE-2022-31134: a public export with private files) and Alaveteli (issues 739 and 743).
"""

import pytest

from tests.factories import MONDAY, a_photo, received, the_state, verify
from tuntas.access.actors import Actor, acting
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.threat("SR-07", "T-PUBLIC-DERIVED")]

CANARY = "kenari7qx4"


def test_the_public_page_leads_to_no_file_that_was_not_published(client, settings):
    state = the_state()
    report, _receipt = received(
        target=state.city.pk, text=f"Lampu mati. {CANARY} nama tetangga saya.", place=f"Rumah {CANARY}"
    )
    with acting(Actor.reporter_of(report.pk)):
        file = attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)
    verify(report, state, MONDAY, public_text="Lampu jalan mati di Pasar Contoh.", public_place="Pasar Contoh")
    host = settings.FILES_ORIGIN.partition("://")[2]

    pages = [
        client.get(path).content.decode() for path in (f"/laporan/{report.number}", "/laporan", "/", "/instansi/city")
    ]

    assert "Lampu jalan mati di Pasar Contoh." in pages[0]
    for page in pages:
        assert CANARY not in page
        assert str(file.uuid) not in page
    for asked in ({}, {"kecil": "1"}, {"izin": ""}):
        assert client.get(f"/berkas/{file.uuid}", asked, headers={"Host": host}).status_code == 404
