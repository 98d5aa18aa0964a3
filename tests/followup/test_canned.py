"""The gate that tells a canned reply from a follow-up. All texts here are synthetic."""

import time
import tomllib
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tuntas.followup.canned import Earlier, Judgement, build_scale, collapse, explain, judge, scale, template_of
from tuntas.followup.canned_words import cues, sentences
from tuntas.followup.kinds import Kind, Step

SYNTHETIC = tomllib.loads((Path(__file__).parent / "synthetic_replies.toml").read_text(encoding="utf-8"))
REPORTS = SYNTHETIC["reports"]
THANKS = "Terima kasih atas laporan Anda. Akan segera kami tindaklanjuti."
LAMP_DONE = "Lampu sudah diganti 12 Nov, foto terlampir."


def judged(row, step=Step.RESOLUTION, **more):
    report = REPORTS[row["about"]]
    return judge(
        row["reply"].replace("{report}", report),
        report_text=report,
        step=step,
        kind=row.get("kind", Kind.ANSWER),
        has_evidence=row.get("proof", False),
        **more,
    )


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


def missing(verdict):
    return {reason.code for reason in verdict.missing}


def rows(*labels):
    return [pytest.param(row, id=row["reply"][:40]) for row in SYNTHETIC["examples"] if row["label"] in labels]


# The four kinds ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-12")
@pytest.mark.parametrize("row", rows("kosong"))
def test_thanks_and_promises_do_not_count_as_a_follow_up(row):
    verdict = judged(row)

    assert verdict.verdict != Judgement.SUBSTANTIVE
    assert verdict.missing


@pytest.mark.requirement("R004-16")
@pytest.mark.parametrize("row", rows("isi", "selesai"))
def test_an_answer_with_something_in_it_is_never_held_back(row):
    verdict = judged(row)

    assert verdict.verdict == Judgement.SUBSTANTIVE
    assert not verdict.blocks
    assert verdict.missing == ()


@pytest.mark.parametrize("row", rows("isi", "selesai"))
def test_an_answer_with_something_in_it_passes_even_when_it_was_sent_often(row):
    often = [Earlier(template_of(row["reply"]), 40)]

    assert not judged(row, earlier=often).blocks


@pytest.mark.parametrize("row", rows("lempar"))
def test_sending_somebody_elsewhere_does_not_count_as_a_follow_up(row):
    verdict = judged(row)

    assert verdict.verdict != Judgement.SUBSTANTIVE
    assert "sends_elsewhere" in codes(verdict)


def test_most_canned_texts_are_held_back_and_no_other():
    canned = [row for row in SYNTHETIC["examples"] if row["label"] in {"kosong", "lempar"}]
    content = [row for row in SYNTHETIC["examples"] if row["label"] in {"isi", "selesai"}]

    assert sum(judged(row).blocks for row in canned) >= 0.9 * len(canned)
    assert not any(judged(row).blocks for row in content)


def test_sentences_that_nobody_had_in_mind_are_at_worst_left_open():
    content = [row for row in SYNTHETIC["afterwards"] if row["label"] == "isi"]
    canned = [row for row in SYNTHETIC["afterwards"] if row["label"] == "kosong"]

    assert not any(judged(row).blocks for row in content)
    assert not any(judged(row).verdict == Judgement.SUBSTANTIVE for row in canned)
    assert sum(judged(row).verdict == Judgement.SUBSTANTIVE for row in content) >= 0.9 * len(content)


@pytest.mark.requirement("R004-12")
def test_sending_an_empty_text_often_gives_it_away_whatever_its_words():
    canned = [row for row in SYNTHETIC["afterwards"] if row["label"] == "kosong"]
    once = sum(judged(row).blocks for row in canned)
    often = sum(judged(row, earlier=[Earlier(template_of(row["reply"]), 60)]).blocks for row in canned)

    assert (once, often, len(canned)) == (7, 19, 22)  # the figures of docs/canned-replies.md


# Tricks -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-12")
@pytest.mark.parametrize("row", [pytest.param(row, id=row["reply"][:40]) for row in SYNTHETIC["disguised"]])
def test_a_canned_text_in_disguise_does_not_count(row):
    assert judged(row).verdict != Judgement.SUBSTANTIVE


