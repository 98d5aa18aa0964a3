"""Small things that officers' pages ask for: {% load workspace %}."""

from collections.abc import Sequence
from typing import Any

from django import template

from tuntas.followup.models import FollowUp
from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Attachment
from tuntas.workspace import files, inbox, words
from tuntas.workspace.desks import Desk
from tuntas.workspace.reading import reasons_of

register = template.Library()


@register.simple_tag
def unread_notices(desk: Desk) -> int:
    """How many notices of the office nobody has marked as read."""
    return inbox.unread(desk)


@register.simple_tag
def file_address(desk: Desk, attachment: Attachment, size: str = "whole") -> str:
    """Where this officer reads a file. size: `whole` or `small`."""
    return files.address_of(attachment, desk.actor, thumbnail=size == "small")


@register.filter
def named(thing: Unit | Category | None) -> str:
    """An office or a category by its name in the language of the page."""
    return words.named(thing) if thing is not None else ""


@register.filter
def gate_reasons(follow_up: FollowUp) -> Sequence[Any]:
    return reasons_of(follow_up)
