"""Acts on a new report: check it, ask, archive, refer, raise its protection, decide an appeal (T3-T6, T18, T21-T24)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.access.actors import Actor
from tuntas.clocks.models import Kind
from tuntas.organizations.models import Category, Officer
from tuntas.reports.codes import archive_reasons, problem_natures, signposts
from tuntas.reports.models import Report
from tuntas.reports.publishing import TITLE_LENGTH
from tuntas.reports.states import Class
from tuntas.routing import accusing, verifying
from tuntas.routing.suggesting import UnitGuess
from tuntas.web.forms import Radios
from tuntas.workspace.forms.base import (
    ActForm,
    NameOfOffice,
    OfficeField,
    choose,
    chosen_office,
    long_text,
    offer_choices,
)
from tuntas.workspace.forms.public_text import PublicTextForm
from tuntas.workspace.reading import ReportPage
from tuntas.workspace.words import Words, named

# What is most often missing, in the words that go to the reporter.
READY_QUESTIONS = (
    ("place", _("Where exactly did it happen? The street, a building near it, the village.")),
    ("time", _("On which day did it happen, and since when?")),
    ("what", _("What happened, in one or two sentences?")),
    ("who", _("Which office or counter is it about?")),
    ("photo", _("Can you add a photo or a document?")),
    ("number", _("What is the number of your file, receipt or queue ticket?")),
)


class VerifyForm(PublicTextForm):
    """T3: class, category, agency, protection and the public copy are decided."""

    name, moves = "verify", frozenset({"verify"})
    title, button, icon = _("Check and pass on"), _("Pass on"), "check"
    key, proposes = "v", True
    hint = _("Look at the like reports first. The reporter is told who has it now.")

    field_order = ("report_class", "category", "problem_nature", "target", "target_name", *PublicTextForm.public_names)
    report_class = forms.ChoiceField(label=_("Class"), choices=Class.choices, widget=Radios)
    category = forms.ChoiceField(label=_("Category"))
    problem_nature = forms.ChoiceField(label=_("What went wrong"), required=False)
    target = OfficeField(label=_("Agency that should handle it"))
    target_name = NameOfOffice(label=_("Another agency or office"), help_text=_("Type its name."))
    is_light = forms.BooleanField(label=_("Light: can be settled on the spot"), required=False)
    party_settled = forms.BooleanField(
        label=_("Whoever the reporter means has no account here"),
        help_text=_("You have looked. If there is one, name the person first: “Name whom it is about”, below."),
    )
    raise_anonymous = forms.BooleanField(
        label=_("Hide the reporter's name"), required=False, help_text=_("Protection is never taken back.")
    )
    raise_confidential = forms.BooleanField(
        label=_("Hide the whole report from the public"), required=False, help_text=_("Protection is never taken back.")
    )
    protection_reason = forms.CharField(
        label=_("Why the protection is raised"), required=False, max_length=500,
        help_text=_("The reporter reads it. Only when you raise it."),
    )  # fmt: skip

    def prepare(self) -> None:
        report, guess = self.page.report, self.page.category_guess
        choose(self, "category", category_choices())
        natures = [(code, nature.name) for code, nature in problem_natures().items()]
        choose(self, "problem_nature", [("", _("Not said")), *natures])
        offer_choices(self, "target", self.page.agency_guesses)
        best = report.category or guess.best
        self.moderate_first()
        agencies = self.page.agency_guesses
        self.initial = {
            "report_class": report.report_class or verifying.class_for(report.report_type),
            "category": best.pk if best else "",
            "problem_nature": report.problem_nature,
            "target": str(agencies[0].unit.pk) if agencies else "",
            "public_title": self.moderation.first(self.page.said["title"] or self.page.said["body"].partition("\n")[0])[
                :TITLE_LENGTH
            ],
            "public_text": self.moderation.first(self.page.said["body"]),
            "public_place": self.moderation.first(self.page.said["place"]),
        }
        self._leave_out()

    def _leave_out(self) -> None:
        """A hidden report has no public copy; what is raised already is not asked again."""
        report = self.page.report
        self.leave_out_public(everything=report.hides_text)
        gone: list[str] = []
        gone += ["raise_anonymous"] if report.is_anonymous else []
        gone += ["raise_confidential"] if report.is_confidential else []
        gone += [] if self.page.said["party"] and not report.has_conflict else ["party_settled"]
        gone += ["protection_reason"] if report.is_anonymous and report.is_confidential else []
        for field in gone:
            del self.fields[field]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["target"] = chosen_office(self, "target")
        if given["target"] is None and not {"target", "target_name"} & self.errors.keys():
            self.add_error("target_name", _("Choose an agency, or type its name."))
        if (self.is_on("raise_anonymous") or self.is_on("raise_confidential")) and not self.said("protection_reason"):
            self.add_error("protection_reason", _("Say why: the reporter reads it."))
        if "public_text" in self.fields and not self.is_on("raise_confidential"):
            self.moderate(given)
        return given

    def told(self) -> Iterator[tuple[Words, Words, Words]]:
        given, guess = self.cleaned_data, self.page.category_guess
        words = next((each.words for each in guess.categories if str(each.category.pk) == given["category"]), ())
        heard = _("the text says: %(words)s") % {"words": ", ".join(words)} if words else ""
        agencies = self.page.agency_guesses
        why = next((each.why for each in agencies if each.unit == given["target"]), "")
        yield _("Category"), named(Category.objects.get(pk=given["category"])), heard
        yield _("Agency that should handle it"), named(given["target"]), why
        yield _("Class"), Class(given["report_class"]).label, ""
        if "public_text" in given:
            hidden = len(self.moderation.masked)
            told = ngettext("%(count)d thing masked", "%(count)d things masked", hidden) % {"count": hidden}
            yield _("What the public reads"), self.said("public_text") or _("Nothing"), told if hidden else ""

    def decided(self) -> dict[str, Any]:
        given = self.cleaned_data
        ticked = set(given.get("public_shown") or ())
        return {
            "report_class": given["report_class"],
            "category": Category.objects.get(pk=given["category"]),
            "target": given["target"],
            "title": self.said("public_title"),
            "public_text": self.said("public_text"),
            "public_place": self.said("public_place"),
            "problem_nature": given["problem_nature"],
            "is_light": given["is_light"],
            "raise_anonymous": self.is_on("raise_anonymous"),
            "raise_confidential": self.is_on("raise_confidential"),
            "protection_reason": self.said("protection_reason"),
            "masked": len(self.moderation.masked - ticked) if "public_text" in given else None,
            "shown": sorted({each.kind for each in self.moderation.found if each.key in ticked}),
        }

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        verifying.verify(report, by=by, seen=seen, **self.decided())


class AskForm(ActForm):
    """T4: ask the reporter, in plain words, for what is missing; the clock of verification waits meanwhile."""

    name, moves = "ask", frozenset({"ask"})
    title, button, icon = _("Ask for what is missing"), _("Send the question"), "circle-help"
    key = "q"
    hint = _("The reporter has ten working days. Your time limit waits.")

    ready = forms.MultipleChoiceField(
        label=_("What is missing?"), choices=READY_QUESTIONS, required=False, widget=forms.CheckboxSelectMultiple
    )
    own = long_text(
        _("In your own words"), rows=3, required=False, help_text=_("One question on each line. No jargon.")
    )

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        ready = dict(READY_QUESTIONS)
        asked = [str(ready[code]) for code in self.cleaned_data["ready"]]
        verifying.ask(report, by=by, seen=seen, missing=[*asked, *self.said("own").splitlines()])


class CompleteForm(ActForm):
    """Write down what the reporter said elsewhere; the report is then checked again."""

    name, moves = "complete", frozenset({"complete_for"})
    title, button, icon = _("Write down what was missing"), _("Save and check again"), "reply"
    hint = _("When the reporter answered by telephone or at the counter, or nobody can be asked any more.")

    text = long_text(_("What the reporter said, or how you found it out"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        verifying.complete_for(report, by=by, text=self.said("text"), seen=seen)


class ArchiveForm(ActForm):
    """T18: not handled as a report, with a reason and an explanation; an agency's administrator needs a second one."""

    name, moves = "archive", frozenset({"archive", "propose_archive"})
    title, button, icon, is_grave = _("Archive"), _("Archive"), "archive", True
    hint = _("The reporter reads your explanation and may appeal. In an agency a second officer must confirm.")

    reason = forms.ChoiceField(label=_("Reason"), widget=Radios)
    explanation = long_text(
        _("Explanation for the reporter"),
        required=False,
        help_text=_("Empty: the standard words of the reason are sent."),
    )
    signpost = forms.ChoiceField(label=_("Who can help instead"), required=False)
    signpost_own = forms.CharField(label=_("Somebody else, with a contact"), required=False, max_length=300)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        """Whoever proposed it cannot be the second officer too."""
        proposed = page.archive_proposal
        return proposed is None or proposed.appointment_id != page.desk.appointment.pk

    def prepare(self) -> None:
        reasons = [reason for reason in archive_reasons().values() if not reason.is_automatic]
        choose(self, "reason", [(reason.code, reason.name) for reason in reasons])
        widget = self.fields["reason"].widget
        if isinstance(widget, Radios):
            widget.hints = {reason.code: reason.explanation for reason in reasons}
        choose(self, "signpost", signpost_choices())
        proposed = self.page.archive_proposal
        if proposed is not None:
            self.initial = {"reason": proposed.facts.get("archive_reason", ""), "explanation": proposed.note}
            self.initial["signpost_own"] = proposed.facts.get("signpost", "")

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        reason = archive_reasons()[self.cleaned_data["reason"]]
        verifying.archive(
            report,
            by=by,
            seen=seen,
            reason=reason.code,
            explanation=self.said("explanation") or str(reason.explanation),
            signpost=signpost_of(self),
        )


