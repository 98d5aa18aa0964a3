"""Acts about whose report it is: hand on, offer, accept, refuse, decide, merge and separate (T7-T10, T19)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.kernel.numbers import Mistyped, parse_number
from tuntas.organizations.models import Unit
from tuntas.reports.models import Report
from tuntas.routing import disposing, merging, transferring
from tuntas.routing.suggesting import UnitGuess
from tuntas.workspace.forms.base import (
    UNKNOWN,
    ActForm,
    NameOfOffice,
    OfficeField,
    chosen_office,
    long_text,
    offer_choices,
    offices_named,
)
from tuntas.workspace.words import Words, named

SUPPORTING = 3  # offices that a form can name as supporting ones


class DisposeForm(ActForm):
    """T7: one office takes the lead, others of any agency support it."""

    name, moves = "dispose", frozenset({"dispose"})
    title, button, icon = _("Hand to an office"), _("Hand on"), "arrow-right"
    key, proposes = "t", True
    hint = _("One office answers for it. Supporting offices see it and are told.")

    lead = OfficeField(label=_("Office that takes the lead"))
    lead_name = NameOfOffice(label=_("Another office of your agency"), help_text=_("Type its name."))
    support_1 = NameOfOffice(label=_("Supporting office"), help_text=_("Of any agency."))
    support_2 = NameOfOffice(label=_("Second supporting office"))
    support_3 = NameOfOffice(label=_("Third supporting office"))
    note = long_text(_("Note for the offices"), rows=2, required=False)

    def prepare(self) -> None:
        holder = self.page.report.holder
        guesses = [*self.page.lead_guesses, UnitGuess(holder, _("Your agency answers by itself."))]
        offer_choices(self, "lead", guesses)
        self.initial = {"lead": str(guesses[0].unit.pk) if self.page.lead_guesses else ""}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["lead"] = chosen_office(self, "lead")
        if given["lead"] is None and not {"lead", "lead_name"} & self.errors.keys():
            self.add_error("lead_name", _("Choose an office, or type its name."))
        given["supporting"] = [unit for n in range(1, SUPPORTING + 1) if (unit := self._supporting(f"support_{n}"))]
        return given

    def told(self) -> Iterator[tuple[Words, Words, Words]]:
        lead = self.cleaned_data["lead"]
        why = next((each.why for each in self.page.lead_guesses if each.unit == lead), "")
        yield _("Office that takes the lead"), named(lead), why

    def _supporting(self, field: str) -> Unit | None:
        typed = self.said(field)
        found = offices_named(typed) if typed else []
        if typed and len(found) != 1:
            names = "; ".join(unit.name for unit in found)
            told = _("Several offices are called so. Type the whole name: %(names)s.") % {"names": names}
            self.add_error(field, told if found else _("No office has this name. Check it."))
            return None
        return found[0] if found else None

    def decided(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"lead": given["lead"], "supporting": given["supporting"], "note": self.said("note")}

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        disposing.dispose(report, by=by, seen=seen, **self.decided())


class OfferForm(ActForm):
    """T8: "not ours", with the legal ground and the proposed owner or "I do not know"."""

    name, moves = "offer", frozenset({"offer"})
    title, button, icon = _("Not ours: offer it to its owner"), _("Offer"), "share-2"
    key = "o"
    hint = _(
        "You hold it until somebody takes it, and the citizen's time runs on. One working day of silence is a yes."
    )

    ground = long_text(_("Legal ground"), rows=3, help_text=_("Which rule gives this task to somebody else?"))
    proposed = OfficeField(label=_("Who should own it?"))
    proposed_name = NameOfOffice(label=_("Another office"), help_text=_("Type its name."))

    def prepare(self) -> None:
        report = self.page.report
        guesses = [guess for guess in self.page.lead_guesses if guess.unit.pk != report.holder_id]
        near = UnitGuess(report.holder.agency, _("Your agency.")) if report.holder.agency else None
        if near and near.unit.pk != report.holder_id:
            guesses.append(near)
        offer_choices(self, "proposed", guesses, unknown=_("I do not know. The superior decides."))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        is_said = bool(self.said("proposed") or self.said("proposed_name"))
        given["proposed"] = chosen_office(self, "proposed")
        if not is_said:
            self.add_error("proposed", _("Choose an owner, or say that you do not know."))
        return given

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        transferring.offer(report, by=by, seen=seen, ground=self.said("ground"), proposed=self.cleaned_data["proposed"])


class AcceptForm(ActForm):
    """T9: the proposed owner takes the report."""

    name, moves = "accept", frozenset({"accept_transfer"})
    title, button, icon = _("Take it over"), _("Take it over"), "check"
    key = "a"
    hint = _("It becomes yours. The citizen's time does not begin anew.")

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        transferring.accept(report, by=by, seen=seen)


class RefuseForm(ActForm):
    """T10: the proposed owner says no, with a legal ground, and names the owner if it knows one."""

    name, moves = "refuse", frozenset({"refuse_transfer"})
    title, button, icon = _("Refuse it"), _("Refuse"), "ban"
    key = "r"
    hint = _("Name the rule. If you know the owner, it is asked next; otherwise the superior decides.")

    ground = long_text(_("Legal ground"), rows=3, help_text=_("Which rule gives this task to somebody else?"))
    proposed = OfficeField(label=_("Who should own it?"))
    proposed_name = NameOfOffice(label=_("Another office"), help_text=_("Type its name."))

    def prepare(self) -> None:
        offer_choices(self, "proposed", [], unknown=_("I do not know. The superior decides."))
        self.initial = {"proposed": UNKNOWN}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["proposed"] = chosen_office(self, "proposed")
        return given

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        transferring.refuse(
            report, by=by, seen=seen, ground=self.said("ground"), proposed=self.cleaned_data["proposed"]
        )


class ArbitrateForm(ActForm):
    """T9, T10: the superior decides who owns it; the decision becomes a precedent."""

    name, moves = "decide", frozenset({"arbitrate", "send_back"})
    title, button, icon = _("Decide who owns it"), _("Decide"), "gavel"
    key = "d"
    hint = _("Your decision ends the offers and is shown with later reports of this category.")

    owner = OfficeField(label=_("It belongs to"))
    owner_name = NameOfOffice(label=_("Another office"), help_text=_("Type its name."))
    ground = long_text(_("Ground of the decision"), rows=3)

    def prepare(self) -> None:
        holder = self.page.report.holder
        guesses = [UnitGuess(holder, _("It holds the report now and offered it."))]
        asked = {offer.proposed.pk: offer.proposed for offer in self.page.offers if offer.proposed}
        guesses += [UnitGuess(unit, _("It was asked to take it.")) for unit in asked.values() if unit.pk != holder.pk]
        offer_choices(self, "owner", guesses)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["owner"] = chosen_office(self, "owner")
        if given["owner"] is None and not {"owner", "owner_name"} & self.errors.keys():
            self.add_error("owner_name", _("Choose an office, or type its name."))
        return given

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        transferring.arbitrate(report, by=by, seen=seen, owner=self.cleaned_data["owner"], ground=self.said("ground"))


class MergeForm(ActForm):
    """T19: the report follows another of the same matter; its reporter keeps number and rights."""

    name, moves = "merge", frozenset({"merge"})
    title, button, icon = _("Merge into another report"), _("Merge"), "link"
    key = "g"
    hint = _("Same place, problem and time. Each reporter keeps the number and the right to object. It can be undone.")

    into = forms.CharField(
        label=_("Number of the other report"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def clean_into(self) -> Report:
        try:
            number = parse_number(self.cleaned_data["into"])
        except Mistyped as refusal:
            raise forms.ValidationError(str(refusal.why)) from None
        found = Report.objects.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such report, or it is not yours to see."))
        return found

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        merging.merge(report, by=by, seen=seen, into=self.cleaned_data["into"])


class UnmergeForm(ActForm):
    """The merge was wrong: the report stands again where it stood."""

    name, moves = "unmerge", frozenset({"unmerge"})
    title, button, icon = _("Separate it again"), _("Separate"), "undo-2"
    hint = _("It goes on where it stood, with the time it had left.")

    reason = long_text(_("Reason"), rows=2)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        merging.unmerge(report, by=by, seen=seen, reason=self.said("reason"))
