"""One row at a time: what is taken, and every reason for which one is not."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.importing.registers import AT, HEADER, MAP, a_directory, a_file, a_map, a_row, looked_at, reasons
from tuntas.clocks.calendar import WIB
from tuntas.intake.submissions import LONGEST
from tuntas.kernel.refusals import Incomplete
from tuntas.operations.importing.entries import Entry, Refused
from tuntas.operations.importing.mapping import make_map
from tuntas.operations.importing.reading import open_table
from tuntas.operations.importing.validating import Validator


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def one(tmp_path, mapping=None, **more):
    return looked_at(tmp_path, [a_row(**more)], mapping)[0]


def without(name, **sections):
    """The map without one of its columns."""
    columns = {field: column for field, column in MAP["columns"].items() if field != name}
    return make_map(MAP | {"columns": columns} | {key: MAP.get(key, {}) | value for key, value in sections.items()})


def test_a_whole_row_becomes_an_entry(tmp_path):
    entry = one(tmp_path)

    assert isinstance(entry, Entry)
    assert entry.key == "lama/7"
    assert entry.body == "[contoh] Lampu jalan di depan pasar mati."
    assert entry.lodged_at == datetime(2022, 1, 5, 9, 30, tzinfo=WIB)
    assert entry.known_at == datetime(2022, 1, 12, 10, 0, tzinfo=WIB)
    assert entry.reply_at == datetime(2022, 1, 11, 8, 0, tzinfo=WIB)
    assert (entry.state, entry.finish, entry.bucket) == ("RESOLVED", "IMPORTED", "")
    assert (entry.category, entry.unit, entry.report_class) == (1, "works", "NON_SUPERVISORY")
    assert json.loads(entry.facts) == {"channel": "IMPORT", "source": "lama", "old_id": "7"}
    assert json.loads(entry.state_facts) == {"source": "lama", "old_status": "Selesai"}


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        ({"isi": ""}, "isi", "The report is empty."),
        ({"isi": "   \n\x00 "}, "isi", "The report is empty."),
        ({"isi": "x" * (LONGEST + 1)}, "isi", "The text is too long."),
        ({"isi": "kata " * 20_000}, "isi", "The text is too long."),
        ({"jawaban": "x" * (LONGEST + 1)}, "jawaban", "The text is too long."),
        ({"masuk": ""}, "masuk", "The report has no date."),
        ({"masuk": "31/02/2022"}, "masuk", "The date cannot be read."),
        ({"masuk": "besok pagi"}, "masuk", "The date cannot be read."),
        ({"masuk": "44573.4"}, "masuk", "The date cannot be read."),
        ({"masuk": "2031-01-05"}, "masuk", "The date lies in the future."),
        ({"masuk": "05/01/1022"}, "masuk", "The date lies too far back to be right."),
        ({"tgl_status": "2022-01-04 10:00"}, "tgl status", "It was answered before it came."),
        ({"tgl_jawaban": "2021-12-31"}, "tgl jawaban", "It was answered before it came."),
        ({"status": "Entah"}, "status", "The word “Entah” is not known."),
        ({"no": " "}, "no", "The row has no number."),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_column_and_reason(tmp_path, change, column, what):
    found = one(tmp_path, **change)

    assert reasons(found) == [(column, what)]
    assert found.troubles[0].line == 2
    assert found.troubles[0].why
    assert found.troubles[0].instead


def test_everything_that_is_wrong_with_a_row_is_told_at_once(tmp_path):
    found = one(tmp_path, isi="", masuk="besok", status="Entah")

    assert {column for column, _what in reasons(found)} == {"isi", "masuk", "status"}


def test_emoji_alone_and_one_word_are_taken_as_at_the_door(tmp_path):
    found = looked_at(tmp_path, [a_row(isi="🔥🔥🔥"), a_row(no="8", isi="Banjir")])

    assert [entry.body for entry in found] == ["🔥🔥🔥", "Banjir"]


def test_a_row_with_31_columns_or_too_few_is_refused_and_trailing_empty_cells_are_not(tmp_path):
    whole = [a_row()[name] for name in HEADER]
    found = looked_at(tmp_path, [whole + ["x"] * 22, whole[:-1], [*whole, "", " "]])

    assert [reasons(row)[0][1] for row in found[:2]] == [
        "The row has 31 columns, the first line 9.",
        "The row has 8 columns, the first line 9.",
    ]
    assert isinstance(found[2], Entry)


def test_a_row_with_a_stray_quotation_mark_is_refused_and_the_others_are_not(tmp_path):
    path = a_file(tmp_path, [a_row(isi="TANDA"), a_row(no="8")])
    path.write_text(path.read_text().replace("TANDA", '"tidak ditutup'))
    table = open_table(path, a_map().layout)
    validator = Validator(table, a_map(), a_directory(), AT)

    first, second = (validator.look_at(record) for record in table.rows)

    assert reasons(first) == [("", "The row cannot be split into columns.")]
    assert isinstance(second, Entry)


def test_blank_rows_are_neither_taken_nor_refused(tmp_path):
    assert looked_at(tmp_path, [[""] * 9, [" "] * 9]) == [None, None]


def test_a_row_with_bytes_that_are_no_text_is_refused_and_its_neighbours_are_not(tmp_path):
    path = a_file(tmp_path, [a_row(isi="pagi – siang – malam"), a_row(no="8", isi="RUSAK")])
    path.write_bytes(path.read_bytes().replace(b"RUSAK", b"RUS\xffAK"))
    table = open_table(path, a_map().layout)
    validator = Validator(table, a_map(), a_directory(), AT)

    first, second = (validator.look_at(record) for record in table.rows)

    assert isinstance(first, Entry)
    assert reasons(second) == [("", "The row holds signs that cannot be read.")]


def test_a_nul_byte_goes_and_a_formula_stays_a_text(tmp_path):
    assert one(tmp_path, isi='=HYPERLINK("http://contoh.test")\x00').body == '=HYPERLINK("http://contoh.test")'


def test_a_plain_day_of_an_answer_on_the_day_of_the_report_is_no_contradiction(tmp_path):
    entry = one(tmp_path, tgl_status="2022-01-05", tgl_jawaban="05/01/2022")

    assert entry.known_at == entry.reply_at == entry.lodged_at


def test_what_has_no_date_was_so_on_the_day_the_register_was_read_off(tmp_path):
    entry = one(tmp_path, tgl_status="", tgl_jawaban="", jawaban="")
    later = one(tmp_path, masuk="2024-01-01", tgl_status="", tgl_jawaban="", jawaban="")

    assert entry.known_at == datetime(2023, 3, 31, 17, tzinfo=WIB)
    assert later.known_at == later.lodged_at


def test_a_register_read_off_after_the_day_of_the_import_says_nothing_of_the_future(tmp_path):
    entry = one(tmp_path, a_map(dates={"as_of": "2031-01-01"}), tgl_status="", tgl_jawaban="", jawaban="")

    assert entry.known_at == AT


def test_a_register_without_dates_gives_its_rows_the_day_of_the_map_and_says_so(tmp_path):
    entry = one(tmp_path, without("lodged", defaults={"lodged": "2021-06-01"}))

    assert entry.lodged_at == datetime(2021, 6, 1, tzinfo=WIB)
    assert json.loads(entry.facts)["date"] == "assumed"


# Words ------------------------------------------------------------------------------------------


def test_an_end_that_the_old_register_does_not_explain_is_closed_in_a_bucket_of_its_own(tmp_path):
    entry = one(tmp_path, status="", jawaban="", tgl_status="", tgl_jawaban="")

    assert (entry.state, entry.bucket, entry.finish) == ("ARCHIVED", "unexplained_at_import", "")


def test_an_empty_state_without_a_meaning_is_refused(tmp_path):
    words = {word: code for word, code in MAP["values"]["status"].items() if word}

    found = one(tmp_path, a_map(values={"status": words}), status="")

    assert reasons(found) == [("status", "The report has no state.")]


def test_unknown_categories_and_agencies_are_kept_beside_the_default(tmp_path):
    entry = one(tmp_path, kategori="Aneka Hal", instansi="Dinas Entah")

    assert (entry.category, entry.unit) == (2, "city")
    facts = json.loads(entry.facts)
    assert (facts["old_category"], facts["old_agency"]) == ("Aneka Hal", "Dinas Entah")


def test_unknown_categories_and_agencies_are_refused_if_the_map_says_so(tmp_path):
    mapping = a_map(categories={"unknown": "refuse"}, agencies={"unknown": "refuse"})

    found = one(tmp_path, mapping, kategori="Aneka Hal", instansi="Dinas Entah")

    assert {column for column, _what in reasons(found)} == {"kategori", "instansi"}


def test_a_name_that_two_units_bear_leads_to_neither(tmp_path):
    assert one(tmp_path, instansi="Kelurahan Contoh").unit == "city"
    assert one(tmp_path, a_map(values={"agency": {"kelurahan  CONTOH": "b"}}), instansi="Kelurahan Contoh").unit == "b"


def test_names_are_compared_without_case_accents_and_signs(tmp_path):
    assert one(tmp_path, instansi="  dinas PEKERJAAN umum. ", kategori="KESEHATAN").unit == "works"


def test_without_a_column_of_states_an_answer_tells_the_state(tmp_path):
    mapping = without("status", status_by_answer={"answered": "IN_PROGRESS", "unanswered": "AWAITING_FOLLOW_UP"})

    answered, silent = looked_at(
        tmp_path, [a_row(tgl_status=""), a_row(no="8", jawaban="", tgl_jawaban="", tgl_status="")], mapping
    )

    assert (answered.state, silent.state) == ("IN_PROGRESS", "AWAITING_FOLLOW_UP")


@pytest.mark.parametrize(("word", "is_hidden"), [("Ya", True), ("rahasia", True), ("tidak", False), ("", False)])
def test_protection_is_read(tmp_path, word, is_hidden):
    mapping = a_map(columns={"confidential": "jawaban"})

    assert one(tmp_path, mapping, jawaban=word).is_confidential is is_hidden


def test_protection_is_never_guessed(tmp_path):
    found = one(tmp_path, a_map(columns={"anonymous": "jawaban"}), jawaban="mungkin")

    assert reasons(found) == [("jawaban", "Protection is not clear.")]


@pytest.mark.parametrize("word", ["-7,2575", "-7.2575"])
def test_a_point_on_the_map_is_read_with_comma_or_dot(tmp_path, word):
    mapping = make_map(
        {
            **MAP,
            "columns": {k: v for k, v in MAP["columns"].items() if k not in {"reply", "answered"}}
            | {"latitude": "jawaban", "longitude": "tgl jawaban"},
        }
    )

    entry = one(tmp_path, mapping, jawaban=word, tgl_jawaban="112.7521")
    wrong = one(tmp_path, mapping, jawaban="utara", tgl_jawaban="112.7521")

    assert (entry.latitude, entry.longitude) == (-7.2575, 112.7521)
    assert isinstance(wrong, Refused)


# Keys and columns -------------------------------------------------------------------------------


def test_a_register_without_numbers_knows_a_row_by_all_that_stands_in_it(tmp_path):
    mapping = without("id")
    first, second, third = looked_at(tmp_path, [a_row(), a_row(), a_row(isi="Lain")], mapping)

    assert first.key == second.key != third.key
    assert first.key.startswith("lama/#")


def test_a_long_number_still_fits_as_a_key(tmp_path):
    entry = one(tmp_path, no="x" * 300)

    assert len(entry.key) <= 80
    assert entry.key == one(tmp_path, no="x" * 300).key != one(tmp_path, no="x" * 299 + "y").key


def test_the_digest_of_a_row_changes_with_its_words_and_not_with_columns_that_the_map_leaves_out(tmp_path):
    mapping = without("closed")

    assert one(tmp_path, mapping).content == one(tmp_path, mapping, tgl_status="2022-02-01").content
    assert one(tmp_path, mapping).content != one(tmp_path, mapping, isi="Lain").content


def test_a_column_that_is_not_there_is_refused_before_the_first_row(tmp_path):
    with pytest.raises(Incomplete) as no:
        one(tmp_path, a_map(columns={"title": "judul"}))

    assert "“judul”" in str(no.value)
    assert "kategori" in str(no.value)


def test_two_columns_of_a_name_that_the_map_uses_are_refused(tmp_path):
    with pytest.raises(Incomplete) as no:
        looked_at(tmp_path, [["1"] * 10], header=[*HEADER, "isi"])

    assert "Two columns are called “isi”." in str(no.value)


def test_a_moment_of_the_import_itself_is_not_in_the_future(tmp_path):
    assert isinstance(
        one(tmp_path, masuk=f"{AT.astimezone(WIB):%Y-%m-%d %H:%M}", tgl_status="", jawaban="", tgl_jawaban=""), Entry
    )
    assert AT.tzinfo is UTC
