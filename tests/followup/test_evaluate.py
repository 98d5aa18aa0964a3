"""The arithmetic of `make eval`, on rows made up for it: figures that lie would be worse than none."""

import csv
import importlib.util
import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def evaluate():
    spec = importlib.util.spec_from_file_location("evaluate", ROOT / "tools" / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["evaluate"] = module  # dataclasses with slots look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["evaluate"]


CONTENT = [
    "Lampu di Jalan {place} sudah diganti regu PJU tanggal {day} November 2026 karena kabelnya putus.",
    "Syaratnya fotokopi KK dan surat kehilangan, bawa ke loket {day} Kantor {place}, gratis.",
    "Jembatan {place} ditutup sampai {day} Desember karena pondasinya retak, lewat jalur barat dulu.",
    "Pedagang di trotoar {place} telah dipindahkan ke blok C pasar tanggal {day} Oktober oleh Satpol PP.",
    "Obat di Puskesmas {place} kosong sebab kiriman gudang terlambat, stok masuk {day} Januari.",
    "Truk pengangkut dari {place} rusak, sampah diangkut truk pinjaman mulai {day} Mei pukul 05.00.",
]
CANNED = [
    "Terima kasih atas laporan Anda, akan segera kami tindaklanjuti.",
    "Mohon maaf atas ketidaknyamanannya, kami akan terus berusaha memberikan yang terbaik.",
    "Silakan hubungi call center kami atau melalui email kami untuk informasi lebih lanjut.",
    "Laporan sudah kami teruskan ke dinas terkait untuk ditindaklanjuti, mohon bersabar.",
    "Masukan Anda menjadi bahan evaluasi kami agar pelayanan lebih baik lagi.",
    "Mohon untuk menyebutkan kesulitan yang dihadapi melalui email kami, terima kasih.",
]


@pytest.fixture
def register(tmp_path):
    """A file of the same shape as the real one, every row synthetic."""

    def write(labels=("isi", "kosong")):
        rows, number = [], 0
        for label, texts in zip(labels, (CONTENT, CANNED), strict=True):
            for place, text in enumerate(texts):
                for day in range(3 + 5 * (label == "kosong")):
                    number += 1
                    reply = text.format(place="Kaliwates", day=day + 1)
                    sent = f"2026-{1 + number * 7 % 12:02}-{1 + number % 28:02} 09:00"
                    rows.append((number, f"lampu jalan padam nomor {number}", reply, sent, f"{label}{place}", label))
        path = tmp_path / "open" / "balasan_jaki.csv"
        path.parent.mkdir()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "ulasan", "balasan", "waktu_balasan", "templat", "label"])
            writer.writerows(rows)
        return tmp_path

    return write


def test_it_passes_where_the_gate_is_right(evaluate, register, capsys):
    code = evaluate.main(["--data", str(register())])
    said = capsys.readouterr().out

    assert code == 0
    assert "PASS: lowest precision of blocking 1.000" in said
    for part in ("SPLIT BY TEMPLATE", "SPLIT BY TIME", "AS SHIPPED", "CONTROL", "CALIBRATION", "RELEVANCE", "seed"):
        assert part in said


def test_it_fails_where_the_gate_is_wrong(evaluate, register, capsys):
    code = evaluate.main(["--data", str(register(labels=("kosong", "isi")))])

    assert code == 1
    assert "FAIL: lowest precision" in capsys.readouterr().out


def test_it_prints_no_reply_unless_asked(evaluate, register, capsys):
    data = register(labels=("kosong", "isi"))
    evaluate.main(["--data", str(data)])
    silent = capsys.readouterr().out
    evaluate.main(["--data", str(data), "--show"])
    shown = capsys.readouterr().out

    assert "call center" not in silent
    assert "Kaliwates" not in silent
    assert "call center" in shown


def test_without_data_it_says_where_to_put_them(evaluate, tmp_path, capsys):
    assert evaluate.main(["--data", str(tmp_path)]) == 2
    assert "TUNTAS_EVAL_DATA" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"), [(10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (50, 100, 0.404, 0.596)]
)
def test_wilson_is_wilson(evaluate, hits, number, low, high):
    assert evaluate.wilson(hits, number) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_precision_counts_rows_or_templates_as_it_says(evaluate):
    blocks = [evaluate.Block("kosong", 1, 9, 10), evaluate.Block("lempar", 2, 1, 1), evaluate.Block("isi", 3, 1, 2)]

    assert evaluate.precision_by_rows(blocks) == pytest.approx(10 / 11)
    assert evaluate.precision_by_templates(blocks) == pytest.approx(1.9 / 2.4)
    assert evaluate.precision_if_half_is_content(blocks) == pytest.approx(0.95 / 1.45)


def test_no_family_of_templates_lies_on_both_sides(evaluate, register):
    rows = evaluate.load(register() / "open" / "balasan_jaki.csv")
    evaluate.read_in_order(rows)
    templates = evaluate.templates_of(rows)
    for seed in range(20):
        left, right = evaluate.halves(templates, random.Random(seed))

        assert {each.family for each in left}.isdisjoint({each.family for each in right})
        assert {each.name for each in left} | {each.name for each in right} == {each.name for each in templates}
        assert all(any(each.canned == canned for each in side) for side in (left, right) for canned in (True, False))


def test_templates_that_differ_by_a_word_are_one_family(evaluate):
    def template(name, text):
        return evaluate.Template(name, True, "kosong", [evaluate.Row("", text, "", name, "kosong")])

    templates = [template("a", CANNED[0]), template("b", CANNED[0] + " Terima kasih."), template("c", CANNED[2])]
    evaluate.name_families(templates)

    assert templates[0].family == templates[1].family != templates[2].family


def test_the_curve_is_not_moved_by_how_many_canned_templates_there_are(evaluate):
    def template(points, canned):
        row = evaluate.Row("", "", "", "", "", points=points)
        return evaluate.Template("", canned, "", [row])

    content = [template(points, False) for points in (-3, -2, 0, 2)]
    canned = [template(points, True) for points in (4, 3, 1, -1)]

    few, many = evaluate.calibrate(content + canned), evaluate.calibrate(content + canned * 9)

    assert evaluate.probability(3, few) > 0.5 > evaluate.probability(-2, few)
    assert evaluate.probability(0.5, many) == pytest.approx(evaluate.probability(0.5, few), abs=0.05)


@pytest.mark.parametrize(("high", "low", "expected"), [([1, 2], [0, 0], 1.0), ([1, 1], [1, 1], 0.5), ([0], [1], 0.0)])
def test_auc_counts_ties_half(evaluate, high, low, expected):
    assert evaluate.auc(high, low) == expected
