"""What the packs that come with the product promise, row by row, without a database."""

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from tuntas.kernel.packs import Row, pack, rows
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.reports.codes import archive_reasons, problem_natures, signposts

PACKS = [
    "calendars/local_holidays.csv",
    "calendars/province_zones.csv",
    "calendars/working_calendars.csv",
    "categories/categories.csv",
    "categories/problem_natures.csv",
    "clocks/default.csv",
    "organizations/national_agencies.csv",
    "organizations/office_templates.csv",
    "reports/archive_reasons.csv",
    "reports/signposts.csv",
]
CATEGORIES = {row.text("code"): row for row in rows(pack("categories/categories.csv"))}
TEMPLATES = {row.text("code"): row for row in rows(pack("organizations/office_templates.csv"))}


@pytest.mark.parametrize("name", PACKS)
def test_every_row_says_who_says_so(name):
    assert [row.line for row in rows(pack(name), needs=["legal_source"]) if not row.text("legal_source")] == []


@pytest.mark.parametrize("name", [name for name in PACKS if "categories/" in name or "clocks/" in name])
def test_days_of_validity_can_be_read_and_are_in_order(name):
    for row in rows(pack(name)):
        begins, ends = row.day("valid_from"), row.day("valid_to")
        assert begins is not None, row
        assert ends is None or begins <= ends, row


# Categories -----------------------------------------------------------------------------------------


def test_there_are_thirty_top_categories_and_their_parts_hang_below_them():
    tops = [code for code, row in CATEGORIES.items() if not row.text("parent")]

    assert len(tops) == 30
    assert {row.text("parent") for row in CATEGORIES.values()} - {""} <= set(tops)
    assert len(CATEGORIES) == len(rows(pack("categories/categories.csv"))), "a code stands twice"


@pytest.mark.requirement("R000-11")
@pytest.mark.parametrize("top", ["KES", "PDK", "DUK"])
def test_health_education_and_registration_have_parts_with_examples_and_keywords(top):
    parts = [row for row in CATEGORIES.values() if row.text("parent") == top and "Lainnya" not in row.text("name_id")]

    assert len(parts) >= 4
    for row in parts:
        assert row.words("examples"), row.text("name_id")
        assert row.words("keywords"), row.text("name_id")


@pytest.mark.parametrize("code", ["LHK-06", "LHK-07", "LHK-08", "PHB-06", "PHB-07", "PUP-01"])
def test_rubbish_floods_swiftlets_lamps_parking_and_roads_have_examples(code):
    assert CATEGORIES[code].words("examples")
    assert CATEGORIES[code].words("keywords")


def test_retired_categories_keep_their_row_and_their_last_day():
    retired = [row for row in CATEGORIES.values() if row.is_yes("retired")]

    assert {row.text("code") for row in retired} == {"COV", "MDK"}
    assert all(row.day("valid_to") < date(2026, 1, 1) for row in retired)


def test_every_keyword_is_small_and_short_enough_for_its_column():
    for row in CATEGORIES.values():
        assert all(word == word.lower() and len(word) <= 60 for word in row.words("keywords")), row
        assert all(len(text) <= 300 for text in row.words("examples")), row


# Offices --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R002-03")
@pytest.mark.parametrize(
    "code",
    [
        *["kominfo", "sosial-pppa", "dukcapil", "pu-tata-ruang", "lingkungan-hidup", "koperasi-umkm-perindag"],
        *["kesehatan", "puskesmas", "pendidikan", "sd-smp", "rsud", "dpmptsp", "perhubungan", "bappeda", "organisasi"],
        *["inspektorat", "satpol-pp", "pdam", "kecamatan", "kelurahan", "desa"],
    ],
)
def test_the_offices_that_the_articles_name_have_templates(code):
    template = TEMPLATES[code]

    assert template.text("name").count("{") == 1
    assert set(template.words("categories")) <= set(CATEGORIES)
    assert template.words("categories")
    assert template.text("under") == "" or template.text("under") in TEMPLATES


@pytest.mark.requirement("R004-06")
def test_the_communication_office_alone_holds_the_coordinators_seat():
    assert [code for code, row in TEMPLATES.items() if row.is_yes("is_coordinator")] == ["kominfo"]


def test_every_category_but_the_national_ones_has_an_office_that_usually_handles_it():
    handled = {code for row in TEMPLATES.values() for code in row.words("categories")}
    national = {"AGM", "ESD", "P4G", "PEN", "MDK", "MBG", "POL"}  # ministries, state companies, the centre
    tops = {code for code, row in CATEGORIES.items() if not row.text("parent")}

    assert {code for code in tops if not any(part.startswith(code) for part in handled)} <= national


# Calendars ------------------------------------------------------------------------------------------


def test_every_province_has_one_of_the_three_zones():
    zones = {row.text("province"): row for row in rows(pack("calendars/province_zones.csv"))}

    assert len(zones) == 38
    assert {ZoneInfo(row.text("zone")).key for row in zones.values()} == {
        "Asia/Jakarta",
        "Asia/Makassar",
        "Asia/Jayapura",
    }
    assert (zones["35"].text("name"), zones["51"].text("name"), zones["94"].text("name")) == ("WIB", "WITA", "WIT")


