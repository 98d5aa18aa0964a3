"""Which passwords are good enough, and what a person is told of one."""

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from tuntas.accounts import hashing, passwords
from tuntas.organizations.models import Officer

SARI = Officer(username="sari.wulandari", name="Sari Wulandari Kusumaningrum", email="sari.wulandari@example.go.id")


@pytest.mark.parametrize(
    "password",
    [
        "kucing hitam melompati pagar",
        "Rabu-hujan deras di pasar lama",
        "xT9vQ2mLp7RzK4wN",
        "五匹の猫が庭で静かに眠っていました",
        "l" * 3 + " kereta malam ke timur jauh sekali",
    ],
)
def test_a_sentence_or_a_random_word_is_good_enough_and_no_kind_of_character_is_demanded(password):
    validate_password(password, SARI)


@pytest.mark.parametrize(
    "password",
    [
        "pendek sekali",  # 13 characters
        "123456789012345",
        "987654321098765",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "passwordpassword",
        "katasandikatasandi",
        "rahasia rahasia!",
        "indonesiamerdeka",
        "admin kota 2026!!",
        "Password12345678901",
        "sari.wulandari2026",
        "Sari Wulandari Kusumaningrum",
        "x" * (hashing.LONGEST + 1),
    ],
)
def test_what_is_short_common_a_row_of_keys_or_the_own_name_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, SARI)


def test_the_shortest_has_fifteen_characters_and_sixty_four_are_allowed():
    validate_password("kuda bukit ramé", SARI)
    with pytest.raises(ValidationError, match="1 huruf lagi"):
        validate_password("kuda bukit ram", SARI)
    validate_password(
        " ".join(["sepeda", "biru", "melaju", "kencang", "ke", "pantai", "saat", "matahari", "terbit", "x"])
    )


def test_nothing_asks_for_a_new_password_by_the_calendar():
    names = {type(validator).__name__ for validator in get_default_password_validators()}
    assert names == {"LongEnough", "NotCommon"}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("xT9vQ2mLp7RzK4w", "cukup kuat"),
        ("kuda bukit ramé sekali", "kuat"),
        ("kuda bukit hujan pasar kereta malam", "sangat kuat"),
    ],
)
def test_how_good_it_is_is_said_in_words(password, words):
    assert str(passwords.strength(password)) == words