def test_a_date_pasted_into_thanks_changes_nothing():
    dated = "Terima kasih atas laporan Anda tanggal 12 November 2026. Akan segera kami tindaklanjuti. 12/11/2026."

    assert judge(dated, step=Step.PROGRESS).score == judge(THANKS, step=Step.PROGRESS).score


def test_a_report_copied_into_thanks_brings_nothing_and_is_named():
    copied = judge(f"{THANKS} {REPORTS['lamp']}", report_text=REPORTS["lamp"], step=Step.PROGRESS)

    assert copied.blocks
    assert "copies_the_report" in codes(copied)


def test_a_place_repeated_from_the_report_beside_work_is_not_a_copy():
    reply = "Lampu di depan SDN 3 Antirogo, Jl. Melati RT 03 sudah diganti tanggal 12 November 2026 oleh regu PJU."
    verdict = judge(reply, report_text=REPORTS["lamp"], step=Step.RESOLUTION, kind=Kind.FIELD_ACTION)

    assert verdict.verdict == Judgement.SUBSTANTIVE
    assert "copies_the_report" not in codes(verdict)
    assert {"names_work_done", "has_date", "has_place", "fits_the_report"} <= codes(verdict)


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_letters_that_nobody_sees_hide_nothing(hidden):
    assert template_of(THANKS.replace("i", f"i{hidden}")) == template_of(THANKS)


@pytest.mark.parametrize("text", ["", "   ", "...", "🙏🙏🙏", "👍", "\n\n", "#", "Halo Kak,", "Yth. Bapak/Ibu,"])
def test_a_text_without_words_says_nothing(text):
    verdict = judge(text, step=Step.RESOLUTION, kind=Kind.FIELD_ACTION)

    assert verdict.blocks
    assert verdict.score == 1
    assert codes(verdict) == {"nothing_said"}


@pytest.mark.parametrize(
    ("plain", "shouted"),
    [(THANKS, THANKS.upper()), (LAMP_DONE, LAMP_DONE.upper()), (THANKS, f"🙏 {THANKS} 💪🏽")],
)
def test_capitals_and_emoji_change_nothing(plain, shouted):
    assert judge(shouted, step=Step.PROGRESS).score == judge(plain, step=Step.PROGRESS).score


@pytest.mark.parametrize("text", ["akan diganti", "belum diganti", "tidak diganti", "mohon diganti", "untuk diganti"])
def test_work_that_is_only_wished_for_is_not_work_done(text):
    verdict = judge(f"Lampu {text} tanggal 12 November 2026.", step=Step.PROGRESS)

    assert "names_work_done" not in codes(verdict)


def test_a_plan_counts_only_with_its_date():
    dated = judge("Lampu akan kami ganti paling lambat 28 November 2026.", step=Step.PROGRESS)
    undated = judge("Lampu akan kami ganti secepatnya.", step=Step.PROGRESS)

    assert "names_plan" in codes(dated)
    assert "names_plan" not in codes(undated)
    assert dated.score < undated.score


# Earlier replies --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-12")
def test_a_text_sent_for_other_reports_is_counted_and_said_in_words():
    earlier = collapse([f"Halo Kak {name}, {THANKS} #{name}" for name in ("Sari", "Budi", "Tini")] * 12 + [THANKS])
    verdict = judge(THANKS, earlier=earlier, step=Step.RESOLUTION)
    reason = verdict.reasons[0]

    assert len(earlier) == 1
    assert (reason.code, reason.stored) == ("sent_before", "sent_before:37")
    with translation.override("en"):
        assert str(reason.sentence) == "This text was sent 37 times for other reports."
        assert str(explain("sent_before:1")) == "This text was sent 1 time for another report."


def test_names_numbers_and_addresses_do_not_make_a_copy_new():
    one = "Halo Bu Sari, antrean Anda nomor 12 pada 3/11/2026, tulis ke a@contoh.go.id. #Ani"
    two = "Halo Pak Joko, antrean Anda nomor 7 pada 13/12/2026, tulis ke bb@contoh.go.id. #Budi"

    assert template_of(one) == template_of(two)


def test_an_old_reply_with_one_new_sentence_is_still_the_old_reply():
    old = f"{THANKS} Kami berkomitmen untuk terus meningkatkan pelayanan kepada masyarakat di seluruh wilayah."
    verdict = judge(f"{old} Salam lestari.", earlier=[Earlier(template_of(old), 9)], step=Step.PROGRESS)

    assert "sent_before" in codes(verdict)


