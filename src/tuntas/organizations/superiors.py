"""Who stands above: found along supervision edges first, then parents, else the nation (design 3b)."""

from collections.abc import Iterator, Sequence

from tuntas.organizations.models import Supervision, Unit, UnitKind


def upward(unit: Unit) -> Iterator[Unit]:
    """The superiors of a unit, nearest first and each once; the nation comes last."""
    seen, edge = {unit.pk}, [unit]
    while edge:
        above = [found for below in edge for found in _next(below) if found.pk not in seen]
        fresh = list({found.pk: found for found in above}.values())
        seen |= {found.pk for found in fresh}
        yield from fresh
        edge = fresh


def lowest_common(parties: Sequence[Unit]) -> Unit:
    """The nearest unit that stands above every party and is none of them; the nation when there is no other."""
    ladders = [list(upward(party)) for party in parties]
    own = {party.pk for party in parties}
    for candidate in ladders[0] if ladders else []:
        if candidate.pk not in own and all(candidate in ladder for ladder in ladders):
            return candidate
    return nation()


def next_above(unit: Unit) -> Unit:
    """The superior of a superior who did not decide in time; the nation stands above itself."""
    return next(upward(unit), None) or nation()


def nation() -> Unit:
    return Unit.objects.get(kind=UnitKind.NATION)


def _next(unit: Unit) -> list[Unit]:
    edges = Supervision.objects.filter(supervised=unit, valid_to=None).select_related("supervisor").order_by("pk")
    return [*(edge.supervisor for edge in edges), *([unit.parent] if unit.parent else [])]