class ReferForm(ActForm):
    """T21: outside public service; the reporter is told where to turn to."""

    name, moves = "refer", frozenset({"refer"})
    title, button, icon, is_grave = _("Refer elsewhere"), _("Refer"), "external-link", True
    hint = _("For courts, crimes and emergencies. Name who helps, with a contact; never a bare no.")

    signpost = forms.ChoiceField(label=_("Who can help instead"), required=False)
    signpost_own = forms.CharField(label=_("Somebody else, with a contact"), required=False, max_length=300)
    explanation = long_text(_("Explanation for the reporter"), rows=3)

    def prepare(self) -> None:
        choose(self, "signpost", signpost_choices())

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        verifying.refer(report, by=by, seen=seen, signpost=signpost_of(self), explanation=self.said("explanation"))


class ProtectForm(ActForm):
    """T23: protection goes up and never down."""

    name, moves = "protect", frozenset({"protect"})
    title, button, icon, needs_step_up = _("Raise the protection"), _("Raise"), "shield", True
    hint = _("For slander, names of other people, or fear of reprisal. It is never taken back.")

    anonymous = forms.BooleanField(label=_("Hide the reporter's name"), required=False)
    confidential = forms.BooleanField(label=_("Hide the whole report from the public"), required=False)
    reason = long_text(_("Reason"), rows=2, help_text=_("The reporter reads it."))

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return not (page.report.is_anonymous and page.report.is_confidential)

    def prepare(self) -> None:
        report = self.page.report
        for field, has_it in (("anonymous", report.is_anonymous), ("confidential", report.is_confidential)):
            if has_it:
                del self.fields[field]

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        verifying.protect(
            report,
            by=by,
            anonymous=self.is_on("anonymous"),
            confidential=self.is_on("confidential"),
            reason=self.said("reason"),
            seen=seen,
        )


