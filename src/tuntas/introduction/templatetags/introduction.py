"""Help in plain words and the doors of the demonstration: {% load introduction %}."""

from typing import Any

from django import template
from django.template import Context

from tuntas.introduction import doors, texts
from tuntas.kernel import numbers

register = template.Library()


@register.inclusion_tag("introduction/_help.html")
def help(key: str) -> dict[str, Any]:  # noqa: A001 - the name in templates
    """The mark that opens help in plain words, by its key in packs/introduction/help.toml. KeyError for no such key."""
    return {"topic": texts.topics()[key]}


@register.inclusion_tag("introduction/_help.html")
def help_of_act(act: str) -> dict[str, Any]:
    """The same for an act of an officer's page; nothing when none is written for it."""
    return {"topic": texts.topic_of_act(act)}


@register.inclusion_tag("introduction/_roles.html", takes_context=True)
def demo_roles(context: Context) -> dict[str, Any]:
    """The switcher of roles in the strip of the demonstration; empty outside it."""
    return _roles(context)


@register.inclusion_tag("introduction/_first_roles.html", takes_context=True)
def demo_first_roles(context: Context) -> dict[str, Any]:
    """The same as cards, which say what each role can try first."""
    return _roles(context)


def _roles(context: Context) -> dict[str, Any]:
    request = context.get("request")
    desk = getattr(request, "desk", None)
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    shown = [each for each in doors.doors(address) if each.is_shown]
    code = doors.citizens_code(address)
    return {
        "doors": shown,
        "code": code,
        "spelled": numbers.spell_code(code),
        "here": desk.appointment.pk if desk else None,
        "csrf_token": context.get("csrf_token"),
    }
