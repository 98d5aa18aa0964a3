"""Answers "did this contact file before" without opening everybody: by a keyed hash of each contact.

There are only about 10^11 telephone numbers, so whoever had the key could try them all: it lies in the key folder, and
neither a hash nor the answer leaves the vault but to the operator who asks for a subject's own request (trust.md 4.2).
"""

import hashlib
import hmac
import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import opening, settings
from tuntas_vault.keys import KeyFolder, Keys
from tuntas_vault.models import BlindIndex, Identity

BATCH = 200  # identities a transaction
FIELDS = ("email", "phone", "nik")

log = logging.getLogger("tuntas_vault")


def index(keys: Mapping[int, Keys]) -> int:
    """Write the hashes of the next identities that have none; returns how many were looked at."""
    key = KeyFolder(settings.KEYS).blind_key()
    with transaction.atomic():
        found = list(
            Identity.objects.filter(is_indexed=False).select_for_update(skip_locked=True).order_by("pk")[:BATCH]
        )
        for identity in found:
            BlindIndex.objects.filter(reporter_uuid=identity.pk).delete()
            BlindIndex.objects.bulk_create(
                BlindIndex(reporter_uuid=identity.pk, field=field, digest=digest(key, field, value))
                for field, value in contacts_of(identity, keys).items()
            )
        Identity.objects.filter(pk__in=[identity.pk for identity in found]).update(is_indexed=True)
    return len(found)


def find(field: str, value: str) -> list[UUID]:
    """Reporters who gave this contact. field: email, phone or nik."""
    if field not in FIELDS:
        raise ValueError(f"no such contact: {field}; choose one of {', '.join(FIELDS)}")
    wanted = digest(KeyFolder(settings.KEYS).blind_key(), field, normal(field, value))
    rows = BlindIndex.objects.filter(field=field, digest=wanted).order_by("reporter_uuid")
    return list(rows.values_list("reporter_uuid", flat=True))


def contacts_of(identity: Identity, keys: Mapping[int, Keys]) -> dict[str, str]:
    """What can be looked for, each in its one way of writing; nothing of an identity that cannot be read."""
    kept = opening.Kept(identity.epoch, bytes(identity.wrapped_key), bytes(identity.ciphertext))
    try:
        told = opening.letter_of(kept, identity.pk, keys)
    except Unreadable as problem:
        log.error("an identity has no index: %s", problem)
        return {}
    plain = {field: normal(field, str(told.get(field, ""))) for field in FIELDS}
    return {field: value for field, value in plain.items() if value}


def normal(field: str, value: str) -> str:
    """One way to write a contact: +62 812-3, 0062812 3 and 0812 3 are the same telephone."""
    if field == "email":
        return value.strip().casefold()
    digits = "".join(character for character in value if character.isascii() and character.isdigit())
    if field == "phone" and digits:
        digits = digits.removeprefix("00")
        return f"62{digits[1:]}" if digits.startswith("0") else digits
    return digits


def digest(key: bytes, field: str, value: str) -> bytes:
    """HMAC-SHA256 under a key of the field's own, so that equal values of two fields look unlike."""
    own = hmac.new(key, field.encode(), hashlib.sha256).digest()
    return hmac.new(own, value.encode(), hashlib.sha256).digest()
