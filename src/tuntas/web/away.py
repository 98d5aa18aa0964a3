"""503: the register takes and gives nothing just now. Says when to come back and what was kept, and gives back what was
typed, so that one press sends it again (T-503). Needs no database, no session and no script.
"""

import logging
from collections.abc import Mapping

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal
from tuntas.web.refusing import SECRETS, respond, wants_json

READ_ONLY = "25006"  # PostgreSQL: read_only_sql_transaction, as on a replica that was not yet made the primary
WAIT = 30  # seconds
FILES_WAIT = "tuntas.files_wait"  # in a request's META
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

log = logging.getLogger("tuntas")


class Away(Refusal):
    """Nothing is wrong with what was sent; it could not be taken now."""

    code = "away"
    status = 503


class Unanswered(logging.Filter):
    """Django's lines about answers, without those about 503."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 0) != Away.status


def is_away(fault: BaseException | None) -> bool:
    """Whether the database is gone, starting, full, overloaded, locked too long, or takes no writes."""
    if isinstance(fault, OperationalError | InterfaceError):
        return True
    return isinstance(fault, DatabaseError) and getattr(fault.__cause__, "sqlstate", "") == READ_ONLY


def answer(request: HttpRequest, fault: BaseException) -> HttpResponse:
    """For a fault of the database. Its words go to the log by their kind alone: they may quote a row."""
    log.warning("503: %s %s", type(fault).__name__, getattr(fault.__cause__, "sqlstate", "") or "")
    sent = request.method == "POST"
    refusal = Away(
        _("We cannot do this just now."),
        why=_("Our register does not answer. It is not your fault. What was acknowledged before is safe.")
        if not sent
        else _("Our register does not answer. It is not your fault. What you sent was not taken yet."),
        instead=_("Try again in half a minute.")
        if not sent
        else _("Wait half a minute, then send it again. The same form cannot be filed twice."),
    )
    return wait(request, refusal, seconds=WAIT)


def files_wait(request: HttpRequest) -> None:
    """Note on a request that its files are put away, so that nobody is told to choose them again."""
    request.META[FILES_WAIT] = True


def wait(
    request: HttpRequest, refusal: Refusal, *, seconds: int, fields: Mapping[str, str] | None = None
) -> HttpResponse:
    """503 with Retry-After. fields: of the form that is sent again, other than they came.

    Files cannot be given back: who has them put away says so by `files_wait` (portal.filing).
    """
    again = typed(request, fields or {})
    if wants_json(request) or "HX-Request" in request.headers or not again:
        response = respond(request, refusal)
    else:
        page = {
            "refusal": refusal, "again": again, "seconds": seconds, "action": request.get_full_path(),
            "files_lost": bool(request.FILES) and not request.META.get(FILES_WAIT),
        }  # fmt: skip
        response = render(request, "web/away.html", page, status=refusal.status)
    response["Retry-After"] = str(seconds)
    return response


def typed(request: HttpRequest, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the form brought, to be sent again as it is; nothing of a form with a secret in it, which is typed anew."""
    if request.method != "POST" or request.content_type not in FORMS:
        return []
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    if any(word in name.lower() for name in names for word in SECRETS):
        return []
    kept = [(name, value) for name in names if name not in fields for value in request.POST.getlist(name)]
    return [*kept, *fields.items()]
