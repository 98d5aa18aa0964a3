"""Practice cases on officers' pages: an invented report, what is asked, and what the rules say about the answer.

Nothing is kept and nothing leaves: introduction.practising judges where the database refuses every write.
"""

from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.followup.kinds import Kind, Outcome
from tuntas.introduction import practising
from tuntas.introduction.cases import Case, cases_for
from tuntas.introduction.cases import cases as all_cases
from tuntas.organizations.models import Category
from tuntas.reports.states import Class
from tuntas.web.forms import DayField, Radios
from tuntas.workspace.forms.answering import KIND_HINTS
from tuntas.workspace.forms.base import choose, long_text
from tuntas.workspace.forms.verifying import category_choices
from tuntas.workspace.officers import OfficerRequest, officer_view


class PracticeForm(forms.Form):
    """What a case asks. Each kind of case has its own."""

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data)
        self.case = case
        self.prepare()

    def prepare(self) -> None:
        """Fill in what the case brings."""


class VerifyPractice(PracticeForm):
    """Class, category and public text, as the verification asks for them."""

    report_class = forms.ChoiceField(label=_("Class"), choices=Class.choices, widget=Radios)
    category = forms.ChoiceField(label=_("Category"))
    public_text = long_text(_("Public text"), rows=4, required=False)

    def prepare(self) -> None:
        choose(self, "category", category_choices())
        self.initial = {"public_text": self.case.report}

    def clean_category(self) -> Category:
        return Category.objects.get(pk=self.cleaned_data["category"])


class DuplicatePractice(PracticeForm):
    """One matter or two."""

    same = forms.ChoiceField(
        label=_("Is it the same matter?"), widget=Radios,
        choices=[("same", _("Yes, merge them")), ("different", _("No, both go on"))],
    )  # fmt: skip


class MovePractice(PracticeForm):
    """What to do now: one of a few rows of the timetable."""

    move = forms.ChoiceField(label=_("What do you do?"), widget=Radios)

    def prepare(self) -> None:
        choose(self, "move", [(each.move, each.said) for each in self.case.choices])


class AnswerPractice(PracticeForm):
    """The answer with its proof. Photos are not sent: a tick says that one would be there."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices, widget=Radios)
    kind = forms.ChoiceField(label=_("What was done?"), choices=Kind.choices, widget=Radios(hints=KIND_HINTS))
    text = long_text(_("Answer to the reporter"), rows=5)
    done_on = DayField(label=_("Day of the work"), required=False)
    done_at_place = forms.CharField(label=_("Place of the work"), required=False, max_length=300)
    photos_before = forms.BooleanField(label=_("I would add a photo from before"), required=False)
    photos_after = forms.BooleanField(label=_("I would add a photo from after"), required=False)


FORMS: dict[str, type[PracticeForm]] = {
    "verify": VerifyPractice,
    "duplicate": DuplicatePractice,
    "move": MovePractice,
    "answer": AnswerPractice,
}


@require_safe
@officer_view
def cases(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/practice/ the cases of one's own role first."""
    own = cases_for(request.desk.role)
    others = [case for case in all_cases().values() if case not in own]
    return render(request, "workspace/practice.html", {"own": own, "others": others})


@require_http_methods(["GET", "HEAD", "POST"])
@officer_view
def case(request: OfficerRequest, key: str) -> HttpResponseBase:
    """GET, POST /workspace/practice/<key>/ one case; POST says what the rules say, and keeps nothing."""
    found = all_cases().get(key)
    if found is None:
        raise Http404
    form = FORMS[found.kind](found, request.POST if request.method == "POST" else None)
    verdict = None
    if form.is_bound and form.is_valid():
        verdict = practising.judge(found, form.cleaned_data, unit=request.desk.unit, role=request.desk.role)
    following = _following(found, request.desk.role) if verdict else None
    facts = {"case": found, "form": form, "verdict": verdict, "following": following}
    return render(request, "workspace/practice_case.html", facts, status=422 if form.errors else 200)


def _following(case: Case, role: str) -> Case | None:
    """The next case of the role, after the last one none."""
    own = cases_for(role)
    after = own[own.index(case) + 1 :] if case in own else own
    return after[0] if after else None
