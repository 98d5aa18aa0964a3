"""The public copy before it is public: what gives somebody away is masked already, and the administrator decides each.

A find that nobody decided about publishes nothing: the form comes back and names it (handbook 2.7, law 9).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuntas.reports.redaction.finding import find
from tuntas.reports.redaction.finds import Find
from tuntas.reports.redaction.masking import labels, mask, unmask

MOST_LISTED = 60  # things in one list; whatever more there is stays masked


@dataclass(frozen=True, slots=True)
class Moderation:
    """What was found in the texts that may become public. masked: keys of what is masked unless somebody ticks it."""

    found: Sequence[Find]
    masked: frozenset[str]

    @classmethod
    def of(
        cls, texts: Mapping[str, str], covered: Iterable[Mapping[str, Any]], typed: Iterable[str] = ()
    ) -> "Moderation":
        """texts: by field, as the register keeps them. covered: what the reporter asked to mask. typed: since then."""
        wanted = {(place["field"], place["start"]) for place in covered}
        found: dict[str, Find] = {}
        masked: set[str] = set()
        for name, text in texts.items():
            for each in find(text):
                found.setdefault(each.key, each)
                if each.is_sure or (name, each.start) in wanted:
                    masked.add(each.key)
        for text in typed:
            for each in find(text):
                found.setdefault(each.key, each)
                masked |= {each.key} if each.is_sure else set()
        return cls([*found.values()][:MOST_LISTED], frozenset(masked))

    @property
    def names(self) -> Mapping[str, str]:
        return labels(self.found)

    def first(self, text: str) -> str:
        """The text as the form proposes it."""
        known = self.names
        return mask(text, [each for each in find(text) if each.key in self.masked and each.key in known], named=known)

    def decided(self, text: str, *, shown: set[str], also: set[str]) -> str:
        """The text as it will be public: what was ticked stands there as it was written, or is masked as well."""
        known = self.names
        text = unmask(text, [each for each in self.found if each.key in shown], named=known)
        return mask(text, [each for each in find(text) if each.key in also and each.key in known], named=known)

    def open_in(self, texts: Iterable[str], *, shown: set[str]) -> list[Find]:
        """What would become public though nobody decided so."""
        found = {each.key: each for text in texts for each in find(text)}
        return [each for key, each in found.items() if each.is_sure and key not in shown]

    def choices(self, *, masked: bool) -> list[tuple[str, Any]]:
        return [
            (
                each.key,
                _("“%(text)s”: %(kind)s. %(reason)s") % {"text": each.text, "kind": each.name, "reason": each.reason},
            )
            for each in self.found
            if (each.key in self.masked) == masked
        ]
