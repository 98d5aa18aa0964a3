"""Receipts survive handwriting and the telephone: every single slip is caught, every harmless spelling is read."""

from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuntas.kernel import numbers
from tuntas.kernel.numbers import CODE_ALPHABET, Mistyped

KEY = bytes(range(32))
SEEDS = st.integers(0, 2**64)
KEYS = st.uuids()
FROZEN_CODE = "G0V8SHVZ66J4FC8ZFHMCFE4Y"
FROZEN_LOOKUP = "e83ad4e56ecbf8367bcd94a052e4c9baec89c24d14e58645d047af8d92483192"
FROZEN_NUMBER = "59428595750"


def public(seed):
    return numbers.public_number(Random(seed))


def test_the_check_scheme_gives_the_published_example():
    assert numbers.damm("572") == 4  # Damm's own example
    assert numbers.damm("5724") == 0


@given(SEEDS)
@pytest.mark.requirement("R001-10")
def test_a_number_reads_back_as_it_was_given(seed):
    number = public(seed)

    assert len(number) == 11
    assert number[0] != "0"
    assert numbers.parse_number(number) == number
    assert numbers.parse_number(numbers.spell_number(number)) == number


@given(SEEDS, st.integers(0, 10), st.integers(1, 9))
def test_every_wrong_digit_of_a_number_is_caught(seed, place, shift):
    number = public(seed)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Mistyped):
        numbers.parse_number(wrong)


@given(SEEDS, st.integers(0, 9))
def test_every_swap_of_neighbouring_digits_is_caught(seed, place):
    number = public(seed)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Mistyped):
            numbers.parse_number(swapped)


def test_all_slips_in_one_number_are_caught_one_by_one():
    number = public(1)
    wrong = {number[:i] + d + number[i + 1 :] for i in range(11) for d in "0123456789"} - {number}
    wrong |= {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(10)} - {number}

    assert len(wrong) >= 99 + 5
    for text in wrong:
        with pytest.raises(Mistyped):
            numbers.parse_number(text)


@pytest.mark.parametrize("spelling", ["{0} {1}-{2}", "#{0}.{1}.{2}", "  {0}\u2013{1}\u00a0{2}\n", "{0}/{1}/{2}"])
def test_a_number_is_read_however_it_is_grouped(spelling):
    number = public(2)
    assert numbers.parse_number(spelling.format(number[:3], number[3:6], number[6:])) == number


def test_a_number_is_read_in_the_digits_of_another_script():
    number = public(3)
    assert numbers.parse_number("".join(chr(0x0660 + int(d)) for d in number)) == number
    assert numbers.parse_number("".join(chr(0xFF10 + int(d)) for d in number)) == number


@pytest.mark.parametrize(
    "text", ["", " ", "1", "1234567890", "123456789012345", "12345678901x", "²" * 11, "a" * 11, "1" * 10**6]
)
def test_nonsense_is_refused_in_words(text):
    with pytest.raises(Mistyped) as no:
        numbers.parse_number(text)
    assert no.value.code == "mistyped"
    assert no.value.why
    assert no.value.instead


@given(KEYS)
def test_a_code_reads_back_however_it_is_written(key):
    code = numbers.secret_code(KEY, key)
    spelled = numbers.spell_code(code)

    assert len(code) == 24
    assert set(code) <= set(CODE_ALPHABET)
    assert [len(group) for group in spelled.split("-")] == [4] * 6
    for text in (
        code,
        spelled,
        spelled.lower(),
        spelled.replace("-", " "),
        spelled.replace("0", "o").replace("1", "l"),
    ):
        assert numbers.parse_code(text) == code
    assert numbers.parse_code(spelled.replace("1", "I").replace("0", "O")) == code


@given(KEYS, st.integers(0, 23), st.integers(1, 31))
def test_every_wrong_character_of_a_code_is_caught(key, place, shift):
    code = numbers.secret_code(KEY, key)
    other = CODE_ALPHABET[(CODE_ALPHABET.index(code[place]) + shift) % 32]
    with pytest.raises(Mistyped):
        numbers.parse_code(code[:place] + other + code[place + 1 :])


@given(KEYS, st.integers(0, 23), st.integers(0, 23))
def test_every_swap_of_two_characters_is_caught(key, one, two):
    code = list(numbers.secret_code(KEY, key))
    swapped = list(code)
    swapped[one], swapped[two] = code[two], code[one]
    if swapped != code:
        with pytest.raises(Mistyped):
            numbers.parse_code("".join(swapped))


@pytest.mark.parametrize("text", ["", "U" * 24, "0" * 23, "0" * 25, "0123-4567", "\0" * 24, "ö" * 24])
def test_what_cannot_be_a_code_is_refused(text):
    with pytest.raises(Mistyped):
        numbers.parse_code(text)


def test_a_repeated_submission_shows_the_same_code_and_another_shows_another():
    key = uuid4()

    assert numbers.secret_code(KEY, key) == numbers.secret_code(KEY, str(key))
    assert numbers.secret_code(KEY, key) != numbers.secret_code(KEY, uuid4())
    assert numbers.secret_code(KEY, key) != numbers.secret_code(KEY[::-1], key)


def test_what_is_stored_of_a_code_is_keyed_and_never_the_code_itself():
    code = numbers.secret_code(KEY, uuid4())
    stored = numbers.lookup_digest(KEY, code)

    assert len(stored) == 32
    assert stored == numbers.lookup_digest(KEY, numbers.parse_code(numbers.spell_code(code).lower()))
    assert stored != numbers.lookup_digest(KEY[::-1], code)
    assert code.encode() not in stored


def test_the_three_digests_of_one_text_are_three():
    same = "7F3K9QX2"
    assert (
        len(
            {
                numbers.lookup_digest(KEY, same),
                numbers.idempotency_digest(same),
                numbers.keyed(KEY, b"code", same.encode()),
            }
        )
        == 3
    )


def test_the_format_is_frozen():
    """Receipts on paper outlive every release: these answers may never change."""
    key = UUID("00000000-0000-4000-8000-000000000001")
    assert numbers.secret_code(KEY, key) == FROZEN_CODE
    assert numbers.lookup_digest(KEY, FROZEN_CODE).hex() == FROZEN_LOOKUP
    assert numbers.public_number(Random(7)) == FROZEN_NUMBER


def test_a_short_key_is_a_mistake_of_the_operator():
    with pytest.raises(ValueError, match="32 bytes"):
        numbers.secret_code(b"short", uuid4())


def test_codes_are_spread_evenly():
    """Each character stands about equally often at each place: 156 times in 5,000 codes."""
    codes = [numbers.secret_code(KEY, i) for i in map(str, range(5000))]

    assert len(set(codes)) == 5000
    for place in range(24):
        seen = [code[place] for code in codes]
        assert min(seen.count(c) for c in CODE_ALPHABET) > 90
