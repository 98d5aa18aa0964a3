"""What an officer is typing is kept while it is typed, sealed, and stands in the form again: in another window, after
signing in again, on another computer. Nothing is sent by itself. Files cannot be kept.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tuntas.followup import unsent
from tuntas.workspace.acts import BY_NAME
from tuntas.workspace.desks import Desk
from tuntas.workspace.forms.answering import GatedForm
from tuntas.workspace.forms.base import ActForm
from tuntas.workspace.officers import OfficerRequest, watching_view
from tuntas.workspace.reading import ReportPage, find_report


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft that was read: the fields of its form by name, and when they were typed."""

    act: str
    typed: unsent.Typed
    at: datetime

    @property
    def texts(self) -> list[str]:
        """What a person wants to see again when its form is gone."""
        return [value for values in self.typed.values() for value in values if len(value) > 20 or " " in value]


@require_POST
@watching_view
def keep_draft(request: OfficerRequest, number: str, name: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/<act>/draft/ keeps what is typed so far; with `forget` it is thrown away.

    Scripts get the words that say when; without them, and after signing in again, the way back to the form.
    """
    if name not in BY_NAME:
        raise Http404
    request.session.touch()  # who types is at work
    report = find_report(number)
    typed = {key: values for key, values in request.POST.lists() if key.startswith(f"{name}-")}
    is_empty = not any(value.strip() for values in typed.values() for value in map(str, values))
    if is_empty or "forget" in request.POST:
        unsent.forget(report, name, by=request.desk.actor)
    else:
        unsent.keep(report, name, typed, by=request.desk.actor)
    if request.headers.get("HX-Request") == "true":
        return render(request, "workspace/_kept_at.html", {"at": timezone.now(), "is_empty": is_empty})
    return redirect(f"{reverse('workspace:report', args=[number])}?act={name}")


def of_page(desk: Desk, page: ReportPage) -> dict[str, Kept]:
    """What this officer was typing about a report, by act."""
    return {act: Kept(act, typed, at) for act, typed, at in unsent.of(page.report, by=desk.actor)}


def filled(act_of: type[ActForm], page: ReportPage, kept: Kept) -> ActForm:
    """The form as it was typed. Nothing in it is called a mistake before it is sent."""
    typed = QueryDict(mutable=True)
    for key, values in kept.typed.items():
        typed.setlist(key, list(values))
    form = act_of(page, typed)
    if isinstance(form, GatedForm):
        form.judge(has_files=False)
    else:
        form.is_valid()
        form.errors.clear()
    form.draft_at = kept.at
    return form
