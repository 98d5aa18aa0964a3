"""Files as they come: any encoding, any delimiter, damaged, locked, empty, from spreadsheets of both kinds."""

import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from django.utils import translation

from tests.importing.registers import HEADER, a_file, a_row, as_csv, rows
from tuntas.kernel.refusals import Incomplete, NotFound, TooMuch
from tuntas.operations.importing import encodings, sheets
from tuntas.operations.importing.reading import Layout, open_table


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def cells_of(path, layout=None):
    table = open_table(path, layout or Layout())
    return table, [record.cells for record in table.rows]


def a_sheet(path, grid, *, date_1904=False, name="Laporan"):
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904, "default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(grid):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("="):
                sheet.write_formula(number, column, cell, None, "hasil")
            else:
                sheet.write(number, column, cell)
    book.close()
    return path


WORDS = "Jalan “Melati” rusak – mohon dicek, café"


@pytest.mark.parametrize(
    ("encoding", "name", "is_told"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8-sig", True),
        ("cp1252", "cp1252", True),
        ("utf-16", "utf-16", True),
        ("utf-16-le", "utf-16-le", True),
    ],
)
def test_words_arrive_whole_from_every_encoding_and_an_unusual_one_is_told(tmp_path, encoding, name, is_told):
    path = a_file(tmp_path, [a_row(isi=WORDS)], encoding=encoding)

    table, cells = cells_of(path)

    assert encodings.of_file(path).name == name
    assert table.header == HEADER
    assert cells[0][2] == WORDS
    assert bool([note for note in table.notes if name in note]) is is_told


def test_latin_1_is_read_where_windows_has_no_sign_for_a_byte(tmp_path):
    path = a_file(tmp_path, [a_row(isi="café \x81")], encoding="latin-1")

    table, cells = cells_of(path)

    assert encodings.of_file(path).name == "latin-1"
    assert cells[0][2] == "café \x81"
    assert "not UTF-8" in table.notes[0]


def test_utf_8_with_a_damaged_place_is_not_taken_for_another_encoding(tmp_path):
    path = a_file(tmp_path, [a_row(isi="pagi – siang – malam"), a_row(isi="RUSAK")])
    path.write_bytes(path.read_bytes().replace(b"RUSAK", b"RUS\xffAK"))

    table, cells = cells_of(path)

    assert table.is_damaged
    assert cells[0][2] == "pagi – siang – malam"
    assert cells[1][2] == "RUS\udcffAK"


