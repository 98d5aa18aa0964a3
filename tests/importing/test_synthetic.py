"""Made-up registers: the totals that were published, the same rows for the same seed, the mark on every text."""

from collections import Counter
from itertools import islice

import pytest

from tuntas.operations.importing import synthetic


def test_the_history_has_the_published_totals_and_the_split_of_2022():
    made = list(synthetic.history())

    assert Counter(row["tanggal_masuk"][:4] for row in made) == {"2020": 518, "2021": 371, "2022": 1959, "2023": 309}
    of_2022 = Counter(row["status"] for row in made if row["tanggal_masuk"].startswith("2022"))
    assert of_2022 == {"Selesai": 1802, "Tertunda": 98, "": 59}
    assert max(row["tanggal_masuk"] for row in made) < "2023-04-01"
    assert max(row["tanggal_status"] for row in made) < "2023-04-01"


@pytest.mark.parametrize("make", [synthetic.history, lambda **seed: synthetic.rows(500, **seed)])
def test_the_same_seed_gives_the_same_rows_and_another_gives_others(make):
    assert list(make(seed=7)) == list(make(seed=7))
    assert list(make(seed=7)) != list(make(seed=8))


def test_a_year_is_the_same_whichever_years_are_asked_for():
    assert list(synthetic.history([2021])) == [
        row for row in synthetic.history() if row["tanggal_masuk"] < "2022" and row["tanggal_masuk"] > "2021"
    ]


def test_every_text_bears_the_mark_and_every_number_is_its_own():
    made = list(synthetic.rows(2000))

    for row in made:
        assert row["isi"].startswith("[contoh]")
        assert row["judul"].startswith("[contoh]")
        assert row["jawaban"].startswith("[contoh]") or not row["jawaban"]
        assert "{" not in row["isi"] + row["judul"] + row["jawaban"]
    assert len({row["nomor"] for row in made}) == 2000
    assert {status for status, _weight in synthetic.MIXTURE} == {row["status"] for row in made}


def test_rows_are_written_as_the_map_reads_them(tmp_path):
    path = tmp_path / "baris.csv"

    assert synthetic.write(path, islice(synthetic.rows(10), 10)) == 10
    assert path.read_text().splitlines()[0] == ",".join(synthetic.COLUMNS)
