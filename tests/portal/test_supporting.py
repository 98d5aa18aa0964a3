"""Open reports of the same matter, offered before sending, and standing behind one instead of sending another."""

import math
import re
from uuid import uuid4

import pytest
from django.test import Client
from h3.api import basic_int as h3

from tests import databases
from tests.factories import a_report
from tuntas.insight.counting import FINENESS
from tuntas.intake.receiving import CELL
from tuntas.reports.models import PublicCopy, Report, Support
from tuntas.reports.states import State

pytestmark = pytest.mark.django_db
HOLE = "Lubang besar di Jalan Melati dekat gerbang pasar membuat motor sering jatuh."


def said(response) -> str:
    return response.content.decode()


def story(text: str = HOLE, place: str = "Jalan Melati, Pasar Contoh", **more) -> dict:
    return {"key": str(uuid4()), "text": text, "place": place} | more


@pytest.fixture
def hole(state):
    report = a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        PublicCopy.objects.filter(report=report).update(
            title="Lubang di Jalan Melati", body=HOLE, place="Jalan Melati, Pasar Contoh"
        )
    return report


@pytest.mark.requirement("R003-03")
def test_an_open_report_of_the_same_is_offered_before_sending_and_one_press_stands_behind_it(hole):
    client = Client()
    form = story("Ada lubang besar di Jalan Melati dekat gerbang pasar, motor sering jatuh", is_anonymous="on")
    page = said(client.post("/lapor", form))
    assert "Mungkin sudah ada yang melaporkan?" in page
    assert "1 warga melaporkan hal ini" in page

    thanks = [said(client.post("/lapor/dukung", form | {"support": hole.number})) for _press in range(2)]

    assert all("<strong>2</strong> warga" in each for each in thanks)  # pressed twice, counted once
    assert "<strong>3</strong> warga" in said(Client().post("/lapor/dukung", form | {"support": hole.number}))
    with databases.role("owner"):
        assert Support.objects.count() == 2
        assert Report.objects.count() == 1
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', thanks[0]))
    assert carried["text"] == form["text"]
    assert carried["is_anonymous"] == "on"
    assert "3 warga melaporkan hal ini" in said(client.post("/lapor", carried))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Petugas loket puskesmas meminta uang tambahan untuk surat rujukan.", "Puskesmas Contoh"),
        ("'; -- % or \" & | !", ""),
        ("or or or", "or"),
        ("lampu " * 500, "x" * 300),
        ("😭 حفرة في الطريق", "شارع"),
    ],
)
def test_another_matter_is_not_offered_and_no_words_break_the_search(client, hole, text, place):
    page = client.post("/lapor", story(text, place))

    assert page.status_code == 200
    assert "Lubang di Jalan Melati" not in said(page)


def test_what_is_hidden_or_finished_is_neither_offered_nor_supported(client, hole):
    finished = a_report(State.RESOLVED)
    refused = client.post("/lapor/dukung", {"support": finished.number})
    assert refused.status_code == 409
    with databases.role("owner"):
        PublicCopy.objects.filter(report=hole).delete()

    assert "Lubang" not in said(client.post("/lapor", story("Ada lubang di jalan")))
    for number in (hole.number, "", "abc", "99999999999"):
        assert client.post("/lapor/dukung", {"support": number}).status_code == 404
    with databases.role("owner"):
        assert not Support.objects.exists()


@pytest.mark.threat("T-KANON")
def test_whoever_asks_from_everywhere_learns_no_point_finer_than_the_map(hole):
    """The answer is the same from every point of a cell of the map, and says nothing of a report without a place."""
    cell = h3.latlng_to_cell(-7.98, 112.63, max(FINENESS.values()))
    middle, beside = h3.cell_to_latlng(cell), h3.cell_to_latlng(next(iter(set(h3.grid_ring(cell, 4)))))
    corners = [tuple(m + 0.95 * (c - m) for m, c in zip(middle, at, strict=True)) for at in h3.cell_to_boundary(cell)]
    asked = story("Ada lubang besar dekat gerbang, tolong ditutup", "")

    for lies_at in (middle, corners[0]):
        with databases.role("owner"):
            y, x = (math.floor(degrees / CELL) for degrees in lies_at)
            Report.objects.filter(pk=hole.pk).update(latitude=lies_at[0], longitude=lies_at[1], cell_y=y, cell_x=x)
        assert [is_offered(asked, at) for at in (middle, *corners)] == [True] * 7
        assert not is_offered(asked, beside)

    with databases.role("owner"):
        PublicCopy.objects.filter(report=hole).update(place="")
    assert not is_offered(asked, middle)


def is_offered(form: dict, at: tuple[float, float]) -> bool:
    page = said(Client().post("/lapor", form | {"key": str(uuid4()), "latitude": at[0], "longitude": at[1]}))
    return "Mungkin sudah ada yang melaporkan?" in page
