"""The words of a letter: plain, complete in both languages, and silent about what must not travel."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tuntas import lifecycle
from tuntas.followup.kinds import Outcome
from tuntas_vault import writing
from tuntas_vault.queries import Notice

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ORIGIN = "https://lapor.example.go.id"
FACTS = {
    "number": "12345678903",
    "holder": "Dinas Perhubungan Kota Contoh",
    "state": "RESOLUTION_PROPOSED",
    "due": "2026-11-26T00:00:00+07:00",
    "note": "Lampu diganti hari Selasa.\nFoto ada di halaman laporan.",
    "missing": "nama jalannya",
    "signpost": "Pengadilan Negeri",
    "proposed": "Dinas Pekerjaan Umum",
    "arbiter": "Kota Contoh",
    "lead": "Bidang Jalan",
    "outcome": "FIXED",
    "archive_reason": "NOT_PUBLIC_SERVICE",
    "clock": "reporter_reply",
    "asker": "Dinas Perhubungan",
    "hours": 24,
}
ALSO_TO_REPORTERS = {"reminder_reporter", "overdue", "news"}  # templates that are no row of the timetable
ALSO_TO_UNITS = {"reminder", "overdue", "news", "review_late"}
OF_A_REPORTER = {"reporter", "subject"}
TO_REPORTERS = sorted({move.name for move in lifecycle.LIFE if OF_A_REPORTER & set(move.tells)} | ALSO_TO_REPORTERS)
TO_UNITS = sorted({move.name for move in lifecycle.LIFE if set(move.tells) - OF_A_REPORTER} | ALSO_TO_UNITS)
ALL_VERBS = sorted({move.name for move in lifecycle.LIFE} | ALSO_TO_REPORTERS | ALSO_TO_UNITS)


def a_notice(template, *, language="id", pk=1, **params):
    return Notice(pk, uuid4(), None, "", template, FACTS | params, language, AT, 1)


def letter(template, **more):
    return writing.to_reporter(a_notice(template, **more), origin=ORIGIN)


@pytest.mark.requirement("R004-13")
@pytest.mark.parametrize("language", writing.LANGUAGES)
@pytest.mark.parametrize("verb", TO_REPORTERS)
def test_every_move_that_tells_the_reporter_has_words_of_its_own(verb, language):
    text = letter(verb, language=language)

    assert verb in writing.words(language)["reporter"]
    assert "{" not in text.subject + text.body
    assert "123 456 7890-3" in text.body
    assert f"{ORIGIN}/lacak" in text.body


@pytest.mark.parametrize("language", writing.LANGUAGES)
@pytest.mark.parametrize("verb", TO_UNITS)
def test_every_move_that_tells_a_unit_has_words_of_its_own(verb, language):
    text = writing.to_unit([a_notice(verb, language=language)], origin=ORIGIN)

    assert verb in writing.words(language)["unit"]
    assert "- 123 456 7890-3: " in text.body
    assert "{" not in text.subject + text.body


def test_both_languages_say_the_same_things():
    indonesian, english = writing.words("id"), writing.words("en")

    assert {part: set(texts) for part, texts in indonesian.items()} == {
        part: set(texts) for part, texts in english.items()
    }
    for part in ("frame", "reporter", "unit"):
        for name, text in indonesian[part].items():
            assert facts_named(text) == facts_named(english[part][name]), f"{part}.{name}"


def facts_named(text):
    return sorted(set(re.findall(r"{(\w+)}", text)))


def test_no_words_are_kept_for_a_move_that_tells_nobody():
    for part, told in (("reporter", TO_REPORTERS), ("unit", TO_UNITS)):
        assert {name.partition(".")[0] for name in writing.words("id")[part]} == set(told)


def test_every_outcome_has_words():
    spoken = writing.words("id")
    assert set(spoken["outcome"]) == set(Outcome.values)


def test_a_reminder_says_what_is_waited_for():
    assert "belum mendengar pendapat Anda" in letter("reminder_reporter", clock="reporter_reply").body
    assert "menunggu keterangan dari Anda" in letter("reminder_reporter", clock="reporter_window").body
    assert "Masih ada yang kami tunggu" in letter("reminder_reporter", clock="appeal_window").body


@pytest.mark.parametrize("language", writing.LANGUAGES)
@pytest.mark.parametrize("verb", ALL_VERBS)
def test_the_subject_tells_that_there_is_news_and_nothing_else(verb, language):
    notice = a_notice(verb, language=language)
    subjects = [writing.to_reporter(notice, origin=ORIGIN).subject, writing.to_unit([notice], origin=ORIGIN).subject]

    for subject in subjects:
        assert "123 456 7890-3" in subject
        assert not any(word in subject for word in ("Dinas", "Lampu", "Pengadilan", "selesai", "diperbaiki"))
    assert (
        subjects[0]
        == {
            "id": "Ada kabar untuk laporan Anda 123 456 7890-3",
            "en": "News on your report 123 456 7890-3",
        }[language]
    )


@pytest.mark.requirement("R004-13")
def test_an_answer_says_what_was_done_in_the_officers_words():
    body = letter("resolve").body

    assert "Dinas Perhubungan Kota Contoh memberi jawaban atas laporan Anda." in body
    assert "Hasilnya: sudah diperbaiki." in body
    assert "> Lampu diganti hari Selasa.\n> Foto ada di halaman laporan." in body
    assert "paling lambat Rabu, 25 November 2026." in body


@pytest.mark.parametrize("verb", TO_REPORTERS)
def test_a_protected_report_gets_one_sentence_without_a_fact(verb):
    text = letter(verb, discreet=True)

    for said in ("Dinas", "Lampu", "jalannya", "Pengadilan", "diperbaiki", "25 November"):
        assert said not in text.subject + text.body
    assert "Ada kabar untuk laporan Anda." in text.body
    assert "kode rahasia" in text.body


@pytest.mark.parametrize("language", writing.LANGUAGES)
@pytest.mark.parametrize("verb", ALL_VERBS)
def test_a_line_whose_fact_is_missing_is_left_out(verb, language):
    bare = Notice(1, uuid4(), None, "", verb, {"number": FACTS["number"]}, language, AT, 1)
    for text in (writing.to_reporter(bare, origin=ORIGIN), writing.to_unit([bare], origin=ORIGIN)):
        assert "{" not in text.body
        assert "None" not in text.body
        assert "\n\n\n" not in text.body


def test_several_missing_things_stand_one_a_line():
    assert "> Nama jalan\n> Nomor tiang" in letter("ask", missing=["Nama jalan", "Nomor tiang"]).body


def test_an_unknown_word_of_a_later_release_still_brings_news():
    assert "Ada kabar untuk laporan Anda." in letter("teleport").body
    assert "ada kabar." in writing.to_unit([a_notice("teleport")], origin=ORIGIN).body


@pytest.mark.parametrize("wrong", [{"outcome": "MAGIC"}, {"due": "soon"}, {"archive_reason": "X"}, {"holder": ""}])
def test_what_cannot_be_said_in_words_is_left_out(wrong):
    for verb in ("resolve", "archive", "dispose"):
        body = letter(verb, **wrong).body
        assert "MAGIC" not in body
        assert "soon" not in body
        assert "Hasilnya: ." not in body


def test_braces_in_somebodys_words_stay_braces():
    body = letter("resolve", note="{link} {number.__class__} %s {{x}}", holder="{due}").body

    assert "> {link} {number.__class__} %s {{x}}" in body
    assert "{due} memberi jawaban" in body


def test_somebodys_words_are_marked_line_by_line():
    """Nobody can write a line that looks like ours into the letter of somebody else."""
    body = letter("question", note="Apa?\n\nKirim kode rahasia Anda ke x@example.org\n\n\n").body
    assert "\nKirim kode" not in body
    assert "> Kirim kode rahasia" in body


def test_a_very_long_answer_is_cut_and_a_name_stays_on_its_line():
    text = letter("resolve", note="kata " * 5000, holder="Dinas\r\nBcc: x@example.org")

    assert len(text.body) < 6000
    assert "…" in text.body
    assert "Dinas Bcc: x@example.org memberi jawaban" in text.body


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-26T00:00:00+07:00", "Rabu, 25 November 2026"),  # WIB: 24:00 of the 25th
        ("2026-11-26T00:00:00+08:00", "Rabu, 25 November 2026"),
        ("2026-11-26T00:00:00+09:00", "Rabu, 25 November 2026"),
        ("2026-11-25T17:00:00+00:00", "Rabu, 25 November 2026"),
        ("2026-11-25T16:00:00+07:00", "Rabu, 25 November 2026"),
    ],
)
def test_a_deadline_is_the_last_day_in_all_three_zones(moment, said):
    assert said in letter("receive", due=moment).body


def test_one_letter_tells_a_unit_all_its_news():
    many = [a_notice("receive", pk=i, number=f"1234567890{i}") for i in (3, 3, 5)] + [a_notice("accept", pk=9)]
    text = writing.to_unit(many, origin=ORIGIN)

    assert text.subject == "Ada 4 kabar laporan untuk Anda"
    assert text.body.count("laporan baru") == 2  # the same line is not said twice
    assert "Lampu" not in text.body


def test_an_unknown_language_gets_indonesian():
    assert letter("receive", language="jv") == letter("receive", language="id")


@pytest.mark.parametrize("part", ["reporter", "unit"])
def test_the_words_are_plain(part):
    """Short sentences, dates in place of `segera`, no stock phrases (house voice)."""
    for name, text in writing.words("id")[part].items():
        assert not re.search(r"segera|mohon maaf|YTH|ketidaknyamanan|Bapak/Ibu", text, re.IGNORECASE), name
        for sentence in re.split(r"[.?!:]\s|\n", text):
            assert len(sentence.split()) <= 17, f"{name}: {sentence}"
