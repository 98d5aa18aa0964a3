"""Deciding on what a reporter asked about their data, within the hours of the law (UU 27/2022)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.privacy import asking
from tuntas.privacy.correcting import Corrected
from tuntas.privacy.models import DataRequest, Decision, Wish
from tuntas.reports.models import Report
from tuntas.web.forms import Radios
from tuntas.workspace.forms.base import choose, long_text
from tuntas.workspace.forms.public_text import LONGEST_COPY, PublicTextForm
from tuntas.workspace.reading import ReportPage

OWN = ("own_title", "own_text", "own_remedy", "own_place")


class DataWishForm(PublicTextForm):
    """The oldest wish that waits. The form names it, so that a page that is older decides no other one.

    A correction brings the words of the report with it, and those of the public copy, where there is one.
    """

    name, moves = "data", frozenset({"decide_about_data"})
    title, button, icon, is_grave = _("Decide about the reporter's data"), _("Decide"), "gavel", True
    needs_step_up = True
    hint = _("Three times 24 hours by law. What you erase cannot be brought back; the reporter reads your reasons.")
    template = "workspace/_data_act.html"

    field_order = ("wish", *OWN, *PublicTextForm.public_names, "hidden_files", "decision", "reason")
    wish = forms.UUIDField(widget=forms.HiddenInput)
    own_title = forms.CharField(
        label=_("Title"), required=False, max_length=200, help_text=_("Correct here what is wrong, if you grant it.")
    )
    own_text = forms.CharField(
        label=_("Text"), required=False, max_length=LONGEST_COPY, widget=forms.Textarea(attrs={"rows": 6})
    )
    own_remedy = forms.CharField(
        label=_("What the reporter wants"), required=False, max_length=LONGEST_COPY,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    own_place = forms.CharField(
        label=_("Where it happened"), required=False, max_length=300,
        help_text=_("When you change it, its point on the map is removed."),
    )  # fmt: skip
    hidden_files = forms.MultipleChoiceField(
        label=_("Public files: tick what the public may see no more"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=Radios)
    reason = long_text(_("Reasons for the reporter"), rows=3)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return oldest(page.report) is not None

    def prepare(self) -> None:
        self.request = oldest(self.page.report)
        self.initial = {"wish": self.request.uuid if self.request else ""}
        self.corrects = self.request is not None and self.request.wish == Wish.CORRECTION
        copy = self.page.public_copy if self.corrects else None
        self.moderate_first()
        files = [(str(each.pk), each.name) for each in self.page.files if each.is_public] if self.corrects else []
        choose(self, "hidden_files", files)
        self.leave_out_public(everything=copy is None)
        for field in [*([] if self.corrects else OWN), *([] if files else ["hidden_files"])]:
            del self.fields[field]
        said = self.page.said
        words = (said["title"], said["body"], said["remedy"], said["place"])
        self.initial |= dict(zip(OWN, words, strict=True))
        if copy is not None:
            self.initial |= {"public_title": copy.title, "public_text": copy.body, "public_place": copy.place}

    @property
    def words(self) -> str:
        return asking.words_of(self.request) if self.request else ""

    @property
    def words_kept(self) -> Mapping[str, str]:
        """Once they are typed, the corrected words as well: what is new in them is masked like the rest."""
        kept = super().words_kept
        typed = {part: str(self.data.get(self.add_prefix(f"own_{part}"), "")) for part in kept}
        return {part: "\n".join(filter(None, (words, typed[part]))) for part, words in kept.items()}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "public_text" in self.fields and given.get("decision") in {Decision.GRANTED, Decision.PARTLY}:
            self.moderate(given)
        return given

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        given: dict[str, Any] = self.cleaned_data
        found = DataRequest.objects.select_related("report__reporter", "report__holder").get(
            uuid=given["wish"], report=report
        )
        corrected = self._corrected() if found.wish == Wish.CORRECTION and self.corrects else None
        asking.decide(found, decision=given["decision"], reason=given["reason"], by=by, seen=seen, corrected=corrected)

    def _corrected(self) -> Corrected:
        return Corrected(
            title=self.said("own_title"),
            body=self.said("own_text"),
            remedy=self.said("own_remedy"),
            place=self.said("own_place"),
            public_title=self.said("public_title"),
            public_text=self.said("public_text"),
            public_place=self.said("public_place"),
            hidden_files=[int(pk) for pk in self.cleaned_data.get("hidden_files") or ()],
        )


def oldest(report: Report) -> DataRequest | None:
    return DataRequest.objects.undecided().filter(report=report).order_by("due_at", "pk").first()
