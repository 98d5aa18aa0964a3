"""Several reports of a list at once, as they are suggested: put on the way, told row by row, taken back whole."""

from uuid import UUID, uuid4

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.kernel.refusals import Incomplete
from tuntas.routing import together
from tuntas.routing.models import WaitingAct
from tuntas.web.paging import SIZE
from tuntas.workspace import panel, queues
from tuntas.workspace.acts import BY_NAME, open_acts
from tuntas.workspace.listing import Listing
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.reading import ReportPage

ACTS = {"verify": "verify", "dispose": "dispose"}  # the act that each heap is there for


@require_POST
@officer_view
def decide(request: OfficerRequest, name: str) -> HttpResponseBase:
    """POST /workspace/queues/<name>/together with `number`s: each as it is suggested, in some seconds."""
    Listing.of(request.desk, name, QueryDict())  # 404 for a heap that this role has not
    act = BY_NAME.get(ACTS.get(name, ""))
    if act is None:
        raise Http404
    pages = [panel.opened(request, number) for number in request.POST.getlist("number")[:SIZE]]
    found = [page for page in pages if page is not None]
    if not found:
        raise Incomplete(
            _("No report is chosen."),
            why=_("Tick reports in the list first."),
            instead=_("Or open one and decide it by itself."),
        )
    batch = uuid4()
    for page in found:
        _put(request, page, act.name, batch)
    return redirect("workspace:together", batch)


@require_safe
@officer_view
def batch(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """GET /workspace/together/<uuid>: what waits, what was done, what was refused and why; and the way back."""
    acts = list(WaitingAct.objects.filter(batch=uuid, officer_id=request.user.pk).select_related("report"))
    titles = queues.first_words(request.desk, [act.report for act in acts])
    rows = [(act, titles.get(act.report_id) or queues.hidden_title(act.report)) for act in acts]
    waiting = [act for act in acts if act.done_at is None]
    facts = {
        "rows": rows,
        "batch": uuid,
        "waiting": len(waiting),
        "due_at": max((act.due_at for act in waiting), default=None),
        "back": _heap_of(acts),
        "taken": request.GET.get("taken", ""),
        "now": timezone.now(),
    }
    part = panel.is_for(request, panel.PANEL) or panel.is_for(request, "together")
    return render(request, "workspace/_together.html" if part else "workspace/together.html", facts)


@require_POST
@officer_view
def take_back(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """POST /workspace/together/<uuid>/back takes back what has not happened yet."""
    taken = together.take_back(uuid, by=request.desk.actor)
    response = redirect("workspace:together", uuid)
    response["Location"] += f"?taken={taken}"
    return response


def _put(request: OfficerRequest, page: ReportPage, act: str, batch: UUID) -> None:
    by, why = request.desk.actor, _hindrance(page, act)
    if why:
        together.tell(page.report, act, why, by=by, batch=batch)
        return
    suggestion = BY_NAME[act].suggestion(page)
    if suggestion is None:
        words = _("There is no suggestion without a gap. Open it and decide yourself.")
        together.tell(page.report, act, words, by=by, batch=batch)
        return
    together.put(page.report, act, suggestion.decided(), by=by, batch=batch)


def _hindrance(page: ReportPage, act: str) -> str:
    """Why a report cannot go with the others, or an empty word."""
    if page.is_protected:
        return _("It is protected: it is opened and decided by itself.")
    if act not in {each.name for each in open_acts(page)}:
        return _("It has moved on meanwhile.")
    if together.waiting([page.report]):
        return _("It waits already, in another list of yours or a colleague's.")
    return ""


def _heap_of(acts: list[WaitingAct]) -> str:
    return next((act.verb for act in acts), "all")
