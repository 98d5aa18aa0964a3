"""What lands on paper: the matter, in few pages, without navigation, buttons and what nobody unfolded."""

from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from tests.factories import a_report, the_state
from tests.workspace.officers import already_in
from tuntas.reports.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ON_PAPER = """() => {
  const shown = (one) => one.getClientRects().length > 0;
  const ways = [...document.querySelectorAll("nav, button, .button, summary")].filter(shown);
  return { words: document.body.innerText, ways: ways.length };
}"""


@pytest.mark.requirement("R000-25")
def test_a_dossier_a_table_and_a_public_report_on_paper(visitor, site):
    state, report = the_state(), a_report(State.RESOLVED)
    page = visitor(width=1280)
    already_in(page, site, state.as_supervisor)
    page.emulate_media(media="print")
    for path, most, words, others in (
        (
            reverse("workspace:report", args=[report.number]),
            4,
            ("Lampu jalan", "Riwayat", "Dicetak", "Di meja siapa"),
            "Cari",
        ),
        (reverse("workspace:supervision"), 2, ("Kota Contoh", "Lewat batas"), "Keluar"),
        (reverse("portal:report", args=[report.number]), 3, ("Lampu jalan",), "Menu"),
    ):
        page.goto(f"{site}{path}")
        seen = page.evaluate(ON_PAPER)
        assert [each for each in words if each not in seen["words"]] == [], path
        assert seen["ways"] == 0, path
        assert others not in seen["words"].splitlines(), path
        paper = pikepdf.open(
            BytesIO(page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm")))
        )
        assert 1 <= len(paper.pages) <= most, (path, len(paper.pages))
