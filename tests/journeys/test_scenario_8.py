"""Acceptance scenario 8 of handbook 13.1: the totals of 2022 add up, and are the same number on every screen."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests import databases
from tests.factories import an_officer, the_state
from tuntas.access.actors import PUBLIC, acting
from tuntas.insight import books
from tuntas.operations.importing import synthetic
from tuntas.operations.importing.bringing import bring
from tuntas.operations.importing.mapping import find_map, read_map
from tuntas.organizations.loading import load_categories
from tuntas.organizations.models import Role, Unit

WIB = ZoneInfo("Asia/Jakarta")
YEAR = datetime(2022, 1, 1, tzinfo=WIB), datetime(2023, 1, 1, tzinfo=WIB)


@pytest.fixture
def province(transactional_db, tmp_path):
    state = the_state()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.province.pk).update(code="35")
        load_categories()
        file = tmp_path / "register.csv"
        synthetic.write(file, synthetic.history())
        done = bring(file, read_map(find_map("synthetic")))
    assert (done.read, done.refused) == (3157, 0)
    return Unit.objects.get(code="35")


@pytest.mark.slow
@pytest.mark.requirement("R001-12", "R003-03", "R003-14")
def test_scenario_8_the_totals_of_2022_add_up_whoever_looks(province):
    state = the_state()
    with databases.role("owner"):
        local = an_officer("province-eight", province, Role.AGENCY_ADMIN)
    seen = []
    for actor in (PUBLIC, state.as_national, local):
        with acting(actor):
            seen.append(books.totals(agencies=[province.pk], start=YEAR[0], end=YEAR[1]))

    for totals in seen:
        assert totals.incoming == 1959
        assert totals.finished == 1802
        assert totals.by_bucket["pending"] == 98
        assert totals.by_bucket["unexplained_at_import"] == 59
        assert sum(n for _bucket, _words, n in totals.rows()) == 1959
    assert books.balance(*YEAR, agencies=[province.pk]).difference == 0


@pytest.mark.slow
def test_the_published_years_are_all_there(province):
    incoming = {
        year: books.totals(start=datetime(year, 1, 1, tzinfo=WIB), end=datetime(year + 1, 1, 1, tzinfo=WIB)).incoming
        for year in (2020, 2021, 2022, 2023)
    }
    assert incoming == {2020: 518, 2021: 371, 2022: 1959, 2023: 309}
