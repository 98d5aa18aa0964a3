"""Having the vault open one identity: shown to the asker once, never stored, never logged."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.disclosure.asking import note, note_denied
from tuntas.disclosure.models import Disclosure
from tuntas.identity import door
from tuntas.kernel.refusals import NotYours, OutOfTurn, Refusal


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Identity:
    """Who it is, on its way to one page. Shows nothing of it when printed, logged or copied into a cache.

    withheld: the texts as they were written, before the person took words out.
    """

    name: str
    email: str
    phone: str
    withheld: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Identity(…)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("an identity is never pickled: no cache, session or queue may hold one")


class VaultAway(Refusal):
    """The vault does not answer; everything else of the register goes on."""

    code = "vault_away"
    status = 503


WHY = {
    "not_now": _("The time in which it may be opened is over, or has not begun."),
    "used_up": _("It was opened as often as one decision allows."),
    "nothing": _("The reporter gave no name and no address, or they were erased as the law demands."),
    "forged": _("The vault does not recognise this decision."),
    "not_two": _("The vault does not accept who made this decision."),
    "unreadable": _("What the vault holds cannot be read."),
}


def open_identity(asked: Disclosure, *, by: Actor, at: datetime | None = None) -> Identity:
    """Who is behind the report. The vault writes the entry of the history itself, before it answers.

    Call it in a transaction that has locked neither the report nor the request: the vault writes to both.
    Raises NotYours for anybody but the asker, OutOfTurn when the vault says no, and VaultAway when it does not answer.
    """
    if asked.asked_by_id != by.appointment:
        note_denied("not_yours", asked, by=by)
        raise NotYours(
            _("The identity stays closed."),
            why=_("Only whoever asked for it may open it."),
            instead=_("Ask for it yourself, with your own reason."),
        )
    if not asked.is_open(at or timezone.now()):
        note_denied("not_now", asked, by=by)
        raise OutOfTurn(_("The identity stays closed."), why=WHY["not_now"], instead=_ASK_AGAIN)
    try:
        answer, _nothing = door.ask({"open": str(asked.uuid)})
    except door.Away:
        raise _away() from None
    except door.Refused as no:
        if no.code not in WHY:
            raise _away() from None
        note_denied(no.code, asked, by=by)
        raise OutOfTurn(_("The identity stays closed."), why=WHY[no.code], instead=_ASK_AGAIN) from None
    note("disclosure_seen", asked, by=by, at=at or timezone.now())
    person = {part: str(answer.get(part, "")) for part in ("name", "email", "phone")}
    return Identity(**person, withheld=_texts(str(answer.get("withheld") or "{}")))


def _texts(withheld: str) -> tuple[str, ...]:
    """The texts that the person sealed (portal.covering), or what stands there instead: nothing is lost on the way."""
    try:
        return tuple(str(text) for text in json.loads(withheld).values())
    except (ValueError, AttributeError):
        return (withheld,)


_ASK_AGAIN = _("If it is still needed, ask again. You can write to the reporter through the report at any time.")


def _away() -> VaultAway:
    return VaultAway(
        _("The identity cannot be opened now."),
        why=_("The vault, which alone can open it, does not answer."),
        instead=_("Nothing was opened. Try again in a few minutes; reports go on as always."),
    )
