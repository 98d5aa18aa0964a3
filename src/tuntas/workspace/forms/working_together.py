"""Acts among colleagues: say something, give a job, put it back (teamwork)."""

import uuid
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.access.actors import Actor
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Report
from tuntas.teamwork import jobs, thread
from tuntas.teamwork.models import Job
from tuntas.workspace.forms.base import ActForm
from tuntas.workspace.reading import ReportPage

SHOWN = 60  # colleagues among whom somebody is chosen


def workload(appointments: list[int]) -> dict[int, int]:
    """Live jobs by appointment, of the reports that this desk sees."""
    rows = Job.objects.live().filter(appointment__in=appointments).values("appointment").annotate(n=Count("pk"))
    return {row["appointment"]: row["n"] for row in rows}


def choices_of(found: list[Appointment]) -> list[tuple[str, Any]]:
    """Colleagues by name and role, each with how much they have in hand already."""
    load = workload([each.pk for each in found])
    return [(str(each.pk), _named(each, load.get(each.pk, 0))) for each in found]


def _named(each: Appointment, n: int) -> str:
    in_hand = ngettext("%(count)d job", "%(count)d jobs", n) % {"count": n}
    return f"{each.officer.name} · {each.get_role_display()} · {in_hand}"


class AssignForm(ActForm):
    """Give the report to one officer of the office; the duty stays with the office."""

    name, moves = "assign", frozenset({"assign"})
    title, button, icon = _("Give it to a colleague"), _("Give the job"), "user"
    hint = _("They get a notice and find it under “My jobs”. Your office still answers for the report.")

    to = forms.ChoiceField(label=_("Who does it?"))

    def prepare(self) -> None:
        found = jobs.workers_of(self.page.report.holder).select_related("officer", "unit")
        self.found = list(found.order_by("officer__name", "pk")[:SHOWN])
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *choices_of(self.found)]

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        chosen = next((each for each in self.found if str(each.pk) == self.said("to")), None)
        jobs.assign(report, to=chosen, by=by, seen=seen)


class BackToPoolForm(ActForm):
    """Put the report back into the pool of the office."""

    name, moves = "pool", frozenset({"release"})
    title, button, icon = _("Put it back into the pool"), _("Put it back"), "undo-2"
    hint = _("Then nobody in particular has it, and your office sees it among the unassigned.")

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return jobs.job_of(page.report) is not None

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        jobs.release(report, by=by, seen=seen)


class DiscussForm(ActForm):
    """A remark to colleagues. Never stale: a thread is written by several at once."""

    name, moves = "discuss", frozenset({"discuss"})
    title, button, icon = _("Write to your colleagues"), _("Write"), "message-square"
    hint = _("Only officers who see this report read it. Never the public, the reporter, or whom it is about.")

    once = forms.CharField(max_length=64, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("To your colleagues"),
        help_text=_("Name somebody with @ and their user name, or mark them below: they get a notice and a mail."),
        max_length=thread.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mentions = forms.MultipleChoiceField(
        label=_("Tell these colleagues"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        self.initial["once"] = str(uuid.uuid4())
        found = thread.colleagues_of(self.page.report)[:SHOWN]
        me = self.page.desk.actor.officer
        self.found = {str(each.pk): each for each in found if each.officer_id != me}
        field = self.fields["mentions"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (pk, f"{each.officer.name} (@{each.officer.username}) · {each.get_role_display()} · {each.unit.name}")
                for pk, each in self.found.items()
            ]
        if not self.found:
            del self.fields["mentions"]

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        chosen = [self.found[pk] for pk in self.cleaned_data.get("mentions", [])]
        thread.discuss(report, text=self.said("text"), by=by, mentions=chosen, key=self.said("once"))
