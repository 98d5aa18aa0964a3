"""The books balance, whoever looks (law 7)."""

from datetime import timedelta

import pytest

from tests import databases
from tests.factories import MONDAY, PATHS, a_report, the_state
from tuntas.access.actors import PUBLIC, acting
from tuntas.insight import books, buckets, queries
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R003-14")
def test_opening_plus_in_minus_out_is_closing_for_every_agency():
    state = the_state()
    for step in sorted(PATHS):
        a_report(step)
    for agencies in (None, [state.city.pk], [state.nation.pk], [state.province.pk]):
        for hours in (1, 3, 24 * 30):
            books_of = books.balance(MONDAY, MONDAY + timedelta(hours=hours), agencies=agencies)
            assert books_of.difference == 0, (agencies, hours, books_of)


def test_buckets_add_up_to_what_came_in_on_every_screen():
    state = the_state()
    for step in sorted(PATHS):
        a_report(step)
    with acting(PUBLIC):
        public = books.totals(agencies=[state.city.pk])
    with acting(state.as_admin):
        officer = books.totals(agencies=[state.city.pk])
    assert public.by_bucket == officer.by_bucket
    assert public.incoming == len(PATHS)
    assert set(public.by_bucket) <= set(buckets.BUCKETS)


@pytest.mark.requirement("R003-11")
def test_each_service_unit_has_its_own_numbers():
    state = the_state()
    a_report(State.RESOLVED)
    with databases.role("owner"):
        Report.objects.update(holder=state.puskesmas)

    by_unit = books.totals_by_unit(state.health.pk)

    assert by_unit[state.puskesmas.pk].finished == 1
    assert books.totals_by_unit(state.works.pk) == {}


def test_the_published_table_is_the_one_that_counts():
    with databases.role("owner"):
        for state, bucket in buckets.OF_STATE.items():
            for finish in Finish.values if state == State.RESOLVED else [""]:
                wanted = bucket.replace("*", finish.lower())
                assert queries.bucket_of(state, finish, "") == wanted
    assert set(buckets.OF_STATE) == set(State.values)
