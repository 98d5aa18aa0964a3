"""What a report seems to be about and whose it seems to be, from the words of the category tree; a person decides.

Cold start without any model (design 3a): the keywords of `Category.keywords`. Every suggestion names the words that
made it, and where they do not point one way it abstains (design law 9): `is_sure` is then false, or nothing is named.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.locating import locate
from tuntas.organizations.models import Area, Category, Unit, UnitKind

LONGEST_KEYWORD = 4  # words
MOST = 3  # suggestions that a person is shown
PARENTS_SHARE = 0.35  # of the score of a parent's own words that each of its parts inherits
ALONE = 0.6  # a parent is proposed by itself only with this share of its score: a part says more
LEAST = 1.2  # score below which the words do not carry a suggestion
CLEARLY = 1.4  # times the score of the next one: then it may be filled in
IN_TITLE = 1.5  # a word in the title counts so much more
SUFFIX = "nya"  # changes nothing of what a word is about
SHORTEST_STEM = 4  # letters that must stay before it
REGIONS = (UnitKind.CITY, UnitKind.REGENCY, UnitKind.PROVINCE)

Words = Any  # str, or a lazy translation of one


@dataclass(frozen=True, slots=True)
class CategoryGuess:
    """A category, how strongly the words speak for it (no probability), and which words they are."""

    category: Category
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitGuess:
    """An office, and the sentence that says why."""

    unit: Unit
    why: Words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The best categories, strongest first. is_sure: the first stands clearly apart, so a form may fill it in."""

    categories: Sequence[CategoryGuess]
    is_sure: bool

    @property
    def best(self) -> Category | None:
        return self.categories[0].category if self.is_sure else None


# Categories --------------------------------------------------------------------------------------


def suggest_category(title: str, body: str, *, on: date) -> Suggestion:
    """Categories valid on a day whose keywords the text holds. Never raises, whatever the text."""
    valid = Category.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    known = list(valid.select_related("parent"))
    return weigh(known, title, body)


def weigh(known: Sequence[Category], title: str, body: str) -> Suggestion:
    """Score the categories by their keywords: rare and longer keywords count more, a parent's help its parts."""
    in_title, in_body = set(phrases(title)), set(phrases(body))
    spread = Counter(keyword for category in known for keyword in _keywords(category))
    own: dict[int, tuple[float, tuple[str, ...]]] = {}
    for category in known:
        hits = [keyword for keyword in _keywords(category) if keyword in in_title or keyword in in_body]
        score = sum(_weight(hit, spread[hit]) * (IN_TITLE if hit in in_title else 1.0) for hit in hits)
        own[category.pk] = (score, tuple(hits))
    guesses = sorted(_guesses(known, own), key=lambda guess: (-guess.score, guess.category.code))
    strong = [guess for guess in guesses if guess.score >= LEAST][:MOST]
    sure = bool(strong) and (len(guesses) < 2 or strong[0].score >= CLEARLY * guesses[1].score)
    return Suggestion(strong, sure)


def phrases(text: str) -> Iterator[str]:
    """Every run of one to four words of a text, as keywords are compared: lower case, without -nya."""
    words = [_stem(word) for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())]
    for start in range(len(words)):
        for length in range(1, LONGEST_KEYWORD + 1):
            yield " ".join(words[start : start + length])


def _guesses(known: Iterable[Category], own: dict[int, tuple[float, tuple[str, ...]]]) -> Iterator[CategoryGuess]:
    parents = {category.parent_id for category in known}
    for category in known:
        score, hits = own[category.pk]
        above, above_hits = own.get(category.parent_id or 0, (0.0, ()))
        if category.pk in parents:
            score *= ALONE
        elif hits:
            score += PARENTS_SHARE * above
            hits = (*hits, *(hit for hit in above_hits if hit not in hits))
        if score:
            yield CategoryGuess(category, round(score, 3), hits)


def _keywords(category: Category) -> set[str]:
    return {" ".join(_stem(word) for word in keyword.casefold().split()) for keyword in category.keywords if keyword}


def _stem(word: str) -> str:
    return word.removesuffix(SUFFIX) if len(word) - len(SUFFIX) >= SHORTEST_STEM else word


def _weight(keyword: str, spread: int) -> float:
    """How much a keyword tells: less when several categories share it, more when it has several words."""
    return (0.4 + 1 / math.sqrt(spread)) * (1 + 0.5 * keyword.count(" "))


