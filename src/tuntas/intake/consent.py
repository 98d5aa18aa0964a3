"""What people are told about their data before they report, by channel, and which wording they were told (UU 27/2022).

The version goes into the first entry of a report's history, as a constant of the statement that files it: it costs no
round trip. Whoever changes words here gives them a new version; a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuntas.reports.states import Channel


@dataclass(frozen=True, slots=True)
class Notice:
    """One wording. short: said by the button, or printed on the form; more: behind one tap, or on the back."""

    version: str
    short: Any
    more: tuple[Any, ...] = ()


RIGHTS = (
    _("What you write is used to handle this report, and for nothing else. The law makes that a public task."),
    _("Your name and address are kept only if you give them, locked away from all officers. That is your consent."),
    _("You can see, copy, correct and have erased what we hold, and take your consent back: with your secret code."),
)
NOTICES: Mapping[str, Notice] = {
    Channel.WEB: Notice(
        "web-2026-11",
        _("By sending you agree that we keep name and address, if you gave them, to send you news of this report."),
        RIGHTS,
    ),
    Channel.COUNTER: Notice(
        "counter-2026-11",
        _("Read to the visitor: name and address are kept, if given, only to send news of this report."),
        RIGHTS,
    ),
    Channel.BOOTH: Notice(
        "booth-2026-11",
        _("By signing you agree that we keep name and address, if you gave them, to send you news of this report."),
        RIGHTS,
    ),
}


def version_for(channel: str) -> str:
    """Which wording whoever reports through this channel was shown; empty for an old register, which showed none."""
    notice = NOTICES.get(channel)
    return notice.version if notice else ""
