"""Bars are scaled to the longest one and keep to the content security policy."""

import re

import pytest
from django.template import engines
from django.utils import translation

from tuntas.web.charts import IN_TIME, LATE, as_bars


def drawn(rows, **more) -> str:
    template = engines["django"].from_string(
        '{% load tuntas %}{% bars rows title="Keluhan" series=series colours=colours %}'
    )
    with translation.override("id"):
        return template.render({"rows": rows, "series": (), "colours": ()} | more)


def test_the_longest_bar_fills_the_width():
    bars = as_bars([{"name": "a", "amount": 50}, {"name": "b", "amount": 200}, {"name": "c", "amount": 0}])
    assert [bar.parts[0].width for bar in bars] == [25.0, 100.0, 0.0]


def test_parts_of_a_stack_stand_end_to_end():
    bar, other = as_bars([{"name": "a", "amounts": [2, 1, 1]}, {"name": "b", "amounts": [8, 0, 0]}])
    assert [(part.left, part.width) for part in bar.parts] == [(0.0, 25.0), (25.0, 12.5), (37.5, 12.5)]
    assert (bar.amount, other.amount) == (4, 8)


def test_a_colour_with_a_meaning_stands_in_the_bar_and_in_the_legend():
    (bar,) = as_bars([{"name": "a", "amounts": [2, 5]}], (LATE, IN_TIME))
    assert [part.series for part in bar.parts] == [LATE, IN_TIME]
    html = drawn([{"name": "a", "amounts": [2, 5]}], series=["Terlambat", "Tepat waktu"], colours=(LATE, IN_TIME))
    assert html.index(f'class="series-{LATE}"') < html.index("Terlambat") < html.index(f'class="series-{IN_TIME}"')


def test_all_zero_is_a_chart_without_length():
    assert as_bars([{"name": "a", "amount": 0}])[0].parts[0].width == 0


@pytest.mark.parametrize("row", [{"name": "a", "amount": -1}, {"name": "a", "amounts": [1] * 7}])
def test_what_cannot_be_drawn_is_refused(row):
    with pytest.raises(ValueError, match="amounts"):
        as_bars([row])


def test_a_chart_has_titles_and_a_table_with_the_same_numbers():
    html = drawn([{"name": "Lampu <b>", "amount": 1234.5, "address": "/x?a=1&b=2"}, {"name": "Rambu", "amount": 2}])
    assert "<title>Lampu &lt;b&gt;: 1.234,5</title>" in html
    assert re.findall(r'<td class="amount">([^<]*)</td>', html) == ["1.234,5", "2"]
    assert 'href="/x?a=1&amp;b=2"' in html
    assert not re.search(r"\bstyle=|<style|<script", html)


def test_coordinates_never_get_a_decimal_comma():
    html = drawn([{"name": "a", "amounts": [1, 2]}, {"name": "b", "amounts": [3, 3]}], series=["x", "y"])
    assert re.findall(r' (?:x|width)="([\d.]+)"', html.split("bars__rows")[1])[:4] == [
        "0.00",
        "16.67",
        "16.67",
        "33.33",
    ]


def test_a_chart_of_nothing_says_so():
    assert "Belum ada data." in drawn([])