def test_an_encoding_that_the_map_names_is_believed_and_a_wrong_one_refused(tmp_path):
    path = a_file(tmp_path, [a_row(isi="café")], encoding="cp850")

    _table, cells = cells_of(path, Layout(encoding="cp850"))

    assert cells[0][2] == "café"
    for wrong in ("ascii", "klingon"):
        with pytest.raises(Incomplete) as no:
            cells_of(path, Layout(encoding=wrong))
        assert wrong in str(no.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    table, cells = cells_of(a_file(tmp_path, [a_row(isi="a,b;c|d")], delimiter=delimiter))

    assert table.header == HEADER
    assert cells[0][2] == "a,b;c|d"


def test_the_line_that_excel_writes_for_itself_names_the_delimiter_and_is_no_row(tmp_path):
    path = tmp_path / "lama.csv"
    path.write_text("sep=;\n" + as_csv([a_row()], delimiter=";"))

    table = open_table(path, Layout())

    assert table.header == HEADER
    assert [record.line for record in table.rows] == [3]


def test_line_breaks_in_quoted_texts_stay_and_lines_are_counted_as_an_editor_counts(tmp_path):
    table = open_table(a_file(tmp_path, [a_row(isi="satu\ndua\r\ntiga"), a_row(no="8")]), Layout())

    found = list(table.rows)

    assert found[0].cells[2] == "satu\ndua\r\ntiga"
    assert [record.line for record in found] == [2, 5]


def test_a_stray_quotation_mark_costs_its_row_and_not_the_rest_of_the_file(tmp_path):
    made = rows(5)
    made[1]["isi"] = "TANDA"
    path = tmp_path / "lama.csv"
    path.write_text(as_csv(made).replace("TANDA", '"tidak ditutup'))

    found = list(open_table(path, Layout()).rows)

    assert [record.cells[0] for record in found if not record.broken] == ["1", "3", "4", "5"]
    assert [record.line for record in found if record.broken] == [3]


def test_a_quotation_mark_that_is_never_closed_in_a_long_file_does_not_swallow_it(tmp_path):
    path = tmp_path / "lama.csv"
    path.write_text("a,b\n1,x\n" + '2,"y\n' + "3,z\n" * 200_000)

    found = list(open_table(path, Layout()).rows)

    assert len(found) == 200_002
    assert [record.line for record in found if record.broken] == [3]
    assert found[-1].line == 200_003


def test_titles_above_the_table_are_left_out_by_header_row(tmp_path):
    path = tmp_path / "lama.csv"
    path.write_text("REKAP LAPORAN 2022,,\n\n" + as_csv([a_row()]))

    table = open_table(path, Layout(header_row=3))

    assert table.header == HEADER
    assert [record.line for record in table.rows] == [4]


@pytest.mark.parametrize("content", ["", "\n\n", "no,isi\n", "\ufeff"])
def test_a_file_without_a_row_is_refused(tmp_path, content):
    path = tmp_path / "kosong.csv"
    path.write_text(content)

    with pytest.raises(Incomplete) as no:
        open_table(path, Layout())

    assert "kosong.csv is empty" in str(no.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotFound):
        open_table(tmp_path / "hilang.csv", Layout())


def test_two_columns_of_one_name_are_told(tmp_path):
    table, _cells = cells_of(a_file(tmp_path, [["1", "2", "3"]], header=["isi", "catatan", "catatan"]))

    assert table.repeated == {"catatan"}
    assert any("catatan" in note for note in table.notes)


def test_a_nul_byte_stops_nothing(tmp_path):
    _table, cells = cells_of(a_file(tmp_path, [a_row(isi="a\x00b"), a_row(no="8")]))

    assert cells[0][2] == "a\x00b"
    assert len(cells) == 2


# Spreadsheets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_of_a_sheet_are_the_same_whichever_year_it_counts_from(tmp_path, date_1904):
    grid = [["no", "masuk", "hari"], [7, datetime(2022, 1, 12, 9, 30), date(2022, 1, 12)]]  # noqa: DTZ001  a sheet knows no zone
    path = a_sheet(tmp_path / "lama.xlsx", grid, date_1904=date_1904)

    table, cells = cells_of(path)

    assert cells == [["7", "2022-01-12 09:30:00", "2022-01-12 00:00:00"]] or cells == [
        ["7", "2022-01-12 09:30:00", "2022-01-12"]
    ]
    assert table.system == (1904 if date_1904 else 1900)
    assert bool([note for note in table.notes if "1904" in note]) is date_1904


def test_cells_of_a_sheet_become_texts_and_a_formula_counts_by_what_was_saved(tmp_path):
    grid = [["a", "b", "c", "d"], [3578010101990001, 7.5, True, "=A1&B1"]]

    table, cells = cells_of(a_sheet(tmp_path / "lama.xlsx", grid))

    assert cells == [["3578010101990001", "7.5", "1", "hasil"]]
    assert any("formulas" in note for note in table.notes)


def test_rows_of_a_sheet_are_numbered_as_the_sheet_numbers_them(tmp_path):
    grid = [[], [], ["no", "isi"], [1, "satu"], [], [2, "dua"]]

    table = open_table(a_sheet(tmp_path / "lama.xlsx", grid), Layout())

    assert table.header == ["no", "isi"]
    assert [(record.line, record.cells) for record in table.rows if any(record.cells)] == [
        (4, ["1", "satu"]),
        (6, ["2", "dua"]),
    ]


def test_a_sheet_is_chosen_by_name_and_a_missing_one_names_those_that_are_there(tmp_path):
    path = a_sheet(tmp_path / "lama.xlsx", [["isi"], ["satu"]], name="Data 2022")

    _table, cells = cells_of(path, Layout(sheet="Data 2022"))

    assert cells == [["satu"]]
    with pytest.raises(Incomplete) as no:
        open_table(path, Layout(sheet="Data 2021"))
    assert "Data 2022" in str(no.value)


def test_a_file_that_only_looks_like_a_workbook_is_refused(tmp_path):
    path = tmp_path / "lama.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook at all")

    with pytest.raises(Incomplete):
        open_table(path, Layout())


def test_a_workbook_that_unpacks_to_a_mountain_is_not_opened(tmp_path, monkeypatch):
    path = tmp_path / "lama.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "0" * 2_000_000)
    monkeypatch.setattr(sheets, "LARGEST", 1_000_000)

    with pytest.raises(TooMuch):
        open_table(path, Layout())
