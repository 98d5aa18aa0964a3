"""Where an officer's mail goes: changed by the officer or by an administrator, never in silence."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from tuntas.accounts import letters
from tuntas.accounts.models import OneTimeLink
from tuntas.organizations.models import Officer


@transaction.atomic
def change(officer: Officer, address: str, *, template: str = "email_changed", **facts: Any) -> bool:
    """Write the new address down and tell both; links on their way to the old one open nothing any more.

    facts: words of the letter. Returns False when it is the address already, and then nobody is told.
    """
    old = officer.email
    if address == old:
        return False
    Officer.objects.filter(pk=officer.pk).update(email=address)
    officer.email = address
    OneTimeLink.objects.filter(officer=officer, used_at=None).update(used_at=timezone.now())
    letters.owe(officer, template, **facts)
    if old:
        letters.owe(officer, template, address=old, **facts)
    return True
