"""Passwords: who they belong to, which are good enough, and how good one is, in words.

Long and not guessable; no rules about kinds of characters, no forced change (ASVS 5.0 V6.2, SR-25 to 27).
"""

import re
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, identify_hasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuntas.accounts.hashing import LONGEST
from tuntas.kernel import packs
from tuntas.organizations.models import Officer

SHORTEST = 15  # characters
GOOD, STRONG = 20, 28  # characters of a sentence that nobody guesses
COMMON = "accounts/common_passwords.txt"
# What a person would type instead of thinking: rows of keys and the alphabet, forwards and backwards.
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)

# A hash like every other, of 32 random bytes that were thrown away: what an absent name is compared with.
NOBODYS = "argon2$argon2id$v=19$m=19456,t=2,p=1$nqdcfNIXXj5Ssqbw/N6XwQ$0o5Zp5gxZJ7z+owf/h8vRinTheOCy7gsY0CpSvtbMxU"


def check(username: str, password: str) -> tuple[Officer | None, int | None]:
    """The officer whose password this is, or None; and the id of whom the name belongs to, for the log alone.

    One query and one hash for every name, there or not, in service or not, with a password or without (SR-25, SR-26).
    The caller has refused what is longer than `hashing.LONGEST`.
    """
    officer = Officer.objects.filter(username=username).first()
    stored = officer.password if officer is not None and officer.has_usable_password() else NOBODYS
    matches = check_password(password, stored)
    if officer is None or not matches or not officer.is_active or not officer.has_usable_password():
        return None, officer.pk if officer else None
    return officer, officer.pk


def renew_hash(officer: Officer, password: str) -> None:
    """After a sign-in that worked: hash anew what was hashed at another cost."""
    if identify_hasher(officer.password).must_update(officer.password):
        officer.set_password(password)
        officer.save(update_fields=["password"])


class NotCommon:
    """A validator for settings: refuses what many people use, what repeats itself, and names of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        said = _letters(password)
        if _is_common(said) or _is_row(said) or _repeats(said):
            raise ValidationError(
                _("This password is easy to guess: it is a common one, a row of keys, or it repeats itself."),
                code="password_too_common",
            )
        if user is not None and any(_is_mostly(said, _letters(own)) for own in _own_words(user)):
            raise ValidationError(
                _("This password is mostly your own name, user name or mail address. Others know those."),
                code="password_too_similar",
            )

    def get_help_text(self) -> str:
        return str(_("Not a common password, and not your own name."))


class LongEnough:
    """A validator for settings: at least SHORTEST characters, at most LONGEST bytes."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                _("Write %(more)d more characters: a password has at least %(least)d. A sentence is easy to remember."),
                code="password_too_short",
                params={"more": SHORTEST - len(password), "least": SHORTEST},
            )
        if len(password.encode()) > LONGEST:
            raise ValidationError(_("This password is too long."), code="password_too_long")

    def get_help_text(self) -> str:
        return str(_("At least %(least)d characters. A sentence of four or five words is best.") % {"least": SHORTEST})


def strength(password: str) -> Any:
    """How good an accepted password is, in words for the person who chose it."""
    words = len({word for word in re.split(r"[\W_]+", password.casefold()) if len(word) > 2})
    if len(password) >= STRONG and words >= 5:
        return _("very strong")
    if len(password) >= GOOD and (words >= 4 or words <= 1):
        return _("strong")
    return _("good enough")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _is_common(said: str) -> bool:
    """In a list as it stands, without the digits at its ends, or put together from nothing but common words."""
    known = _common()
    bare = said.strip("0123456789")
    return said in known or bare in known or len(bare) < 4 or _is_made_of(bare, known)


def _is_made_of(said: str, known: frozenset[str]) -> bool:
    """Whether at most two common words, perhaps repeated, make up the whole."""
    return any(said[:cut] in known and said[cut:] in known for cut in range(4, len(said) - 3))


def _is_row(said: str) -> bool:
    return any(said in row * 3 or said in row[::-1] * 3 for row in ROWS)


def _repeats(said: str) -> bool:
    """A short piece again and again, or too few different characters."""
    return len(set(said)) < 5 or any(
        said == (said[:size] * len(said))[: len(said)] for size in range(1, len(said) // 2 + 1)
    )


def _is_mostly(said: str, own: str) -> bool:
    return len(own) >= 4 and own in said and len(said) - len(own) < 8


def _own_words(officer: Officer) -> list[str]:
    return [officer.username, officer.name, officer.email.partition("@")[0]]


@cache
def _common() -> frozenset[str]:
    """The 20,000 commonest that come with Django, and those of Indonesian offices."""
    ours = packs.pack(COMMON).read_text("utf-8").split()
    return frozenset({_letters(word) for word in (*CommonPasswordValidator().passwords, *ours)} - {""})