def test_only_the_latest_two_hundred_replies_are_compared():
    earlier = collapse([f"Lampu nomor satu di Jalan {word}" for word in ("Mawar", "Melati")] + ["x y z"] * 500)

    assert sum(each.times for each in earlier) == 200


def test_another_text_is_not_called_a_copy():
    earlier = collapse(["Lubang di Jalan Kaliurang sudah ditambal 14 November.", THANKS])
    verdict = judge(LAMP_DONE, earlier=earlier, step=Step.RESOLUTION)

    assert "sent_before" not in codes(verdict)


# What it says -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-21")
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_reason_and_question_is_a_sentence_in_words(language):
    verdicts = [judged(row, earlier=collapse([THANKS])) for row in SYNTHETIC["examples"] + SYNTHETIC["disguised"]]
    verdicts += [judge("", step=Step.PROGRESS, kind=kind) for kind in Kind]

    with translation.override(language):
        for verdict in verdicts:
            for reason in (*verdict.reasons, *verdict.missing):
                assert str(reason.sentence)[-1] in ".?"
                assert str(explain(reason.stored)) == str(reason.sentence)
                assert len(reason.stored) <= 40


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        (Kind.ANSWER, {"answer"}),
        (Kind.FIELD_ACTION, {"what", "when", "who", "where", "proof"}),
        (Kind.DOCUMENT, {"what", "document", "when"}),
        (Kind.DECISION, {"what", "reason", "document"}),
    ],
)
def test_thanks_leave_every_question_of_their_kind_open(kind, questions):
    verdict = judge(THANKS, step=Step.RESOLUTION, kind=kind)

    assert missing(verdict) == questions


def test_what_is_told_is_no_longer_asked():
    verdict = judge("Sudah kami perbaiki kemarin.", step=Step.RESOLUTION, kind=Kind.FIELD_ACTION, has_evidence=True)

    assert missing(verdict).isdisjoint({"what", "when", "proof"})


def test_a_question_to_the_reporter_is_pointed_to_its_own_door():
    verdict = judge("Boleh tahu lokasi persisnya di mana?", step=Step.PROGRESS)

    assert "asks" in codes(verdict)


@pytest.mark.parametrize("row", rows("kosong", "lempar", "isi", "selesai"))
def test_the_points_of_the_reasons_add_up_to_the_score(row):
    verdict = judged(row, earlier=[Earlier(template_of(row["reply"]), 3)])
    known = scale()
    told = known.base + sum(reason.points for reason in verdict.reasons)

    assert known.score(told) == pytest.approx(verdict.score, abs=0.01)
    assert verdict.version == f"{known.version}/{cues().version}"


def test_naming_oneself_is_nothing_new():
    text = "Terima kasih sudah menghubungi Dinas Perhubungan Kabupaten Sukamaju, segera kami tindaklanjuti."

    named = judge(text, step=Step.PROGRESS)
    known = judge(text, step=Step.PROGRESS, own_names="Dinas Perhubungan Kabupaten Sukamaju")

    assert known.score > named.score
    assert known.blocks


# Promises that hold for every text -------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["terima kasih", "akan", "sudah", "diganti", "12/11/2026", "lampu", "di", "email", "karena", ".", "\n", "Halo Kak"]
)
ANY_TEXT = st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=60).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=5), st.sampled_from(Step), st.sampled_from(Kind), st.booleans())
def test_any_text_gets_the_same_verdict_twice_and_no_error(reply, report, others, step, kind, proof):
    def verdict():
        return judge(reply, report_text=report, earlier=collapse(others), step=step, kind=kind, has_evidence=proof)

    first, second = verdict(), verdict()

    assert (first.verdict, first.score, first.blocks) == (second.verdict, second.score, second.blocks)
    assert [reason.stored for reason in first.reasons] == [reason.stored for reason in second.reasons]
    assert 0 <= first.score <= 1
    assert first.blocks == (first.verdict == Judgement.CANNED and step != Step.ACKNOWLEDGEMENT)
    assert not first.blocks or any(reason.points > 0 for reason in first.reasons)  # no block without a ground


