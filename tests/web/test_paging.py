"""Pages by key: every row once, forwards and backwards, whatever the order and the ties."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from tuntas.web.paging import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.role("owner")]

ORDERS = [("pk",), ("-pk",), ("app_label", "pk"), ("-app_label", "pk"), ("app_label", "-model", "pk")]


@pytest.fixture
def rows():
    """25 rows with many ties in app_label."""
    made = [ContentType(app_label=f"paging{number % 4}", model=f"thing{number:02}") for number in range(25)]
    ContentType.objects.bulk_create(made)
    return ContentType.objects.filter(app_label__startswith="paging")


def walk(rows, order, address="", way="older", size=4):
    pages = []
    while True:
        page = page_of(rows, QueryDict(address.removeprefix("?")), order=order, size=size)
        pages.append(page)
        address = getattr(page, way)
        if not address:
            return pages


@pytest.mark.parametrize("order", ORDERS)
def test_walking_there_and_back_meets_every_row_once(rows, order):
    there = walk(rows, order)
    expected = list(rows.order_by(*order))
    assert [row for page in there for row in page.rows] == expected
    assert [len(page.rows) for page in there] == [4, 4, 4, 4, 4, 4, 1]
    assert there[0].newer == ""

    back = walk(rows, order, address=there[-1].newer, way="newer")
    assert [row for page in reversed(back) for row in page.rows] == expected[:24]
    assert back[-1].newer == ""
    assert back[-1].older


def test_a_row_that_arrives_meanwhile_shifts_nothing(rows):
    first = page_of(rows, QueryDict(), order=("-pk",), size=4)
    ContentType.objects.create(app_label="paging9", model="new")
    second = page_of(rows, QueryDict(first.older.removeprefix("?")), order=("-pk",), size=4)
    assert [row.pk for row in second.rows] == [row.pk for row in rows.order_by("-pk")[5:9]]


def test_filters_stay_in_the_address(rows):
    page = page_of(rows, QueryDict("status=open&q=a%26b"), order=("pk",), size=4)
    asked = QueryDict(page.older.removeprefix("?"))
    assert (asked["status"], asked["q"]) == ("open", "a&b")


@pytest.mark.parametrize(
    "key", ["x", "W10", "bnVsbA", "W1siIiwgdHJ1ZV1d", "W1siZGF0ZSIsICJubyJdXQ", "%FF", "A" * 3000, "ÿ"]
)
def test_a_key_that_is_not_ours_means_the_first_page(rows, key):
    asked = QueryDict(mutable=True)
    asked["after"] = key
    page = page_of(rows, asked, order=("pk",), size=4)
    assert [row.pk for row in page.rows] == [row.pk for row in rows.order_by("pk")[:4]]
    assert page.newer == ""


def test_one_page_costs_one_query(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        page_of(rows, QueryDict(), order=("app_label", "pk"), size=4)


def test_rows_may_be_dictionaries_and_nothing_is_an_empty_page(rows):
    page = page_of(rows.values("pk", "model"), QueryDict(), order=("model", "pk"), size=4)
    assert page.rows[0]["model"] == "thing00"
    assert page.older
    empty = page_of(rows.none(), QueryDict(), order=("pk",))
    assert (list(empty.rows), empty.newer, empty.older) == ([], "", "")


def test_the_pager_is_two_links_or_nothing(rows):
    template = engines["django"].from_string('{% include "web/_pager.html" %}')
    with translation.override("id"):
        middle = walk(rows, ("pk",))[1]
        html = template.render({"page": middle})
        assert 'rel="prev"' in html
        assert 'rel="next"' in html
        assert "Berikutnya" in html
        assert template.render({"page": page_of(rows, QueryDict(), order=("pk",), size=99)}).strip() == ""
