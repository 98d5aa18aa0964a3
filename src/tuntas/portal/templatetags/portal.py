"""Words of the portal's templates: {% load portal %}."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context

from tuntas.organizations.models import Area
from tuntas.portal import names
from tuntas.reports.models import Attachment
from tuntas.reports.scanning import may_be_opened
from tuntas.web import files

register = template.Library()

register.filter("is_picture", files.is_picture)
register.filter("is_sound", files.is_sound)
register.filter("may_be_opened", may_be_opened)


@register.filter
def named(thing: Any) -> str:
    """The name of a unit or category in the language of the page; empty for none."""
    return names.in_language(thing) if thing is not None else ""


@register.simple_tag
def file_name(attachment: Attachment, *, private: bool = False) -> str:
    """What a page calls a file: to its own reader by its name, to everybody by none that somebody gave it."""
    return attachment.name if private else files.public_name(attachment)


@register.simple_tag
def file_address(attachment: Attachment, *, private: bool = False, small: bool = False) -> str:
    """Where a file is fetched; private: for the reader of this page alone."""
    return files.address(attachment, private=private, small=small)


@register.filter
def area_name(area: Area) -> str:
    """A place by its name and what it is: "Kota Malang", "Kaliwates, Kabupaten Jember"."""
    return names.of_area(area)


@register.simple_tag(takes_context=True)
def without(context: Context, *names_: str) -> str:
    """The address of this page without some of its filters, from the first page."""
    return _asked(context, dict.fromkeys(names_))


@register.simple_tag(takes_context=True)
def instead(context: Context, **values: str) -> str:
    """The address of this page with some of its filters replaced, from the first page."""
    return _asked(context, values)


def _asked(context: Context, changes: Mapping[str, str | None]) -> str:
    asked = context["request"].GET.copy()
    for name, value in ({"sebelum": None} | dict(changes)).items():
        asked.pop(name, None)
        if value is not None:
            asked[name] = value
    return f"?{asked.urlencode()}"