@pytest.mark.requirement("R004-12")
@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, st.integers(0, 200))
def test_an_acknowledgement_is_never_held_back(reply, times):
    verdict = judge(reply, earlier=[Earlier(template_of(reply), times)], step=Step.ACKNOWLEDGEMENT)

    assert not verdict.blocks
    assert verdict.missing == ()


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, st.integers(1, 100))
def test_sending_a_text_once_more_never_makes_it_less_canned(reply, times):
    template = template_of(reply)
    once = judge(reply, earlier=[Earlier(template, times)], step=Step.PROGRESS)
    again = judge(reply, earlier=[Earlier(template, times + 1)], step=Step.PROGRESS)

    assert again.score >= once.score


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_a_proof_attached_never_makes_a_text_more_canned(reply):
    assert (
        judge(reply, step=Step.PROGRESS, has_evidence=True).score
        <= judge(reply, step=Step.PROGRESS, has_evidence=False).score
    )


# Time -------------------------------------------------------------------------------------------------------


def seconds(work):
    """CPU seconds of the fastest of three runs."""

    def once():
        started = time.process_time()
        work()
        return time.process_time() - started

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "terima kasih " * 1_600,
        "akan segera " * 1_700,
        "1/" * 10_000,
        "a@" * 10_000,
        "Halo Kak " * 2_300,
        "-" * 20_000,
        "a.b" * 7_000,
        "é\u200b" * 10_000,
        "[NAMA" * 4_000,
        "sudah diganti karena lampu jalan " * 600,
        "0-" * 10_000,
    ],
    ids=lambda text: text[:12],
)
def test_twenty_thousand_characters_are_read_in_linear_time(text):
    report = REPORTS["lamp"] * 100

    assert seconds(lambda: judge(text, report_text=report, step=Step.PROGRESS)) < 1


def test_a_long_report_and_a_long_reply_of_different_words_are_read_quickly():
    report = " ".join(f"lapor{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}an" for n in range(1_900))
    reply = report.replace("lapor", "jawab")

    assert seconds(lambda: judge(reply, report_text=report, step=Step.PROGRESS)) < 1


def test_a_longer_text_is_cut_and_not_refused():
    assert judge(LAMP_DONE + " x" * 1_000_000, step=Step.PROGRESS).verdict == Judgement.SUBSTANTIVE


def test_two_hundred_different_earlier_replies_cost_milliseconds():
    texts = [
        f"{row['reply']} {number}{chr(97 + number % 26) * 3}" for number in range(4) for row in SYNTHETIC["examples"]
    ]
    earlier = collapse(texts)

    assert len(earlier) > 50
    assert seconds(lambda: judge(THANKS, report_text=REPORTS["lamp"], earlier=earlier, step=Step.PROGRESS)) < 0.05


# The data files ---------------------------------------------------------------------------------------------


def test_points_that_name_something_uncounted_are_refused():
    pack = {
        "version": "x",
        "base": 0,
        "points": {"luck": {"each": 1, "most": 1}},
        "calibration": {"slope": 1, "offset": 0},
        "thresholds": {"block": 0.9, "pass": 0.2},
    }

    with pytest.raises(ValueError, match="luck"):
        build_scale(pack)


def test_the_shipped_points_leave_room_for_no_opinion():
    known = scale()

    assert 0 < known.passing < 0.5 < known.block < 1
    assert all(point.most >= 1 for point in known.points.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Halo Kak Sari, lampu di Jl. Melati No. 12 sdh diganti.", "lampu di jalan melati no 12 sudah diganti"),
        ("Pak lurah datang 01-11-2026 jam 09.00", "lurah datang 01-11-2026 jam 09.00"),
        ("Hubungi 0812-3456-7890 atau a@contoh.go.id", "hubungi telepon atau tautan"),
        ("Salam, Budi", ""),
    ],
)
def test_a_sentence_is_read_without_salutation_and_addresses(text, words):
    assert " ".join(word for line in sentences(text) for word in line) == words


@pytest.mark.parametrize(
    "word", ["diperbaiki", "memasang", "pengecekan", "menambal", "dicetak", "terpasang", "repaired"]
)
def test_words_of_work_are_known_with_their_prefixes(word):
    assert cues().names_work(word)


@pytest.mark.parametrize("word", ["diterima", "ditindaklanjuti", "disampaikan", "terbaik", "alur", "indah", "bantu"])
def test_words_of_talk_are_not_work(word):
    assert not cues().names_work(word)
