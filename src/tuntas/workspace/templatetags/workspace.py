"""Small things that officers' pages ask for: {% load workspace %}."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tuntas.access.actors import PUBLIC, current
from tuntas.access.models import SecurityEntry
from tuntas.followup.models import FollowUp
from tuntas.followup.reply_templates import BLANK
from tuntas.kernel.numbers import spell_number
from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Attachment
from tuntas.reports.scanning import may_be_opened
from tuntas.web import files, times
from tuntas.workspace import inbox, log_words, touring, words
from tuntas.workspace.desks import Desk
from tuntas.workspace.reading import reasons_of

register = template.Library()

register.filter("may_be_opened", may_be_opened)
register.filter("spelled", spell_number)
register.filter("is_sound", files.is_sound)


@register.simple_tag
def unread_notices(desk: Desk) -> int:
    """How many notices of the office nobody has marked as read."""
    return inbox.unread(desk)


@register.simple_tag(takes_context=True)
def tour_strip(context: Context) -> touring.Strip | None:
    """What stands above this page: a step of the tour, the offer of one, what is new, or nothing."""
    return touring.strip_for(context["request"])


@register.filter
def whole_file(attachment: Attachment) -> str:
    """Where a file can be read for a quarter of an hour; the page that shows it has loaded the row itself."""
    return files.address(attachment, private=True)


@register.filter
def file_name(attachment: Attachment) -> str:
    """What the page calls a file: of a protected report's reporter by a name that says nothing."""
    return files.shown_name(attachment, current() or PUBLIC)


@register.filter
def small_file(attachment: Attachment) -> str:
    """Where its thumbnail can be seen."""
    return files.address(attachment, private=True, small=True)


@register.filter
def named(thing: Unit | Category | None) -> str:
    """An office or a category by its name in the language of the page."""
    return words.named(thing) if thing is not None else ""


@register.filter
def gate_reasons(follow_up: FollowUp) -> Sequence[Any]:
    return reasons_of(follow_up)


@register.filter
def entry_words(entry: SecurityEntry) -> Any:
    """An entry of the security log for people."""
    return log_words.words_of(entry)


@register.filter
def length_of_time(length: timedelta | None) -> str:
    """A length of time in its largest whole unit: "3 days"; a dash where there is none."""
    if length is None:
        return "–"
    seconds = length.total_seconds()
    return times.span(seconds) if seconds >= 60 else gettext("less than a minute")


@register.filter
def with_blanks(text: str) -> SafeString:
    """A template's text with its blanks marked."""
    parts = BLANK.split(text)  # words and blanks by turns
    marked = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return format_html_join("", "{}{}", ((words, _blank(blank)) for words, blank in marked))


def _blank(words: str) -> SafeString | str:
    return format_html('<span class="blank">{}</span>', words) if words else ""
