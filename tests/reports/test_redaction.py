"""What the redaction helper finds and leaves alone, one case a line; and the gate on invented reports."""

import dataclasses
import time

import pytest
from django.utils import translation

from tools.redaction import measuring
from tools.redaction.reports import reports
from tuntas.reports.redaction import numbers
from tuntas.reports.redaction.finding import LONGEST, find
from tuntas.reports.redaction.finds import LABELS, NAMES, REASONS, Find, Kind, Why
from tuntas.reports.redaction.masking import labels, mask, unmask

pytestmark = [pytest.mark.threat("T-PUBLIC-DERIVED", "T-DUMP-CANARY"), pytest.mark.requirement("R003-20")]


def kinds(text: str) -> list[str]:
    return [f"{each.kind}: {each.text}" for each in find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NIK saya 3509 2010 0190 0001, tolong dicek", ["NIK: 3509 2010 0190 0001"]),
        ("3509201001900001 dan 3509201001900002", ["NIK: 3509201001900001", "NIK: 3509201001900002"]),
        ("nik 35.09.20.100190.0001 dan KK 3509-2010-0190-0003", ["NIK: 35.09.20.100190.0001", "FAMILY_CARD: 3509-2010-0190-0003"]),
        ("NIK: 35O92O1OO19OOOO1", ["NIK: 35O92O1OO19OOOO1"]),  # as a scanner reads it
        ("NIK350920100190000l, tolong", ["NIK: 350920100190000l"]),
        ("nik 350920100190000", ["NIK: 350920100190000"]),  # one digit short, but the word says what it is
        ("WA +62 812-3456-7890 atau 0857.1234.5678", ["PHONE: +62 812-3456-7890", "PHONE: 0857.1234.5678"]),
        ("hp081234567890an", ["PHONE: 081234567890"]),
        ("(0331) 487111 dan (+62) 812 3456 7890", ["PHONE: (0331) 487111", "PHONE: (+62) 812 3456 7890"]),
        ("kirim ke budi.s+1@contoh.co.id ya", ["EMAIL: budi.s+1@contoh.co.id"]),
        ("truk P 1234 AB, motor l5678xy, mobil DK 12 B", ["PLATE: P 1234 AB", "PLATE: l5678xy", "PLATE: DK 12 B"]),
        ("rek BRI 0021-01-012345-50-1 a.n. Budi Santoso", ["ACCOUNT: 0021-01-012345-50-1", "NAME: Budi Santoso"]),
        ("1234567890 (BCA)", ["ACCOUNT: 1234567890"]),
        ("NPWP 09.254.294.3-407.000", ["TAX_NUMBER: 09.254.294.3-407.000"]),
        ("kartu BPJS 0001234567891", ["HEALTH_CARD: 0001234567891"]),
        ("Pak Kades Sutrisno dan Bu Siti Aminah", ["NAME: Sutrisno", "NAME: Siti Aminah"]),
        ("petugas bernama budi hartono meminta uang", ["NAME: budi hartono"]),
        ("rumah saya di Jl. Mawar No. 5 RT 01 RW 02", ["ADDRESS: Jl. Mawar No. 5 RT 01 RW 02"]),
    ],
)  # fmt: skip
def test_what_is_about_a_person_is_found(text, found):
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jalan rusak 200 meter, kilometer 12.500",
        "Rp 1.500.000.000 diminta pada 21-11-2026 pukul 08.30",
        "transfer Rp 1.500.000.000 dari dana desa tanggal 21-11-2026 08.30",
        "loket 08.15-12.00 13.00-15.00, hubungi petugas",
        "Gang Mawar RT 05 RW 02, blok B 12 A, lyn D 4 dan bus L 2",
        "Jalan berlubang di Jl. Simo Hilir B 12 A",
        "UU 25 Tahun 2009 dan Perpres 76/2013",
        "Bapak Wali Kota, Ibu Lurah, Bapak Presiden dan Bapak/Ibu yang terhormat",
        "bapak ibu. Menurut kami jalan ini rusak",
        "Jl. Dr. Soetomo dan Jalan Haji Naim",
        "koordinat -7.257472,112.752088",
        "tahun 2022 2023 2024 2025",
        "nomor laporan 2026110098 dan 1234567890",
        "nama saya belum muncul di DTKS",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert kinds(text) == []


def test_every_kind_and_reason_has_words_in_both_languages():
    assert set(NAMES) == set(LABELS) == set(Kind)
    assert set(REASONS) == set(Why)
    for language in ("en", "id"):
        with translation.override(language):
            assert all(str(words).strip() for words in (*NAMES.values(), *REASONS.values()))


def test_a_find_is_veiled_so_that_its_owner_knows_it_again():
    assert [each.veiled for each in find("WA 0812-3456-7812")] == ["08xx-xxxx-xx12"]
    assert [each.veiled for each in find("Pak Budi")] == ["Bxxx"]


def test_masks_are_numbered_where_there_are_several_and_alike_for_the_same_thing():
    text = "WA 081234567890, HP 0812-3456-7890 dan 085712345678, NIK 3509201001900001"
    finds = find(text)
    names = labels(finds)

    covered = mask(text, finds)

    assert covered == "WA [nomor telepon 1], HP [nomor telepon 1] dan [nomor telepon 2], NIK [NIK]"
    assert find(covered) == []
    shown = [each for each in finds if each.kind is Kind.NIK]
    assert unmask(covered, shown, named=names).endswith("NIK 3509201001900001")


@pytest.mark.parametrize(
    "evil",
    [
        "0 " * 10_000, "1" * 20_000, "0812-" * 4_000, "a" * 20_000, "A1" * 10_000, "@" * 20_000, "a@a." * 5_000, "Pak " * 5_000,
        "Pak A" * 4_000, "bernama " * 2_500, "rumah saya " * 1_800, "rek 12 " * 2_500, "l" * 20_000, "O0" * 10_000, "( " * 10_000,
        "B 1 " * 5_000, "a.n. a " * 2_800, "1.1" * 6_000, "nik 1 2 3 4 5 6 " * 1_200, "RT 1 " * 4_000 + "rumah saya di jl",
    ],
)  # fmt: skip
def test_no_text_makes_it_slow(evil):
    started = time.process_time()
    find(evil[:LONGEST])

    assert time.process_time() - started < 2.0  # seconds: twenty times what the slowest of these takes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_enough_is_found_on_reports_that_the_patterns_were_not_made_for(seed):
    result = measuring.measure(reports(1500, seed=seed))

    assert sum(result.there[kind] for kind in measuring.DEMANDED) > 1500, "too few to measure anything"
    assert measuring.failures(result) == []


def test_the_gate_sees_a_helper_that_lost_a_pattern(monkeypatch):
    monkeypatch.setattr(numbers, "_phone", lambda _place: None)

    assert any("PHONE" in trouble for trouble in measuring.failures(measuring.measure(reports(300, seed=1))))


def test_the_gate_sees_a_helper_that_cries_wolf(monkeypatch):
    def everywhere(text: str) -> list[Find]:
        return [Find(0, 1, Kind.NAME, 0.9, Why.TITLE, text[:1]), Find(1, 2, Kind.NAME, 0.9, Why.TITLE, text[1:2])]

    monkeypatch.setattr(measuring, "find", everywhere)
    made = [dataclasses.replace(each, labels=()) for each in reports(50, seed=1)]

    assert any("false hits" in trouble for trouble in measuring.failures(measuring.measure(made)))
