"""A proposed map is a map that can be used, with what a machine cannot know left to a person."""

import tomllib

import pytest
from django.utils import translation

from tests import databases
from tests.factories import the_state
from tests.importing.registers import a_file, a_row, as_csv, brought, rows
from tuntas.kernel.refusals import Incomplete
from tuntas.operations.importing.mapping import make_map
from tuntas.operations.importing.proposing import guess, propose


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            ["No", "Tracking ID", "Tanggal Laporan", "Isi Laporan", "Status Laporan", "Instansi Terdisposisi"],
            {"id": "Tracking ID", "lodged": "Tanggal Laporan", "text": "Isi Laporan", "status": "Status Laporan",
             "agency": "Instansi Terdisposisi"},
        ),
        (
            ["id", "teks", "alamat", "topik", "instansi", "waktu_lapor_wib", "waktu_tanggap_wib"],
            {"id": "id", "text": "teks", "place": "alamat", "category": "topik", "agency": "instansi",
             "lodged": "waktu_lapor_wib", "answered": "waktu_tanggap_wib"},
        ),
        (["laporan", "isi laporan"], {"text": "isi laporan"}),
        (["x", "y"], {}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_usual_names(header, found):
    assert guess(header) == found


@pytest.mark.django_db(transaction=True)
@pytest.mark.role("owner")
def test_a_proposal_is_a_map_by_which_the_file_comes_in(tmp_path):
    the_state()
    header = ["nomor", "tanggal", "isi laporan", "kategori", "dinas", "status", "tindak lanjut"]
    cells = [["1", "2022-01-05", "[contoh] Lampu mati.", "Kesehatan", "Dinas Entah", "Selesai", "[contoh] Sudah."]]
    path = tmp_path / "Rekap 2022.csv"
    path.write_text(as_csv(cells, header=header, delimiter=";"))

    with databases.role("owner"):
        text = propose(path)
    done = brought(path, make_map(tomllib.loads(text)))

    assert done.new == 1
    assert '"Selesai" = "RESOLVED"' in text
    assert '"Kesehatan" = "KES"' in text
    assert "parted by “;”" in text


@pytest.mark.django_db
@pytest.mark.role("owner")
def test_words_that_nobody_knows_are_listed_and_left_to_a_person(tmp_path):
    the_state()
    path = a_file(tmp_path, [*rows(3), a_row(no="9", status='Kata "asing"')])

    text = propose(path)

    assert r'# "Kata \"asing\"" = "?"  # 1' in text
    assert tomllib.loads(text)["values"]["status"] == {"Selesai": "RESOLVED"}


def test_a_file_without_texts_gets_no_proposal(tmp_path):
    with pytest.raises(Incomplete) as no:
        propose(a_file(tmp_path, [["1", "2"]], header=["warna", "harga"]))

    assert "warna, harga" in str(no.value)


@pytest.mark.django_db
@pytest.mark.role("owner")
def test_a_column_of_long_cells_is_taken_for_the_text_and_said_so(tmp_path):
    path = a_file(tmp_path, [["1", "[contoh] Lampu jalan di depan pasar mati."]], header=["warna", "cerita"])

    assert 'text = "cerita"' in propose(path)
    assert "“cerita” was taken for the text" in propose(path)