# Offices -----------------------------------------------------------------------------------------


def suggest_agency(
    *, named: Unit | None, area: Area | None, place: str, body: str, point: tuple[float, float] | None = None
) -> list[UnitGuess]:
    """The agencies that may own a report: the one that the reporter named, and those of the place. May be empty.

    point: latitude and longitude; a device may be elsewhere than the matter, so words about the place come before it.
    A place may be named in words only ("Pasar Tanjung, Jember"): then the longest name of a region in them counts.
    Whether a road there is the nation's, the province's or the village's is not in the words: a person decides.
    """
    found: dict[int, UnitGuess] = {}
    if named is not None:
        agency = named.agency or named
        found[agency.pk] = UnitGuess(agency, _("The reporter named it."))
    for guess in _of_area(area) if area is not None else _of_words(f"{place}\n{body}"):
        found.setdefault(guess.unit.pk, guess)
    if point is not None and area is None:
        for guess in _of_point(*point):
            found.setdefault(guess.unit.pk, guess)
    return list(found.values())[:MOST]


def suggest_lead(holder: Unit, category: Category | None, area: Area | None) -> list[UnitGuess]:
    """Offices of the holder's agency that usually handle this category; the one at the place of the report first."""
    if category is None:
        return []
    codes = [category.code] + ([category.parent.code] if category.parent else [])
    offices = Unit.objects.under(holder).working().filter(agency=holder.agency_id, categories__overlap=codes)
    near = area.code if area else ""
    ranked = sorted(offices.exclude(pk=holder.pk)[:200], key=lambda unit: _rank(unit, codes, near))
    return [UnitGuess(unit, _why_lead(unit, category, near)) for unit in ranked[:MOST]]


def _rank(unit: Unit, codes: Sequence[str], near: str) -> tuple[bool, bool, int, str]:
    """Exact category before its parent, the office of the very place before one for all, wider before narrower."""
    elsewhere = bool(unit.area_id) and not near.startswith(str(unit.area_id))
    exact = codes[0] in unit.categories
    return elsewhere, not exact, len(unit.ancestry), unit.code


def _why_lead(unit: Unit, category: Category, near: str) -> Words:
    here = bool(near) and bool(unit.area_id) and near.startswith(str(unit.area_id)) and near.count(".") > 0
    handles, handles_here = _("It usually handles “%(category)s”."), _("It handles “%(category)s” at this place.")
    return (handles_here if here else handles) % {"category": category.name}


def _of_area(area: Area) -> list[UnitGuess]:
    parts = area.code.split(".")
    codes = [".".join(parts[:2]), parts[0]]
    agencies = Unit.objects.working().filter(kind__in=REGIONS, area_id__in=codes).select_related("area")
    ranked = sorted(agencies, key=lambda unit: -len(str(unit.area_id)))
    return [UnitGuess(unit, _("The place lies in %(area)s.") % {"area": unit.area}) for unit in ranked]


def _of_point(latitude: float, longitude: float) -> list[UnitGuess]:
    """The region that the position lies in, its neighbour where the border is near, then the province."""
    if (located := locate(latitude, longitude)) is None:
        return []
    codes = [*located.regencies[:2], located.regencies[0][:2]]
    agencies = Unit.objects.working().filter(kind__in=REGIONS, area_id__in=codes).select_related("area")
    ranked = sorted(agencies, key=lambda unit: codes.index(str(unit.area_id)))
    return [UnitGuess(unit, _("The position lies in %(area)s.") % {"area": unit.area}) for unit in ranked]


def _of_words(text: str) -> list[UnitGuess]:
    said = set(phrases(text))
    regions = Unit.objects.working().filter(kind__in=REGIONS).exclude(area=None).values_list("pk", "area__name")
    named = [(pk, name) for pk, name in regions if _bare(name) in said]
    ranked = sorted(named, key=lambda pair: -len(pair[1]))[:MOST]
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[pk for pk, _name in ranked])}
    return [UnitGuess(units[pk], _("The text names “%(name)s”.") % {"name": name}) for pk, name in ranked]


def _bare(name: str) -> str:
    """A region's name as people say it: "Kabupaten Jember" and "Kota Surabaya" without their kind."""
    return re.sub(r"^(kabupaten|kota administrasi|kota|provinsi)\s+", "", name.casefold())