class AccuseForm(ActForm):
    """Whom the report is about: they see it no more, and it moves up when nobody else is left (law 6)."""

    name, moves = "accuse", frozenset({"name_accused"})
    title, button, icon, needs_step_up = _("Name whom it is about"), _("Hide it from them"), "eye-off", True
    hint = _(
        "The office or the person never sees the report, in no office they hold. It becomes secret, and is never taken"
        " back. When nobody else is left there, it goes to whoever stands above."
    )

    unit = OfficeField(label=_("Office"), required=False)
    unit_name = NameOfOffice(label=_("Office that it is about"), help_text=_("Type its name. Or leave it empty."))
    officer = forms.ChoiceField(label=_("Officer with an account"), required=False)
    reason = long_text(_("Reason"), rows=2, help_text=_("The reporter reads it. No name of anybody."))

    def prepare(self) -> None:
        offer_choices(self, "unit", [UnitGuess(unit, "") for unit in self.page.units_below])
        people = [(str(person.pk), f"{person.name} · {places}") for person, places in self.page.people_below]
        choose(self, "officer", [("", _("Nobody in particular")), *people])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["unit"] = chosen_office(self, "unit")
        if given["unit"] is None and not given.get("officer") and not self.errors:
            self.add_error("unit_name", _("Name an office, or choose an officer."))
        return given

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        given = self.cleaned_data
        person = Officer.objects.filter(pk=given["officer"] or 0).first()
        accusing.name(
            report,
            by=by,
            units=[given["unit"]] if given["unit"] else [],
            officers=[person] if person else [],
            reason=self.said("reason"),
            seen=seen,
        )


class AppealForm(ActForm):
    """T24: the national administrator takes an archived report back, or upholds what was decided."""

    name, moves = "appeal", frozenset({"revive", "uphold"})
    title, button, icon = _("Decide the appeal"), _("Decide"), "gavel"
    hint = _("The reporter reads your reason.")

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("The reporter is right: take it back")), ("uphold", _("It stays closed"))],
        widget=Radios,
    )
    reason = long_text(_("Reason"), rows=3)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return any(each.clock.kind == Kind.APPEAL_DECISION for each in page.clocks)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        grant = self.cleaned_data["decision"] == "grant"
        verifying.decide_appeal(report, by=by, seen=seen, grant=grant, reason=self.said("reason"))


def category_choices() -> list[tuple[Any, Any]]:
    """Every category valid today, the parts under their parent; the parent itself stands first among them."""
    today = timezone.localdate()
    valid = list(
        Category.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today).order_by("code")
    )
    groups = []
    for top in (each for each in valid if each.parent_id is None):
        parts = [(each.pk, named(each)) for each in valid if each.parent_id == top.pk]
        groups.append((named(top), [(top.pk, _("%(name)s, in general") % {"name": named(top)}), *parts]))
    return [("", _("Choose a category")), *groups]


def signpost_choices() -> list[tuple[str, Any]]:
    told = [(code, f"{post.name}: {post.contact}") for code, post in signposts().items()]
    return [("", _("Nobody from the list")), *told]


def signpost_of(form: ActForm) -> str:
    """Who can help, with the contact, as the reporter reads it: the own words before the list."""
    listed = signposts().get(form.said("signpost"))
    return form.said("signpost_own") or (f"{listed.name}: {listed.contact}" if listed else "")
