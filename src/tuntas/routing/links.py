"""The link of a letter: 128 bits that nobody can guess, derived anew whenever it is printed, stored as a digest alone.

Written in the letters and digits of the secret code, in groups, so that somebody can copy it from paper; look-alike
letters, spaces and dashes are forgiven.
"""

import hashlib
from uuid import UUID

from django.conf import settings

from tuntas.kernel import numbers

BYTES = 16
LENGTH = 26  # characters: five bits each
GROUP = 4


def token(letter: UUID) -> str:
    """The token of a letter: the same each time, and nothing that the database alone could tell."""
    secret = int.from_bytes(numbers.keyed(settings.CODE_KEY, b"letter", letter.bytes)[:BYTES], "big")
    characters = "".join(numbers.CODE_ALPHABET[secret >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(characters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def address(letter: UUID) -> str:
    """The whole link, as a letter shows it."""
    return f"{settings.ORIGIN}/surat/{token(letter)}"


def digest(typed: str) -> bytes:
    """What a token is found by, 32 bytes. Whatever else was typed has a digest too, which no letter has."""
    return hashlib.sha256(b"letter " + numbers.plain(typed).encode()).digest()
