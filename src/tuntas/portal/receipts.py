"""The receipt of a report that was filed this moment, drawn from what is in hand: the database is not asked again.

The page is the same for everybody who reports to one holder on one day in one language, but for the number, the code
and the form's token. So it is drawn once for each such kind and filled in after that: drawing costs as much time as all
else together that an intake does (docs/performance.md).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from tuntas.faces.known import Shown
from tuntas.intake.receiving import Receipt
from tuntas.intake.submissions import Submission
from tuntas.kernel.numbers import lookup_digest, spell_code, spell_number
from tuntas.ledger import proving
from tuntas.organizations.models import Unit
from tuntas.web.context import frame
from tuntas.web.hosts import face_of
from tuntas_verify.leaves import spell_mark

# Signs that no template, name or translation holds (Unicode's private use), where a receipt's own values go.
NUMBER, CODE, TOKEN, MARK = "\ue000", "\ue001", "\ue002", "\ue003"
KINDS = 256  # kept; the least used gives way


@dataclass(frozen=True, slots=True)
class Office:
    """What the page says of a unit; two with one name are one."""

    name: str
    name_en: str

    @classmethod
    def of(cls, unit: Unit | None) -> "Office | None":
        return cls(unit.name, unit.name_en) if unit else None


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as the page needs it."""

    holder: Office | None
    target_agency: Office | None
    is_anonymous: bool
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """By when it will be checked. length: in working days."""

    due_at: datetime
    length: int


def is_drawn_here(receipt: Receipt, submission: Submission) -> bool:
    """Whether all that the receipt says is in hand: newly filed, without files, and about nobody in particular."""
    return receipt.fresh and not (submission.accused or submission.reported_party or submission.queue)


def page(request: HttpRequest, receipt: Receipt, submission: Submission) -> HttpResponse:
    """The receipt of a report without files of which there is nothing to remark."""
    door = receipt.door
    filed = Filed(
        Office.of(door.holder), Office.of(door.unconnected), submission.is_anonymous, submission.is_confidential
    )
    limit = Limit(receipt.due_at, door.length)
    drawn = _drawn(get_language() or "", request.path, filed, limit, submission.person.has_contact, face_of(request))
    filled = drawn.replace(NUMBER, spell_number(receipt.number)).replace(CODE, spell_code(receipt.code))
    return HttpResponse(filled.replace(TOKEN, _token(request)).replace(MARK, mark_of(receipt.code)))


def mark_of(code: str) -> str:
    """What the reporter finds the receipt by in the public log, as it is shown. code: the secret code, plain."""
    return spell_mark(proving.mark_on_receipt(lookup_digest(settings.CODE_KEY, code)))


def _token(request: HttpRequest) -> str:
    """The token that came with the form, which was checked before the view: a new one would cost a new cookie too.

    What answers a form is not compressed (web.middleware), so that a token that stays the same tells nothing (BREACH).
    """
    return escape(request.POST.get("csrfmiddlewaretoken") or get_token(request))


@lru_cache(maxsize=KINDS)
def _drawn(
    _language: str,
    path: str,
    filed: Filed,
    limit: Limit,
    has_contact: bool,  # noqa: FBT001
    face: Shown | None,
) -> str:
    """The page with signs in place of its values, in the language that is active, on the portal that it is for."""
    here = HttpRequest()
    here.face = face  # type: ignore[attr-defined]
    here.method, here.path = "POST", path
    context = frame(here) | {
        "request": here,
        "csrf_token": TOKEN,
        "report": filed,
        "clock": limit,
        "unconnected": filed.target_agency is not None,
        "number": NUMBER,
        "code": CODE,
        "mark": MARK,
        "files": 0,
        "nudges": [],
        "troubles": [],
        "has_contact": has_contact,
    }
    return render_to_string("portal/receipt.html", context)