# Policies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "report_class", "length", "counting"),
    [
        ("verify", "", 3, "working"),
        ("dispose", "", 3, "working"),
        ("dispose_transferred", "", 1, "working"),
        ("first_response", "", 5, "working"),
        ("resolve", "NON_SUPERVISORY", 14, "working"),
        ("resolve", "SUPERVISORY", 60, "working"),
        ("resolve", "INFORMATION_REQUEST", 5, "working"),
        ("resolve", "ASPIRATION", 5, "working"),
        ("resolve", "WHISTLEBLOWING", 60, "working"),
        ("reporter_window", "", 10, "working"),
        ("transfer_decision", "", 1, "working"),
        ("arbitration", "", 1, "working"),
        ("approval", "", 1, "working"),
        ("reporter_reply", "", 10, "working"),
        ("reopen_window", "", 30, "working"),
        ("appeal_window", "", 10, "working"),
        ("revive_window", "", 90, "calendar"),
    ],
)
def test_the_default_limits_are_those_of_the_handbook(stage, report_class, length, counting):
    [row] = [
        row
        for row in rows(pack("clocks/default.csv"))
        if (row.text("stage"), row.text("class"), row.text("valid_to")) == (stage, report_class, "")
    ]

    assert (row.number("length"), row.text("counting")) == (length, counting)


# What an officer chooses from ------------------------------------------------------------------------


def test_an_archive_reason_explains_itself_in_the_readers_language():
    general = archive_reasons()["TOO_GENERAL"]

    with translation.override("id"):
        assert str(general.name) == "Terlalu umum"
    with translation.override("en"):
        assert str(general.name) == "Too general"
    for reason in archive_reasons().values():
        assert reason.explanation.indonesian.endswith("."), reason.code
        assert reason.explanation.english.endswith("."), reason.code


def test_what_is_no_public_service_needs_a_signpost_and_silence_is_never_chosen_by_hand():
    reasons = archive_reasons()

    assert {code for code, reason in reasons.items() if reason.needs_signpost} == {
        "NOT_PUBLIC_SERVICE",
        "UNDER_LITIGATION",
    }
    assert [code for code, reason in reasons.items() if reason.is_automatic] == ["INCOMPLETE_NO_REPLY"]


def test_problem_natures_cover_levies_delay_and_conduct():
    assert {"DELAY", "ILLEGAL_LEVY", "STAFF_CONDUCT", "ABUSE_OF_AUTHORITY"} <= set(problem_natures())
    assert all(len(code) <= 40 for code in problem_natures())


def test_signposts_name_the_emergency_numbers_and_are_unverified_until_somebody_has_called_them():
    emergencies = [post.contact for post in signposts().values() if post.is_emergency]

    assert emergencies[:4] == ["112", "110", "113", "119"]
    assert not any(post.is_verified for post in signposts().values())


# Reading --------------------------------------------------------------------------------------------


def test_a_file_with_semicolons_a_mark_and_blank_lines_is_read(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_bytes("kode;nama\n35; Jawa Timur \n\n;\n35.78;Kota Surabaya\n".encode("utf-8-sig"))

    assert [(row.line, row.text("kode"), row.text("nama")) for row in rows(file)] == [
        (2, "35", "Jawa Timur"),
        (5, "35.78", "Kota Surabaya"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [("kode,nama\n35,J\xe4wa".encode("latin-1"), "UTF-8"), (b"wrong,columns\n1,2\n", "code")],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path, content, says):
    file = tmp_path / "areas.csv"
    file.write_bytes(content)

    with pytest.raises(Refusal, match=says):
        rows(file, needs=["code"])


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotFound, match="make assets"):
        rows(tmp_path / "areas.csv")


@pytest.mark.parametrize("read", [lambda row: row.number("n"), lambda row: row.day("n")])
def test_a_cell_that_makes_no_sense_names_its_column(read):
    with pytest.raises(ValueError, match="twelve"):
        read(Row("file.csv", 2, {"n": "twelve"}))


# The list of areas ----------------------------------------------------------------------------------


def test_the_pinned_package_gives_the_whole_list_and_its_notice(tmp_path):
    tool = Path(__file__).parent.parent.parent / "tools/areas.py"
    told = subprocess.run(
        [sys.executable, tool, "--into", tmp_path / "one"], capture_output=True, text=True, check=True
    ).stdout
    subprocess.run([sys.executable, tool, "--into", tmp_path / "two"], capture_output=True, check=True)
    written = (tmp_path / "one" / "areas.csv.gz").read_bytes()

    assert "38 provinces, 514 regencies and cities, 7285 districts, 83762 villages" in told
    assert len(gzip.decompress(written).splitlines()) == 1 + 38 + 514 + 7285 + 83762
    assert written == (tmp_path / "two" / "areas.csv.gz").read_bytes(), "the same list must give the same bytes"
    assert "MIT" in (tmp_path / "one" / "NOTICE").read_text()
