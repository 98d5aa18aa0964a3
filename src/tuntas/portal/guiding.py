"""Where does this go? By topic: who is usually responsible, from the packs that propose an office; who else helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.kernel.packs import pack, rows
from tuntas.organizations.models import Category, Unit, UnitKind
from tuntas.portal.names import in_language
from tuntas.portal.pages import for_everyone
from tuntas.reports.codes import signposts
from tuntas.routing.suggesting import suggest_category


class Asked(forms.Form):
    kata = forms.CharField(label=_("What is it about?"), required=False, max_length=500)


@dataclass(frozen=True, slots=True)
class Office:
    """A kind of office as every region has it, without the region's name, and the categories that it handles."""

    name: str
    name_en: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Topic:
    """A category, its parts, and who usually answers for it."""

    category: Category
    parts: Sequence[Category]
    who: Sequence[str]


@require_safe
@for_everyone
def guide(request: HttpRequest) -> HttpResponse:
    """GET /ke-mana: all topics; with ?kata=, those that the words point to."""
    form = Asked(request.GET)
    words = (form.cleaned_data["kata"] if form.is_valid() else "").replace("\x00", " ").strip()
    found = (
        [guess.category for guess in suggest_category("", words, on=timezone.localdate()).categories] if words else []
    )
    others = [post for post in signposts().values() if not post.is_emergency]
    ministries = list(Unit.objects.working().filter(kind=UnitKind.MINISTRY).exclude(categories=[]).order_by("name"))
    context = {
        "search": form,
        "words": words,
        "found": [_topic(category, (), ministries) for category in found],
        "topics": _topics(ministries),
        "others": others,
    }
    return render(request, "portal/guide.html", context)


def _topics(ministries: Sequence[Unit]) -> list[Topic]:
    valid = Category.objects.filter(valid_to=None).select_related("parent")
    known = sorted(valid, key=lambda each: ((each.parent or each).name, each.parent_id is not None, each.name))
    groups = groupby(known, key=lambda each: (each.parent or each).pk)
    return [
        _topic(top, parts, ministries)
        for top, *parts in (list(group) for _pk, group in groups)
        if top.parent_id is None
    ]


def _topic(category: Category, parts: Sequence[Category], ministries: Sequence[Unit]) -> Topic:
    codes = {category.code, *(part.code for part in parts), *([category.parent.code] if category.parent else [])}
    local = [_said(office) for office in offices() if codes & office.categories]
    national = [in_language(unit) for unit in ministries if codes & set(unit.categories)]
    return Topic(category, parts, list(dict.fromkeys([*local, *national])))


def _said(office: Office) -> str:
    return office.name_en if get_language() == "en" and office.name_en else office.name


@cache
def offices() -> Sequence[Office]:
    """The regions' offices of the pack of templates, in its order."""
    return [
        Office(
            row.text("name").replace("{region}", "").strip(" ,"),
            row.text("name_en").replace("{region}", "").strip(" ,"),
            frozenset(row.words("categories")),
        )
        for row in rows(pack("organizations/office_templates.csv"))
        if row.text("categories") and row.text("per") == "region"
    ]
