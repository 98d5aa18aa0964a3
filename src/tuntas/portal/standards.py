"""The service standard of complaints on one sheet: rights, steps, times, cost, where else to turn (UU 25/2009 art. 21).

Every time on it comes from the policies in force, so that the sheet promises what the clocks measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.clocks.models import Kind, Policy
from tuntas.organizations.models import Unit
from tuntas.portal.flow import in_force, in_words, limits_in, rights_under, steps
from tuntas.portal.pages import for_everyone
from tuntas.reports.codes import signposts
from tuntas.reports.states import Class
from tuntas.web.hosts import face_of


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on a report's way. stages: the kinds of clocks whose limits stand beside it."""

    icon: str
    name: Any
    words: Any
    stages: Sequence[str] = ()


WAY = (
    Stage(
        "pencil",
        _("You report"),
        _("Say what happened and where. No account, no office to know. You get a number and a code."),
    ),
    Stage(
        "search",
        _("We check it"),
        _("We look whether something is missing, and which office must act."),
        (Kind.VERIFY,),
    ),
    Stage(
        "send",
        _("The office gets it"),
        _("One office answers for it. A time limit starts to run."),
        (Kind.DISPOSE, Kind.ARBITRATION),
    ),
    Stage(
        "camera",
        _("It answers with proof"),
        _("Thank you alone is no answer: the office shows what it did."),
        (Kind.FIRST_RESPONSE, Kind.RESOLVE),
    ),
    Stage(
        "thumbs-up",
        _("You decide"),
        _("Not solved? Say so, and the report is opened again."),
        (Kind.REPORTER_REPLY, Kind.SECOND_LOOK, Kind.REOPEN_WINDOW, Kind.APPEAL_WINDOW),
    ),
)


@dataclass(frozen=True, slots=True)
class Time:
    """A limit beside a step: what must be done, for which class of report ("" for all), within what length."""

    name: Any
    report_class: Any
    length: str


@require_safe
@for_everyone
def standard(request: HttpRequest) -> HttpResponse:
    """GET /standar; ?instansi=<slug> with the limits of that agency, where it has others; on its portal as well."""
    face = face_of(request)
    policies = in_force(
        agency.pk if (agency := _agency(request.GET.get("instansi", face.slug if face else ""))) else None
    )
    context = {
        "agency": agency,
        "rights": rights_under(policies),
        "way": [(stage, _times(stage, policies)) for stage in WAY],
        "sources": list(dict.fromkeys(policy.legal_source for policy in policies.values())),
        "limits": limits_in(policies),
        "steps": steps(),
        "signposts": signposts().values(),
        "elsewhere": [post for post in signposts().values() if post.code == "OMBUDSMAN"],
        "today": timezone.localdate(),
    }
    return render(request, "portal/standard.html", context)


def _agency(slug: str) -> Unit | None:
    """Raises Http404 for a name that is none."""
    if not slug:
        return None
    unit = Unit.objects.working().select_related("agency").filter(slug=slug).first()
    if unit is None:
        raise Http404
    return unit.agency or unit


def _times(stage: Stage, policies: Mapping[tuple[str, str], Policy]) -> list[Time]:
    names, classes = dict(Kind.choices), dict(Class.choices)
    return [
        Time(names[kind], classes.get(policy.report_class, ""), in_words(policy))
        for kind in stage.stages
        for (found, _class), policy in policies.items()
        if found == kind
    ]
