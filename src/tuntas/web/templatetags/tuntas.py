"""Words, times, icons and charts for templates: {% load tuntas %}."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tuntas.kernel.numbers import spell_number
from tuntas.kernel.refusals import Refusal
from tuntas.web import charts, icons, languages, themes, times
from tuntas.web.refusing import showable

register = template.Library()

register.filter("moment", times.moment, expects_localtime=False)
register.filter("clock", times.clock, expects_localtime=False)
register.filter("day", times.day, expects_localtime=False)
register.filter("short_day", times.short_day, expects_localtime=False)
register.filter("last_day", times.last_day, expects_localtime=False)
register.filter("ago", times.ago, expects_localtime=False)
register.filter("stamp", times.stamp, expects_localtime=False)
register.filter("spelled", spell_number)


@register.filter
def amount(number: float | None, places: int | None = None) -> str:
    """A number as people here write it: 1.234.567,5 or, in English, 1,234,567.5.

    places: digits after the comma; unsaid, one for what is not whole.
    """
    if number is None:
        return ""
    if places is None:
        places = 0 if float(number).is_integer() else 1
    return number_format(round(number, places), places, use_l10n=True, force_grouping=True)


@register.filter
def kept_words(refusal: Refusal) -> list[str]:
    """What the person typed and a refusal kept, longest first."""
    return sorted(filter(None, (str(value).strip() for value in showable(refusal).values())), key=len, reverse=True)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word, silent to screen readers. name: one of assets/icons.txt."""
    drawing = icons.drawing(name)
    # The drawing is our own build's output, never anybody's input.
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(drawing),  # noqa: S308
    )


@register.simple_tag(takes_context=True)
def language_address(context: Context, code: str) -> str:
    """Where the language switch leads."""
    return languages.switch_address(code, context.get("request"))


@register.simple_tag(takes_context=True)
def other_languages(context: Context) -> Iterable[tuple[str, str, str]]:
    """(code, what stands before its name, own name) of the languages that this page speaks and is not in."""
    return languages.others(context.get("request"))


@register.inclusion_tag("web/_themes.html", takes_context=True)
def theme_switch(context: Context) -> dict[str, Any]:
    """Light, dark, or as the device says."""
    return {"choices": themes.choices(str(context.get("theme") or ""))}


@register.inclusion_tag("web/_bars.html")
def bars(
    rows: Iterable[Mapping[str, Any]],
    title: str,
    series: Sequence[str] = (),
    head: str = "",
    unit: str = "",
    colours: Sequence[int] = (),
) -> dict[str, Any]:
    """A bar chart, stacked when `series` names the parts.

    rows: {name, amount} or {name, amounts} each, optionally address; title: what the chart shows;
    head: what the names are; unit: of the amounts; colours: as in charts.as_bars.
    """
    legend = list(zip(series, charts.colours_of(colours, len(series)), strict=True))
    drawn = charts.as_bars(rows, colours)
    return {"bars": drawn, "title": title, "series": series, "legend": legend, "head": head, "unit": unit}
