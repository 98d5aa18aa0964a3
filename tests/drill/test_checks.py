"""The drill's own eyes: each fault that it must see is planted, and a sound register has none."""

import uuid
from collections import Counter

import pytest

from tools.drill import checks
from tools.drill.journal import Journal, Receipts, Writer
from tools.drill.queries import Standing
from tuntas.kernel.numbers import idempotency_digest

SOUND = ["try a mail", "try b none", "again b 503 20.5", "filed a 1", "filed b 2", "try c none"]


def reports(*entries, at=20.0):
    return [Standing(idempotency_digest(key), number, contact, at) for key, number, contact in entries]


STANDING = reports(("a", "1", True), ("b", "2", False))


def test_a_sound_register_has_no_fault_and_may_hold_what_nobody_was_told():
    unacknowledged = reports(("c", "3", False))

    assert list(checks.of_the_register(STANDING, Journal.read(SOUND))) == []
    assert list(checks.of_the_register(STANDING + unacknowledged, Journal.read(SOUND))) == []


@pytest.mark.parametrize(
    ("standing", "lines", "fault"),
    [
        (STANDING[:1], SOUND, "1 acknowledged reports are not in the register, b first"),
        (reports(("a", "1", True), ("b", "9", False)), SOUND, "1 acknowledged reports are not in the register, b"),
        ([*STANDING, *reports(("c", "3", False), ("c", "4", False))], SOUND, "1 forms were filed more than once"),
        ([*STANDING, *reports(("c", "1", False))], SOUND, "1 numbers were given twice"),
        (STANDING, [*SOUND, "filed a 7"], "1 forms were told two numbers, a first"),
        (STANDING, [*SOUND, "abandoned c"], "1 forms got no receipt"),
        ([*STANDING, *reports(("z", "8", False))], SOUND, "1 reports were sent by nobody"),
        (reports(("a", "1", False), ("b", "2", False)), SOUND, "1 reports forgot that an address was left"),
    ],
)
def test_each_planted_fault_of_the_register_is_found(standing, lines, fault):
    found = list(checks.of_the_register(standing, Journal.read(lines)))

    assert [sentence for sentence in found if sentence.startswith(fault)], found


def test_a_form_that_was_filed_before_it_went_out_again_is_counted():
    assert checks.already_filed(reports(("b", "2", False), at=20.0), Journal.read(SOUND)) == 1
    assert checks.already_filed(reports(("b", "2", False), at=21.0), Journal.read(SOUND)) == 0


def test_a_report_that_lacks_something_and_a_reporter_without_one_are_found():
    assert list(checks.of_every_report({"text": 0, "holder": 2}, altered=0, strays=0)) == [
        "2 reports without their holder"
    ]
    assert list(checks.of_every_report({}, altered=3, strays=0)) == ["3 reports with other words than were sent"]
    assert list(checks.of_every_report({}, altered=0, strays=1)) == ["1 reporters without a report"]


def test_identities_are_in_the_vault_sealed_set_aside_or_lost():
    kept, sealed, bad, gone = (uuid.uuid4() for _n in range(4))

    where = checks.where_identities_are(
        [(kept, False, ""), (sealed, True, ""), (bad, True, "unreadable"), (gone, False, "")], {kept}
    )

    assert where == {"in the vault": 1, "sealed": 1, "set aside": 1, "lost": 1}
    assert list(checks.of_identities(where)) == [
        "1 identities are lost",
        "1 identities are set aside",
        "1 identities are sealed",
    ]


@pytest.mark.parametrize(
    ("notices", "letters", "crashes", "fault"),
    [
        ({1: True, 2: True}, ["1-5", "2-5"], 0, ""),
        ({1: True}, ["1-5", "1-5"], 1, ""),
        ({1: True}, ["1-5", "1-5"], 0, "1 letters were handed over again, in 0 crashes"),
        ({1: True}, ["1-5", "1-6"], 1, "1 notices went out under two Message-IDs"),
        ({1: True}, ["1-5", "2-5"], 1, "1 letters belong to no notice"),
        ({1: False}, [], 1, "1 notices to reporters were not sent"),
        ({1: True}, [], 1, "1 notices count as sent and reached no post office"),
    ],
)
def test_letters_go_out_once_or_once_more_for_each_crash(notices, letters, crashes, fault):
    taken = Counter(f"<notice-{letter}@tuntas.example.test>" for letter in letters)

    assert list(checks.of_letters(notices, taken, crashes)) == [fault] * bool(fault)


def test_a_clock_that_came_due_and_kept_silent_is_found():
    assert list(checks.of_rings({1, 2}, {2, 3})) == ["1 clocks came due and did not ring"]


def test_a_drill_without_load_is_a_fault():
    assert list(checks.of_the_load(130, [60, 70], 50)) == []
    assert list(checks.of_the_load(0, [], 50)) == ["0 receipts for 0 kills are too few"]
    assert list(checks.of_the_load(130, [60, 49], 50)) == ["130 receipts for 2 kills are too few"]
    assert list(checks.of_the_load(99, [60, 70], 50)) == ["99 receipts for 2 kills are too few"]


def test_receipts_are_counted_while_the_journals_grow(tmp_path):
    writer, receipts = Writer(tmp_path / "0.journal"), Receipts(tmp_path)
    assert receipts.now() == 0

    writer.say("try", "a", "mail")
    writer.say("filed", "a", "1")
    Writer(tmp_path / "1.journal").say("filed", "b", "2")

    assert receipts.now() == 2
    assert receipts.now() == 2
    assert Journal.of(tmp_path).filed == {"a": "1", "b": "2"}
