"""Correcting what a report says, when the reporter's wish was granted (UU 27/2022 art. 6).

The corrected words take the place of the old ones in the register, and the public copy is derived anew from a moderated
text in the same transaction: page, feed, search and map read that copy alone, so nothing uncorrected stays on any.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Incomplete
from tuntas.reports import publishing
from tuntas.reports.models import PublicCopy, Report

WORD = re.compile(r"\w{3,}")
LISTED = 10  # words that a refusal names


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """What the report says from now on, and what the public reads of it, moderated. Empty public text: nothing.

    hidden_files: ids of files that were public and are so no more.
    """

    title: str
    body: str
    remedy: str = ""
    place: str = ""
    public_title: str = ""
    public_text: str = ""
    public_place: str = ""
    hidden_files: Sequence[int] = ()


@transaction.atomic
def correct(report: Report, corrected: Corrected) -> list[str]:
    """Carry it out; returns which parts changed: title, body, remedy, place, public, files.

    The caller has locked the report and says in the history that it was corrected. Raises Incomplete when nothing was
    corrected, when no words are left, and when the public text still says what was taken out.
    """
    was, copy = publishing.read(report), PublicCopy.objects.filter(report=report).first()
    if not corrected.body.strip():
        raise Incomplete(_("Nothing was corrected."), why=_("The text is empty. To erase it there is another wish."))
    changed = [part for part in ("title", "body", "remedy", "place") if getattr(corrected, part) != was[part]]
    if changed:
        publishing.rewrite(
            report, title=corrected.title, body=corrected.body, remedy=corrected.remedy, place=corrected.place
        )
    if copy is not None and _derive(report, copy, corrected, was):
        changed.append("public")
    if report.attachments.filter(pk__in=corrected.hidden_files, is_public=True).update(is_public=False):
        changed.append("files")
    if not changed:
        raise Incomplete(
            _("Nothing was corrected."),
            why=_("The text is as it was."),
            instead=_("Change what is wrong, or choose another decision and say why."),
        )
    return changed


def _derive(report: Report, copy: PublicCopy, corrected: Corrected, was: dict[str, str]) -> bool:
    """The public copy from what was moderated now; True when it says something else than before."""
    public = (corrected.public_title.strip(), corrected.public_text.strip(), corrected.public_place.strip())
    gone = _words(*(str(was[part]) for part in ("title", "body", "place"))) - _words(
        corrected.title, corrected.body, corrected.place
    )
    if left := sorted(gone & _words(*public)):
        raise Incomplete(
            _("The public text still says what was corrected: %(words)s.") % {"words": ", ".join(left[:LISTED])},
            why=_("What is wrong must not stay public."),
            instead=_("Correct the public text as well."),
        )
    before = (copy.title, copy.body, copy.place)
    if public[1]:
        made = publishing.settle(report, title=public[0], body=public[1], place=public[2], at=copy.published_at)
        return made is None or (made.title, made.body, made.place) != before
    publishing.withdraw(report)
    return True


def _words(*texts: str) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(text)}
