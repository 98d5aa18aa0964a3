"""Where a position lies: the same answer as PostgreSQL's own polygons give, and no answer for what is no place."""

import gzip
import math
from random import Random

import pytest
from django.db import connection

from tuntas.kernel.packs import pack
from tuntas.organizations import locating
from tuntas.organizations.locating import locate


@pytest.mark.parametrize(
    ("latitude", "longitude", "regency", "district"),
    [
        (-7.98, 112.63, "35.73", "35.73.02"),  # Kota Malang, Klojen
        (-8.17, 113.70, "35.09", "35.09.19"),  # Kabupaten Jember, Kaliwates
        (-2.535, 140.717, "91.71", "91.71.01"),  # Kota Jayapura
        (5.55, 95.32, "11.71", "11.71.01"),  # Kota Banda Aceh
    ],
)
def test_a_position_is_told_by_its_regency_and_the_villages_near_it(latitude, longitude, regency, district):
    found = locate(latitude, longitude)
    assert found.regencies[0] == regency
    assert district in {code[:8] for code in found.villages}
    assert len(found.villages) == locating.MOST_VILLAGES


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (-5.0, 110.0),  # the Java Sea
        (51.5, 0.1),  # London
        (-35.3, 149.1),
        (0.0, 0.0),  # what a phone says that knows nothing
        (91.0, 112.6),
        (-7.9, 1e300),
        (math.nan, 112.6),
        (math.inf, -math.inf),
    ],
)
def test_at_sea_abroad_and_nonsense_are_nowhere(latitude, longitude):
    assert locate(latitude, longitude) is None


def test_near_a_border_both_sides_are_named_and_a_pier_still_belongs_to_its_town():
    outline = locating.atlas().outlines["35.73"]
    (lon, lat), (other_lon, other_lat) = outline.rings[0][:2]
    on_the_border = locate((lat + other_lat) / 2, (lon + other_lon) / 2)
    assert {"35.73", "35.07"} <= set(on_the_border.regencies)
    pier = locate(-7.72, 113.22)  # the harbour of Probolinggo, in the water
    assert pier.regencies[0] == "35.74"


@pytest.mark.django_db
def test_the_answer_is_the_one_of_postgresqls_own_polygons():
    """Points all over one province; none of these lies on an edge, which may go either way."""
    dice, outlines = Random(31), [each for each in locating.atlas().outlines.values() if each.code.startswith("35")]
    points = [(dice.uniform(111.0, 114.6), dice.uniform(-8.8, -6.8)) for _n in range(400)]
    rings = [
        (outline.code, f"({','.join(f'({lon},{lat})' for lon, lat in ring[:-1])})")
        for outline in outlines
        for ring in outline.rings
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n - 1, code FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS at (lon, lat, n)"
            " JOIN unnest(%s::text[], %s::text[]) AS border (code, ring) ON ring::polygon @> point(lon, lat)",
            [*([at[k] for at in points] for k in (0, 1)), *([ring[k] for ring in rings] for k in (0, 1))],
        )
        theirs: dict[int, set[str]] = {}
        for number, code in cursor.fetchall():  # in the hole of an area: an even number of its rings
            theirs.setdefault(number, set()).symmetric_difference_update({code})
    ours = {
        number: {outline.code for outline in outlines if outline.encloses(point)} for number, point in enumerate(points)
    }
    assert sum(map(bool, ours.values())) > 100
    assert {n: codes for n, codes in ours.items() if codes} == {n: codes for n, codes in theirs.items() if codes}


def test_most_villages_are_found_where_their_own_middle_lies():
    """The two sources agree; where they do not, the outline was simplified or the middle is wrong."""
    lines = gzip.decompress(pack("borders/middles.csv.gz").read_bytes()).decode("ascii").splitlines()
    sample = Random(7).sample(lines, 1_000)
    right = 0
    for line in sample:
        code, latitude, longitude = line.split(",")
        found = locate(int(latitude) / locating.FINE, int(longitude) / locating.FINE)
        right += found is not None and found.regencies[0] == code[:5] and found.villages[0] == code
    assert right >= 960
