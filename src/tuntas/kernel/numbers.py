"""The two numbers of a receipt: the public number, which anyone may know, and the secret code, which opens the mailbox.

Both are made to be read over the telephone and copied by hand: short groups, a check character that catches every
single slip, and a reader that forgives spaces, dashes and look-alike letters. Source of the shape: handbook 2.6;
strength and storage of the secret code: ASVS 5.0 V6.5 (115 bits, so a fast keyed digest is enough to store it).
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from random import Random, SystemRandom
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal

NUMBER_LENGTH = 11  # ten random digits and the check digit
CODE_LENGTH = 24  # 23 secret characters and the check character
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U

# H. M. Damm's quasigroup of order ten: catches every wrong digit and every swap of two neighbours, which Luhn and
# ISO 7064 MOD 11,10 do not.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
CHARACTERS = frozenset(CODE_ALPHABET)
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
SEPARATORS = re.compile(r"[\s.,:#/_\u00ad\u200b-\u200d\u2060\ufeff\u2010-\u2015\u2212-]+")


# Six groups of four, or 24 in one, with whatever stands between groups; a word that goes on is none. Looked for from
# the start of every word, because the words before a code may have four letters too.
# Soft hyphens and joiners too: they come along when text is copied.
_BETWEEN = r"[\s.,:/_\u00ad\u200b-\u200d\u2010-\u2015\u2212-]{1,3}"
_GROUP = "[0-9A-Za-z]{4}"
_LIKE_A_CODE = re.compile(
    rf"(?<![^\W_])(?=((?:{_GROUP}{_BETWEEN}){{5}}{_GROUP}(?![^\W_])|[0-9A-Za-z]{{24}}(?![^\W_])))"
)


class HoldsCode(Refusal):
    """Somebody wrote a secret code into a text that others will read."""

    code = "holds_code"


class Mistyped(Refusal):
    """What was typed cannot be a number or code of ours: a character is missing, doubled, swapped or wrong."""

    code = "mistyped"


def public_number(rng: Random | None = None) -> str:
    """A new public number: ten random digits and a Damm check digit, never beginning with 0 (spreadsheets drop it).

    rng: for reproducible tests and demos; the operating system's randomness otherwise.
    There are 9 x 10^9 of them, so a clash is rare but possible: the column must be unique and the caller tries again.
    """
    digits = str((rng or SystemRandom()).randrange(10**9, 10**10))
    return digits + str(damm(digits))


def parse_number(text: str) -> str:
    """The eleven digits that a person meant, or Mistyped.

    Forgives spaces, dashes, dots, a leading #, digits of other scripts, and the letters O, I, L for 0 and 1.
    """
    typed = plain(text)
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)
    if len(digits) != NUMBER_LENGTH or not digits.isascii() or not digits.isdecimal() or damm(digits):
        raise Mistyped(
            _("That is not a report number."),
            why=_("A report number has 11 digits, and a digit seems to be missing or wrong."),
            instead=_("Compare it with your receipt and type it again."),
        )
    return digits


def spell_number(number: str) -> str:
    """The number in groups for reading aloud and for print: 123 456 7890-1."""
    return f"{number[:3]} {number[3:6]} {number[6:10]}-{number[10:]}"


def secret_code(key: bytes, idempotency_key: str | UUID) -> str:
    """The secret code that belongs to one submission, the same for every repetition of it; without separators.

    key: the server's code key, 32 bytes, kept outside the database.
    idempotency_key: what the door sends with each try of one submission. Whoever can repeat it is shown the code
    again, so it must be at least as hard to guess as a random UUID, and is itself stored only as a digest.
    """
    digest = keyed(key, b"code", str(idempotency_key).encode())
    secret = int.from_bytes(digest[:15], "big") >> 5  # 115 bits
    characters = "".join(CODE_ALPHABET[secret >> shift & 31] for shift in range(110, -1, -5))
    return characters + CODE_ALPHABET[double(remainder(characters))]


def parse_code(text: str) -> str:
    """The 24 characters that a person meant, or Mistyped.

    Forgives lower case, separators of any kind, O for 0, I and L for 1. The check character is no secret: a wrong one
    tells that something was mistyped, and nothing about which codes exist.
    """
    characters = plain(text)
    if len(characters) != CODE_LENGTH or not set(characters) <= set(CODE_ALPHABET) or remainder(characters):
        raise Mistyped(
            _("That is not a secret code."),
            why=_("A secret code has 24 letters and digits, and one of them seems to be missing or wrong."),
            instead=_("Check it again. The letter O and the digit 0 count as the same."),
        )
    return characters


def holds_code(text: str) -> bool:
    """Whether a secret code stands in the text, in groups or in one, however it is typed.

    Told by its shape and its check character, with no look at the register: so nothing is learned by trying, and the
    code of any report counts. Of other texts of 24 letters and digits one in 32 is taken for one.
    """
    return any(_is_code(found[1]) for found in _LIKE_A_CODE.finditer(text))


def refuse_codes(*texts: str, kept: Mapping[str, str] | None = None) -> None:
    """Raise HoldsCode when one of the texts holds a secret code. kept: what was typed, by field."""
    if any(map(holds_code, texts)):
        raise HoldsCode(
            _("There is a secret code in your text."),
            why=_("Whoever reads the code can open the report in its owner's place. Nobody may know it, not even we."),
            instead=_("Take the code out and send again. What you typed is kept. To name a report, use its number."),
            kept=kept,
        )


def _is_code(text: str) -> bool:
    characters = plain(text)
    is_mixed = any(c.isdecimal() for c in text) and any(c.isalpha() for c in text)
    return is_mixed and len(characters) == CODE_LENGTH and set(characters) <= CHARACTERS and not remainder(characters)


def spell_code(code: str) -> str:
    """The code in six groups of four, as a receipt shows it."""
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def lookup_digest(key: bytes, code: str) -> bytes:
    """What is stored in place of a secret code, and what a typed code is found by: 32 bytes.

    code: as `secret_code` and `parse_code` give it. With the database alone, without `key`, nothing can be tried.
    """
    return keyed(key, b"lookup", code.encode())


def idempotency_digest(idempotency_key: str | UUID) -> bytes:
    """What is stored of an idempotency key, 32 bytes: it tells a repetition, and cannot ask for the receipt."""
    return hashlib.sha256(str(idempotency_key).encode()).digest()


def keyed(key: bytes, purpose: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 under a purpose, so that one key file serves several uses without one answering for another."""
    if len(key) < 32:
        raise ValueError("the code key must have at least 32 bytes")
    return hmac.digest(key, b"tuntas/1/" + purpose + b"\0" + message, "sha256")


def plain(text: str) -> str:
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:200])).upper().translate(LOOK_ALIKES)


def damm(digits: str) -> int:
    """The check digit of `digits`; 0 when `digits` already ends in its own check digit."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim


def remainder(characters: str) -> int:
    """0 for a whole code: the sum over GF(32) of each value times a power of two, one power to a place.

    All powers differ over 31 places, so any single wrong character and any swap of two characters leaves a remainder.
    """
    total = 0
    for character in characters:
        total = double(total) ^ CODE_ALPHABET.index(character)
    return total


def double(value: int) -> int:
    """Two times `value` in GF(32), modulo x^5 + x^2 + 1, in which two generates every element but zero."""
    return value << 1 if value < 16 else (value << 1) ^ 0b100101
