"""What the public will read, as fields of an act: masked first, each find decided, nothing undecided let through."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.reports.publishing import TITLE_LENGTH
from tuntas.workspace.forms.base import ActForm, choose
from tuntas.workspace.forms.moderating import Moderation

LONGEST_COPY = 20_000  # characters of a public text, as of a report
TEXTS = ("public_title", "public_text", "public_place")


class PublicTextForm(ActForm):
    """An act that writes the public copy. Call `moderate_first` when preparing, `moderate` when cleaning."""

    public_names: ClassVar[tuple[str, ...]] = (*TEXTS, "public_shown", "public_masked")

    public_title = forms.CharField(
        label=_("Public title"), required=False, max_length=TITLE_LENGTH,
        help_text=_("The gist in a few words. No names of people."),
    )  # fmt: skip
    public_text = forms.CharField(
        label=_("Public text"), required=False, max_length=LONGEST_COPY, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Take out names, numbers and addresses of people; change nothing else. Empty: nothing is public."),
    )  # fmt: skip
    public_place = forms.CharField(
        label=_("Public place"), required=False, max_length=300,
        help_text=_("As near as needed, never the home of a person. Empty: no place is public."),
    )  # fmt: skip
    public_shown = forms.MultipleChoiceField(
        label=_("Masked in the public text: tick what the public may read"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("These may give somebody away. What you do not tick stays masked; officers read the whole report."),
    )  # fmt: skip
    public_masked = forms.MultipleChoiceField(
        label=_("Perhaps personal too: tick what should be masked"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    @property
    def words_kept(self) -> Mapping[str, str]:
        """The texts of the register from which the public ones are taken: title, text and place."""
        said = self.page.said
        return {"title": said["title"], "text": said["body"], "place": self.page.report.place}

    def moderate_first(self) -> None:
        """Find what may give somebody away, in what is kept and in what was typed since, and offer it as choices."""
        typed = [str(self.data.get(self.add_prefix(name), "")) for name in TEXTS] if self.is_bound else []
        text = getattr(self.page.report, "text", None)  # out of sight of whoever may not read it
        self.moderation = Moderation.of(self.words_kept, text.covered if text else [], typed)
        choose(self, "public_shown", self.moderation.choices(masked=True))
        choose(self, "public_masked", self.moderation.choices(masked=False))

    def leave_out_public(self, *, everything: bool) -> None:
        """Take away the fields of a report without a public copy, or the choices where there is nothing to choose."""
        for name in self.public_names:
            nothing = name not in TEXTS and not self.moderation.choices(masked=name == "public_shown")
            if everything or nothing:
                del self.fields[name]

    def moderate(self, given: dict[str, Any]) -> None:
        """Put back what may be read, mask what was ticked, and publish nothing that nobody decided about."""
        shown, also = set(given.get("public_shown") or ()), set(given.get("public_masked") or ())
        for name in TEXTS:
            given[name] = self.moderation.decided(str(given.get(name) or ""), shown=shown, also=also)
        if left := self.moderation.open_in([given[name] for name in TEXTS], shown=shown):
            things = ", ".join(f"“{each.text}” ({each.name})" for each in left)
            self.add_error(
                "public_text",
                _("The public would read this: %(things)s. Take it out, or tick below that it may be read.")
                % {"things": things},
            )
