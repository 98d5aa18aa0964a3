"""Mails to officers about their accounts: rows written with their cause, sent by the vault like every letter."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from tuntas.accounts.models import Letter
from tuntas.identity import sealing
from tuntas.organizations.models import Officer


def owe(
    officer: Officer, template: str, *, address: str = "", at: datetime | None = None, path: str = "", **facts: Any
) -> Letter | None:
    """Owe a mail in the caller's transaction; None when there is no address to write to.

    facts: plain words and nothing secret. address: where else than to the officer's own. path: of a link that the
    database may never hold in plain, sealed for the vault.
    """
    if not (address or officer.email):
        return None
    moment, place = at or timezone.now(), uuid4()
    return Letter.objects.create(
        officer=officer,
        uuid=place,
        address=address,
        template=template,
        params=facts,
        sealed=seal(path, place) if path else None,
        language=officer.language,
        created_at=moment,
        not_before=moment,
    )


def seal(words: str, place: UUID) -> bytes:
    """Words for the vault alone, bound to the letter that they belong to."""
    return sealing.seal_words(words, sealing.current_public_key(), place)
