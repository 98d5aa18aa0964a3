"""What an office was told, in the application itself: the same notices that go out by mail."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tuntas.kernel.numbers import spell_number
from tuntas.notices.models import Notice
from tuntas.web.paging import page_of
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.words import sentence_of, sign_of

LOOKED_AT = 100


def notices_for(desk: Desk) -> QuerySet[Notice]:
    """Notices to this office, for everybody in it, for this role, or for this officer alone."""
    mine = (0, desk.actor.officer or 0)
    return Notice.objects.filter(to=Notice.To.UNIT, unit_id=desk.unit.pk, role__in=("", desk.role), officer__in=mine)


def unread(desk: Desk) -> int:
    """How many of the newest LOOKED_AT notices nobody has marked; a whole register's are never counted."""
    newest = notices_for(desk).order_by("-pk").values_list("read_at", flat=True)[:LOOKED_AT]
    return sum(read_at is None for read_at in newest)


@require_safe
@officer_view
def notices(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/notices/ the newest first."""
    known = notices_for(request.desk).select_related("event", "report", "report__category")
    page = page_of(known, request.GET, order=("-pk",))
    return render(request, "workspace/notices.html", {"page": page, "rows": _rows(request.desk, page.rows)})


@require_POST
@officer_view
def read(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/notices/read marks one notice (`notice`), or all of the office, as read."""
    chosen = notices_for(request.desk).filter(read_at=None)
    if request.POST.get("notice", "").isdecimal():
        chosen = chosen.filter(pk=request.POST["notice"])
    chosen.update(read_at=timezone.now())
    return redirect("workspace:notices")


def _rows(desk: Desk, told: Any) -> list[dict[str, Any]]:
    titles = queues.first_words(desk, [notice.report for notice in told])
    return [
        {
            "notice": notice,
            "number": spell_number(notice.report.number),
            "title": titles.get(notice.report_id) or queues.hidden_title(notice.report),
            "sentence": sentence_of(notice.event),
            "sign": sign_of(notice.event),
            "is_reminder": notice.template != notice.event.verb,
        }
        for notice in told
    ]
