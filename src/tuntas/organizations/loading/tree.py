"""The tree of offices and the edges of supervision: checked row by row, and as a whole against circles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, bring_in, rows, silent
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Area, Category, Supervision, Unit, UnitKind, WorkingCalendar

SLUG_LENGTH = Unit._meta.get_field("slug").max_length or 0
LONGEST_NAME = Unit._meta.get_field("name").max_length or 0
SINCE = date(2000, 1, 1)  # an edge without a stated beginning


class Circle(Refusal):
    """Offices that belong to each other in a circle: nothing of the tree can be loaded."""

    code = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One office as a pack or a file gives it. Codes name other rows; '' means none."""

    code: str
    name: str
    name_en: str = ""
    kind: str
    parent: str = ""
    area: str = ""
    calendar: str = ""
    template: str = ""
    categories: tuple[str, ...] = ()
    connected_on: date | None = None
    closed_on: date | None = None
    source: Row | None = None  # where it was read, for the report of refused rows


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRow:
    """`supervisor` watches `supervised` since a day."""

    supervisor: str
    supervised: str
    valid_from: date = SINCE
    legal_source: str = ""
    source: Row | None = None


def units_in(file: Path) -> list[UnitRow]:
    """The offices of an operator's CSV: code, name, kind, parent; optionally name_en, area, calendar, categories,
    connected_on, closed_on. Raises Refusal when the file cannot be read.
    """
    return [
        UnitRow(
            code=row.text("code"),
            name=row.text("name"),
            name_en=row.text("name_en"),
            kind=row.text("kind").upper(),
            parent=row.text("parent"),
            area=row.text("area"),
            calendar=row.text("calendar"),
            categories=tuple(row.words("categories")),
            source=row,
        )
        for row in rows(file, needs=("code", "name", "kind", "parent"))
    ]


@transaction.atomic
def load_units(given: Sequence[UnitRow], *, progress: Progress = silent) -> Loaded:
    """Bring offices into the tree, parents before their parts.

    A row is refused by itself for a code given twice, an unknown kind, parent, area, calendar or category, and so is
    a row below a refused one. Set when a row is added and left alone afterwards, since people change them: the
    address in URLs, the calendar, and since when it is connected.
    Raises Circle, naming the way round, when offices would belong to each other in a circle; nothing is loaded then.
    """
    loaded = Loaded(_("offices"))
    accepted = _accept(given, loaded.refused)
    stored = dict(Unit.objects.exclude(parent=None).values_list("code", "parent__code"))
    refuse_circle({**stored, **{row.code: row.parent for row in accepted if row.parent}}, _("belongs to"))
    known = _Ids.now()
    done = 0
    for layer in _layers(accepted):
        loaded.take(
            bring_in(
                Unit,
                [_facts(row, known) for row in layer],
                key=["code"],
                once=["slug", "calendar_id", "connected_on"],
            )
        )
        known.units.update(Unit.objects.filter(code__in=[row.code for row in layer]).values_list("code", "pk"))
        done += len(layer)
        progress(loaded.what, done, len(accepted))
    return loaded


@transaction.atomic
def load_supervision(given: Sequence[EdgeRow], *, progress: Progress = silent) -> Loaded:
    """Bring in who supervises whom: apart from the tree (handbook 1.3).

    An edge with an unknown end is refused by itself. Raises Circle when somebody would supervise himself by detours.
    """
    loaded = Loaded(_("supervision"))
    ids = dict(Unit.objects.values_list("code", "pk"))
    accepted = [edge for edge in given if edge.supervisor in ids and edge.supervised in ids]
    loaded.refused += [_refused_edge(edge, ids) for edge in given if edge not in accepted]
    _refuse_circle_of_supervision(accepted)
    facts = [
        {
            "supervisor_id": ids[edge.supervisor],
            "supervised_id": ids[edge.supervised],
            "valid_from": edge.valid_from,
            "legal_source": edge.legal_source,
        }
        for edge in accepted
    ]
    loaded.take(bring_in(Supervision, facts, key=["supervisor_id", "supervised_id", "valid_from"]))
    progress(loaded.what, len(accepted), len(given))
    return loaded


def refuse_circle(above: Mapping[str, str], edge: str) -> None:
    """Raise Circle if following `above` from some code comes back to it. edge: what the relation is called."""
    cleared: set[str] = set()
    for start in sorted(above):  # the same words each time
        path: dict[str, None] = {}
        code = start
        while code in above and code not in cleared:
            if code in path:
                ring = [*list(path)[list(path).index(code) :], code]
                raise Circle(
                    _("The tree of offices was not loaded."),
                    why=_("These go round in a circle (%(edge)s): %(path)s.")
                    % {"edge": edge, "path": " → ".join(ring)},
                    instead=_("Correct the parent of one of them and load the file again. Nothing was changed."),
                )
            path[code] = None
            code = above[code]
        cleared.update(path)


def slug_for(name: str, code: str, *, is_unique: bool) -> str:
    """The address of an office in URLs: its name, with its code where names repeat or grow too long."""
    plain = slugify(name)
    if is_unique and len(plain) <= SLUG_LENGTH:
        return plain
    return f"{plain[: SLUG_LENGTH - len(code) - 1].strip('-')}-{code}"


@dataclass(slots=True)
class _Ids:
    units: dict[str, int]
    calendars: dict[str, int]
    slugs: dict[str, str]  # slug -> code of the office that has it

    @classmethod
    def now(cls) -> "_Ids":
        return cls(
            units=dict(Unit.objects.values_list("code", "pk")),
            calendars=dict(WorkingCalendar.objects.values_list("code", "pk")),
            slugs=dict(Unit.objects.values_list("slug", "code")),
        )


