"""Passkeys (WebAuthn): the browser asks the device, the device signs, we check the signature and nothing more.

python-fido2 reads and checks. A passkey that asked for finger, face or PIN is two factors at once, so it signs in
without a password; the origin is part of what is signed, so a false site gets nothing (trust.md row 8).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tuntas.accounts import sealed
from tuntas.accounts.models import Passkey
from tuntas.kernel.envelopes import Unreadable
from tuntas.organizations.models import Officer

NAME = "Tuntas"
MOST = 10  # passkeys of one officer
LONGEST = 20_000  # characters of an answer that are read at all

State = Mapping[str, Any]  # what the answer is compared with; kept in the session, good once


def ask_for_a_new_one(officer: Officer) -> tuple[dict[str, Any], State]:
    """What the browser needs to make a passkey, and what its answer is compared with."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=_handle(officer), name=officer.username, display_name=officer.name),
        _held_by(officer),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), state


def take_up(officer: Officer, answer: str, state: State, *, label: str) -> Passkey | None:
    """The new passkey, stored; None when the answer proves nothing."""
    try:
        proved = _server().register_complete(state, _read(answer))
    except (ValueError, KeyError, TypeError):
        return None
    made = proved.credential_data
    if made is None or officer.passkeys.count() >= MOST:
        return None
    if Passkey.objects.filter(credential=made.credential_id).exists():
        return None
    return Passkey.objects.create(
        officer=officer,
        credential=made.credential_id,
        sealed=sealed.close_bytes(bytes(made), officer.pk, _purpose(made.credential_id)),
        count=proved.counter,
        label=label[:60],
        made_at=timezone.now(),
    )


def ask(officer: Officer | None = None) -> tuple[dict[str, Any], State]:
    """What the browser needs to let a device sign. Without an officer every passkey of this site may answer, so that
    the page tells nobody who has one.
    """
    options, state = _server().authenticate_begin(
        _held_by(officer) if officer else None, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), state


def accept(answer: str, state: State, *, officer: Officer | None = None) -> Officer | None:
    """Whose device signed, or None. officer: only this one's devices count."""
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        known = (
            Passkey.objects.filter(credential=given.raw_id, officer__is_active=True).select_related("officer").first()
        )
        if known is None or (officer is not None and known.officer_id != officer.pk):
            return None
        _server().authenticate_complete(state, [_opened(known)], given)
        counter = given.response.authenticator_data.counter
    except (ValueError, KeyError, TypeError, Unreadable):
        return None
    if counter and counter <= known.count:  # a copy of the key was used elsewhere
        return None
    Passkey.objects.filter(pk=known.pk).update(count=counter, used_at=timezone.now())
    return known.officer


def host() -> str:
    """The name for which passkeys are made: the host of the public address."""
    return urlsplit(settings.ORIGIN).hostname or "localhost"


def _server() -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=host(), name=NAME)
    return Fido2Server(rp, verify_origin=lambda origin: origin == settings.ORIGIN)


def _held_by(officer: Officer) -> Sequence[AttestedCredentialData]:
    return [_opened(each) for each in officer.passkeys.select_related("officer")]


def _opened(passkey: Passkey) -> AttestedCredentialData:
    credential = bytes(passkey.credential)
    return AttestedCredentialData(sealed.open_bytes(bytes(passkey.sealed), passkey.officer_id, _purpose(credential)))


def _read(answer: str) -> dict[str, Any]:
    found = json.loads(answer) if len(answer) <= LONGEST else None
    if not isinstance(found, dict):
        raise TypeError("no answer of a device")
    return found


def _handle(officer: Officer) -> bytes:
    """What a device calls the account; it says no name."""
    return officer.pk.to_bytes(8, "big")


def _purpose(credential: bytes) -> str:
    return f"passkey {credential.hex()}"
