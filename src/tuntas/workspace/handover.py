"""The page on which an officer's work is passed on: by themself before they move, or by an administrator."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuntas.accounts import administering
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Appointment, Role
from tuntas.teamwork import jobs
from tuntas.web.forms import DayField, Radios, choice_of
from tuntas.workspace import handing_over
from tuntas.workspace.forms.working_together import SHOWN
from tuntas.workspace.handing_over import Done, Why
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.stepping_up import step_up_to_send


class HandoverForm(forms.Form):
    """To whom, why; and for an administrator whether whoever follows gets the role, and the last day."""

    to = forms.ChoiceField(label=_("To whom?"), required=False)
    gives_role = forms.BooleanField(
        label=_("Appoint them to this role too, from today"),
        required=False,
        help_text=_("Needed when they do not hold it in this office yet. They and the other administrators are told."),
    )
    decree = forms.CharField(label=_("Number of the decree (SK)"), max_length=120, required=False)
    why = forms.ChoiceField(label=_("Why?"), choices=Why.choices, widget=Radios)
    last = DayField(
        label=_("Last day of this appointment"),
        required=False,
        help_text=_("Empty: it goes on, and only the work passes over."),
    )

    def __init__(self, data: Any = None, *, request: OfficerRequest, whose: Appointment) -> None:
        super().__init__(data)
        self.found = list(handing_over.colleagues(whose)[:SHOWN])
        by, is_own = request.desk.actor, whose.officer_id == request.user.pk
        if is_own and by.role in {Role.FIELD_OFFICER, Role.SUPERVISOR, Role.CUSTODIAN}:
            # They give no jobs and appoint nobody: jobs go back to the pool, views to who holds the same role.
            self.found = list(handing_over.same_desk(whose).select_related("unit")[:SHOWN])
        nobody = _("The pool of the office") if whose.role in jobs.WORKERS else _("Nobody: it stays with the office")
        choice_of(self, "to").choices = [("", nobody), *((str(a.pk), _named(a)) for a in self.found)]
        if not administering.administers(by):
            for name in ("gives_role", "decree"):
                del self.fields[name]
        if is_own or not administering.administers(by):
            del self.fields["last"]

    @property
    def chosen(self) -> Appointment | None:
        return next((each for each in self.found if str(each.pk) == self.cleaned_data["to"]), None)


@require_http_methods(["GET", "POST"])
@officer_view
@step_up_to_send
def handover(request: OfficerRequest, pk: int) -> HttpResponseBase:
    """GET, POST /workspace/handover/<appointment>/"""
    whose, refusal = _appointment(request, pk), None
    form = HandoverForm(request.POST if request.method == "POST" else None, request=request, whose=whose)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = handing_over.hand_over(
                whose,
                to=form.chosen,
                by=request.desk.actor,
                why=given["why"],
                gives_role=bool(given.get("gives_role")),
                decree=given.get("decree", ""),
                last=given.get("last"),
            )
        except Refusal as no:
            refusal = no
        else:
            _say(request, done)
            return _onward(request, whose)
    facts = {
        "whose": whose,
        "bundle": handing_over.bundle_of(whose),
        "is_own": whose.officer_id == request.user.pk,
        "keeps": administering.administers(request.desk.actor),
        "form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workspace/handover.html", facts, status=status)


def _appointment(request: OfficerRequest, pk: int) -> Appointment:
    """An appointment in force whose work this officer may hand over; others as if there were none."""
    found = Appointment.objects.current().filter(pk=pk).select_related("officer", "unit").first()
    if found is None or not handing_over.may_hand_over(request.desk.actor, found):
        raise Http404
    return found


def _named(each: Appointment) -> str:
    return f"{each.officer.name} · {each.get_role_display()} · {each.unit.name}"


def _say(request: OfficerRequest, done: Done) -> None:
    moved = done.jobs
    messages.success(
        request,
        _("Handed over. Jobs given: %(given)d; to the pool: %(pooled)d; not yours to move: %(kept)d; views: %(views)d.")
        % {"given": moved.given, "pooled": moved.pooled, "kept": moved.kept, "views": done.views},
    )
    if done.to is not None and not done.was_told:
        words = _("%(name)s has no mail address: tell them yourself.") % {"name": done.to.officer.name}
        messages.warning(request, words)


def _onward(request: OfficerRequest, whose: Appointment) -> HttpResponseBase:
    """Back to the officer's page for an administrator, to the own account for the officer."""
    if administering.administers(request.desk.actor):
        return redirect("workspace:person", whose.officer_id)
    return redirect("workspace:account")