def _facts(row: UnitRow, known: _Ids) -> dict[str, object]:
    slug = slug_for(row.name, row.code, is_unique=True)
    if known.slugs.setdefault(slug, row.code) != row.code:
        slug = slug_for(row.name, row.code, is_unique=False)
        known.slugs[slug] = row.code
    return {
        "code": row.code,
        "slug": slug,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind,
        "parent_id": known.units[row.parent] if row.parent else None,
        "area_id": row.area or None,
        "calendar_id": known.calendars[row.calendar] if row.calendar else None,
        "template": row.template,
        "categories": list(row.categories),
        "connected_on": row.connected_on,
        "closed_on": row.closed_on,
    }


def _accept(given: Sequence[UnitRow], refused: list[RefusedRow]) -> list[UnitRow]:
    """The rows that can stand, in their order; the others are added to `refused` with their reason."""
    check = _Check.now(given)
    accepted: dict[str, UnitRow] = {}
    for row in given:
        why = check.trouble(row, accepted)
        if why:
            refused.append(_refused(row, why))
        else:
            accepted[row.code] = row
    return _without_orphans(accepted, check.stored, refused)


def _without_orphans(accepted: dict[str, UnitRow], stored: frozenset[str], refused: list[RefusedRow]) -> list[UnitRow]:
    """Leave out what would hang below a refused row, and what hangs below that."""
    while orphans := [row for row in accepted.values() if row.parent and row.parent not in stored | set(accepted)]:
        for row in orphans:
            refused.append(_refused(row, _("the office %(code)s above it was refused") % {"code": row.parent}))
            del accepted[row.code]
    return list(accepted.values())


@dataclass(frozen=True, slots=True)
class _Check:
    """What a row is held against."""

    given: frozenset[str]
    stored: frozenset[str]
    areas: frozenset[str]
    calendars: frozenset[str]
    categories: frozenset[str]

    @classmethod
    def now(cls, given: Sequence[UnitRow]) -> "_Check":
        return cls(
            given=frozenset(row.code for row in given),
            stored=frozenset(Unit.objects.values_list("code", flat=True)),
            areas=frozenset(
                Area.objects.filter(code__in={row.area for row in given if row.area}).values_list("code", flat=True)
            ),
            calendars=frozenset(WorkingCalendar.objects.values_list("code", flat=True)),
            categories=frozenset(Category.objects.values_list("code", flat=True)),
        )

    def trouble(self, row: UnitRow, accepted: Mapping[str, UnitRow]) -> str:
        """Why the row cannot stand, '' if it can."""
        return self._of_itself(row, accepted) or self._of_its_references(row)

    def _of_itself(self, row: UnitRow, accepted: Mapping[str, UnitRow]) -> str:
        if not row.code or row.code != slugify(row.code) or len(row.code) > SLUG_LENGTH:
            return _("the code must be small letters, digits and hyphens, at most %(most)s") % {"most": SLUG_LENGTH}
        if row.code in accepted:
            return _("the code was given before")
        if not row.name or len(row.name) > LONGEST_NAME:
            return _("the name must have 1 to %(most)s characters") % {"most": LONGEST_NAME}
        if row.kind not in UnitKind.values:
            return _("kind must be one of %(kinds)s") % {"kinds": ", ".join(UnitKind.values)}
        return ""

    def _of_its_references(self, row: UnitRow) -> str:
        if row.parent and row.parent not in self.given | self.stored:
            return _("there is no office %(code)s above it") % {"code": row.parent}
        if row.area and row.area not in self.areas:
            return _("there is no area %(code)s") % {"code": row.area}
        if row.calendar and row.calendar not in self.calendars:
            return _("there is no working calendar %(code)s") % {"code": row.calendar}
        if unknown := sorted(set(row.categories) - self.categories):
            return _("there is no category %(code)s") % {"code": ", ".join(unknown)}
        return ""


def _layers(accepted: Sequence[UnitRow]) -> Iterable[list[UnitRow]]:
    """Rows whose parents are there already, then the rows below them, and so on."""
    waiting = {row.code: row for row in accepted}
    while waiting:
        ready = [row for row in waiting.values() if row.parent not in waiting]
        yield ready
        for row in ready:
            del waiting[row.code]


def _refuse_circle_of_supervision(edges: Sequence[EdgeRow]) -> None:
    """Someone may be watched by several, so each chain upwards is walked, not one parent line."""
    above: dict[str, set[str]] = {}
    stored = Supervision.objects.filter(valid_to=None).values_list("supervised__code", "supervisor__code")
    for below, over in [*stored, *((edge.supervised, edge.supervisor) for edge in edges)]:
        above.setdefault(below, set()).add(over)
    free: set[str] = set()
    while ready := {code for code in above if code not in free and not (above[code] - free) & above.keys()}:
        free |= ready
    caught = above.keys() - free
    if caught:
        refuse_circle({code: min(above[code] & caught) for code in caught}, _("is supervised by"))


def _refused(row: UnitRow, why: str) -> RefusedRow:
    if row.source is None:
        return RefusedRow(source=row.template or _("offices"), line=0, key=row.code, why=why)
    return RefusedRow.of(row.source, row.code, why)


def _refused_edge(edge: EdgeRow, ids: Mapping[str, int]) -> RefusedRow:
    unknown = edge.supervisor if edge.supervisor not in ids else edge.supervised
    why = _("there is no office %(code)s") % {"code": unknown}
    source = edge.source
    line = source.line if source else 0
    return RefusedRow(source=source.source if source else _("supervision"), line=line, key=edge.supervised, why=why)
