"""Whom a report is about finds it on no way, in no office they hold; and where nobody else is left it moves up at once.

The closure is worked out here anew, by hand, over random trees: units, supervision, second and later appointments,
deputies. docs/adr/0011 says who is covered and why.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import databases
from tests.access.test_row_security import GUARDED
from tests.factories import MONDAY, a_person, a_photo, a_report, an_officer, as_, received, the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.insight import books
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Officer, Role, Supervision, Unit, UnitKind
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Conflict, Event, Report
from tuntas.reports.states import State
from tuntas.routing import accusing, disposing, merging
from tuntas.routing.models import TransferOffer
from tuntas.workspace import queries, queues
from tuntas.workspace.desks import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-54")]
LATER = MONDAY + timedelta(days=2)
WHY = "Laporan ini tentang petugas yang menanganinya."


def person(actor: Actor) -> Officer:
    with databases.role("owner"):
        return Officer.objects.get(pk=actor.officer)


def named(report: Report, *, by: Actor, units=(), officers=()) -> Event:
    return as_(
        by, accusing.name, report, units=units, officers=[person(each) for each in officers], reason=WHY, at=LATER
    )


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def sees(actor: Actor, report: Report) -> bool:
    with acting(actor):
        return Report.objects.filter(pk=report.pk).exists()


def appointed(actor: Actor, unit: Unit, role: str, **more) -> Actor:
    """A further appointment of the same person."""
    with databases.role("owner"):
        facts = {"valid_from": date(2019, 1, 1)} | more
        made = Appointment.objects.create(officer_id=actor.officer, unit=unit, role=role, **facts)
        return Actor.appointed(made)


# Who is covered ------------------------------------------------------------------------------------------------------


@pytest.mark.threat("T-COI", "SR-05")
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_no_table_of_a_report_holds_a_row_for_the_accused(model):
    """Not the report's own row alone: history, clocks, notices, offers, answers, files."""
    state, report = the_state(), a_report(State.AWAITING_REPORTER, person=a_person())
    with acting(Actor.reporter_of(report.pk)):
        attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)
    named(report, by=state.as_admin, officers=[state.as_liaison])
    for actor in (state.as_liaison, state.as_head):
        with acting(actor):
            assert not model.objects.exists(), actor
    with acting(state.as_admin):
        assert (
            model.objects.exists()
            or model in {TransferOffer, *GUARDED[-2:]}
            or model.__name__ in {"Evidence", "Rating"}
        )


@pytest.mark.threat("T-COI")
@pytest.mark.parametrize(
    ("unit", "role"),
    [("health", Role.LIAISON_OFFICER), ("province", Role.AGENCY_ADMIN), ("nation", Role.NATIONAL_ADMIN),
     ("province", Role.SUPERVISOR)],
)  # fmt: skip
@pytest.mark.parametrize("since", [date(2019, 1, 1), date(2026, 11, 1)], ids=["held before", "given later"])
def test_a_second_or_a_later_office_of_the_accused_opens_nothing(unit, role, since):
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    named(report, by=state.as_admin, officers=[state.as_liaison])
    again = appointed(state.as_liaison, getattr(state, unit), role, valid_from=since)
    assert not sees(again, report)
    assert sees(state.as_national, report)


@pytest.mark.threat("T-COI")
def test_who_left_the_accused_office_and_who_joins_it_later_are_covered():
    state, report = the_state(), a_report(State.AWAITING_DISPOSITION)
    moved = appointed(state.as_head, state.city, Role.AGENCY_ADMIN)
    with databases.role("owner"):
        Appointment.objects.filter(pk=state.as_head.appointment).update(valid_to=date(2026, 9, 1))
    named(report, by=state.as_admin, units=[state.works])
    joins = appointed(state.as_admin2, state.works, Role.FIELD_OFFICER, valid_from=date(2027, 1, 1))
    assert joins.officer == state.as_admin2.officer
    for actor in (state.as_liaison, moved, state.as_admin2):
        assert not sees(actor, report), actor
    assert sees(state.as_admin, report)


@pytest.mark.threat("T-COI")
def test_whoever_acts_for_the_accused_is_covered_and_so_is_the_deputy_of_the_deputy():
    state, report = the_state(), a_report(State.AWAITING_DISPOSITION)
    with databases.role("owner"):
        principal = Appointment.objects.get(pk=state.as_liaison.appointment)
        deputy = an_officer("deputy", state.health, Role.LIAISON_OFFICER)
        second = an_officer("second", state.city, Role.AGENCY_ADMIN)
        stands_in = Appointment.objects.create(
            officer_id=deputy.officer, unit=state.works, role=Role.LIAISON_OFFICER, valid_from=date(2026, 1, 1),
            deputy_for=principal,
        )  # fmt: skip
        Appointment.objects.create(
            officer_id=second.officer, unit=state.works, role=Role.LIAISON_OFFICER, valid_from=date(2026, 1, 1),
            deputy_for=stands_in,
        )  # fmt: skip
    named(report, by=state.as_admin, officers=[state.as_liaison])
    for actor in (deputy, second, Actor.appointed(stands_in)):
        assert not sees(actor, report), actor
    assert sees(state.as_admin, report)


@pytest.mark.threat("T-COI")
def test_a_superior_sees_it_unless_named():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    named(report, by=state.as_admin, units=[state.works])
    assert sees(state.as_admin, report)
    assert sees(state.as_supervisor, report)
    named(report, by=state.as_admin, officers=[state.as_supervisor])
    assert not sees(state.as_supervisor, report)
    assert not sees(state.as_province_admin, report)


@pytest.mark.threat("T-COI")
def test_a_national_administrator_who_is_named_sees_it_no_more_and_one_must_be_left():
    state, report = the_state(), received()[0]
    with pytest.raises(Incomplete, match="Tidak ada lagi yang bisa melihat"):
        named(report, by=state.as_national, officers=[state.as_national])
    assert sees(state.as_national, report)
    with databases.role("owner"):
        other = an_officer("national2", state.nation, Role.NATIONAL_ADMIN)
    named(report, by=other, officers=[state.as_national])
    assert not sees(state.as_national, report)
    assert sees(other, report)


@pytest.mark.threat("T-COI")
def test_naming_is_said_to_the_reporter_with_its_reason_and_says_no_name():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP, person=a_person())
    event = named(report, by=state.as_admin, officers=[state.as_liaison])
    with acting(Actor.reporter_of(report.pk)):
        told = Event.objects.get(pk=event.pk)
        assert told.note == WHY
    assert person(state.as_liaison).name not in str(told.facts)
    with pytest.raises(OutOfTurn):
        named(report, by=state.as_admin, officers=[state.as_liaison])


@pytest.mark.threat("T-COI")
@pytest.mark.parametrize("role", ["web", "worker", "owner"])
def test_no_role_of_the_database_takes_a_name_back(role):
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    named(report, by=state.as_admin, units=[state.works])
    actor = {"web": state.as_admin, "worker": SYSTEM, "owner": PUBLIC}[role]
    with databases.role(role), acting(actor):
        for change in (
            lambda: Conflict.objects.all().update(unit=state.health),
            lambda: Conflict.objects.all()._raw_delete("default"),
            lambda: Report.objects.filter(pk=report.pk).update(has_conflict=False),
            lambda: Report.objects.filter(pk=report.pk).update(is_confidential=False),
        ):
            with pytest.raises((DatabaseError, ProgrammingError)), transaction.atomic():
                change()
    if role != "owner":
        with databases.role(role), acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            Conflict.objects.create(report=report, unit=state.health)  # not even to add one: the function does


@pytest.mark.threat("T-RLS", "T-COI")
def test_an_update_without_a_condition_reaches_no_hidden_row():
    """Such a statement asks for no right to see; the policy on changes must hold by itself."""
    state, hidden = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    other = a_report(State.AWAITING_FOLLOW_UP)
    named(hidden, by=state.as_admin, units=[state.works])
    before = now(hidden).holder_since
    with acting(state.as_liaison), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_report SET holder_since = holder_since + interval '1 second'")
        changed = cursor.rowcount
    assert changed == 1
    assert now(hidden).holder_since == before
    assert now(other).holder_since != other.holder_since


@pytest.mark.threat("T-RLS")
def test_a_national_administrator_of_any_other_office_sees_what_that_office_sees():
    """One row that was written wrongly must not open the register."""
    state, ours, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), received(target=None)[0]
    wrong = appointed(state.as_health_liaison, state.works, Role.NATIONAL_ADMIN)
    assert sees(wrong, ours)
    assert not sees(wrong, other)
    assert sees(state.as_national, other)


# It moves up ---------------------------------------------------------------------------------------------------------


@pytest.mark.threat("T-ORPHAN")
@pytest.mark.parametrize(
    ("state_of_it", "units", "people", "holder", "stands"),
    [
        (State.AWAITING_FOLLOW_UP, ["works"], [], "city", State.AWAITING_DISPOSITION),
        (State.IN_PROGRESS, [], ["liaison", "head"], "city", State.AWAITING_DISPOSITION),
        (State.TRANSFER_REQUESTED, ["works"], [], "city", State.AWAITING_DISPOSITION),
        (State.TRANSFER_REQUESTED, ["transport"], [], "works", State.AWAITING_DISPOSITION),
        (State.RESOLUTION_PROPOSED, ["works"], [], "city", State.AWAITING_DISPOSITION),
        (State.AWAITING_FOLLOW_UP, ["city"], [], "province", State.AWAITING_DISPOSITION),
        (State.AWAITING_FOLLOW_UP, [], ["admin"], "province", State.AWAITING_DISPOSITION),
        (State.AWAITING_FOLLOW_UP, ["city", "province"], [], "nation", State.AWAITING_DISPOSITION),
        (State.AWAITING_VERIFICATION, ["city"], [], "province", State.AWAITING_VERIFICATION),
        (State.RESOLVED, ["works"], [], "city", State.RESOLVED),
        (State.AWAITING_FOLLOW_UP, ["health"], [], "works", State.AWAITING_FOLLOW_UP),
        (State.AWAITING_FOLLOW_UP, ["province"], [], "nation", State.AWAITING_DISPOSITION),
    ],
)
def test_when_nobody_is_left_it_stands_with_the_superior_in_the_same_transaction(
    state_of_it, units, people, holder, stands
):
    """The last row: the province watches the city and could count the one report that its lists lack."""
    state, report = the_state(), a_report(state_of_it)
    event = named(
        report, by=state.as_national, units=[getattr(state, name) for name in units],
        officers=[getattr(state, f"as_{name}") for name in people],
    )  # fmt: skip
    found = now(report)
    assert (found.holder, found.state) == (getattr(state, holder), stands)
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT xact) FROM reports_event WHERE report_id = %s AND id >= %s", [report.pk, event.pk]
        )
        assert cursor.fetchone() == (1,)
        assert (
            not TransferOffer.objects.filter(report=report, decision="").exists() or stands == State.TRANSFER_REQUESTED
        )
        after = Notice.objects.filter(report=report, event__gte=event.pk)
        accused = {getattr(state, name).pk for name in units} | ({state.works.pk} if "liaison" in people else set())
        assert not after.filter(unit__in=accused).exists()


@pytest.mark.threat("T-ORPHAN")
def test_a_service_unit_passes_to_its_office_and_the_office_to_its_agency():
    state, report = the_state(), a_report(State.AWAITING_DISPOSITION)
    as_(state.as_admin, disposing.dispose, report, lead=state.puskesmas, at=MONDAY)
    named(report, by=state.as_admin, units=[state.puskesmas])
    assert now(report).holder == state.health
    named(report, by=state.as_admin, units=[state.health])
    assert now(report).holder == state.city


@pytest.mark.threat("T-COI", "SR-06")
def test_a_report_that_names_somebody_joins_none_that_they_see():
    """The number of its reporters alone would tell them."""
    state, about, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)
    named(about, by=state.as_admin, units=[state.works])
    with pytest.raises(Incomplete):
        as_(state.as_admin, merging.merge, about, into=other, at=LATER)


# Counts --------------------------------------------------------------------------------------------------------------


def desk(actor: Actor) -> Desk:
    return Desk(Appointment.objects.select_related("unit", "unit__calendar").get(pk=actor.appointment))


@pytest.mark.threat("T-COUNT", "SR-06")
@pytest.mark.parametrize("who", ["liaison", "head", "admin", "supervisor"])
def test_what_the_accused_counts_is_what_would_be_without_the_report(who):
    """Every heap of the desk, the search, and the books of whatever agency's whole list this desk sees."""
    state = the_state()
    actor = getattr(state, f"as_{who}")
    for _n in range(2):
        a_report(State.AWAITING_FOLLOW_UP)
    before = counted(actor, state)
    about = a_report(State.AWAITING_FOLLOW_UP)
    assert counted(actor, state) != before  # the count can tell
    with databases.role("owner"):
        an_officer("national2", state.nation, Role.NATIONAL_ADMIN)
    named(about, by=state.as_national, officers=[actor])
    assert counted(actor, state) == before


def counted(actor: Actor, state) -> object:
    with acting(actor):
        own = desk(actor)
        tabs = queues.tabs_for(own)
        hits = set(queries.reports_with("lampu").ids) & set(Report.objects.values_list("pk", flat=True))
        heaps = queues.counts(own, tabs)
        everything = Report.objects.count()
    whole = [state.city.pk] if actor.unit in {state.city.pk, state.province.pk} else []
    totals = {agency: found.incoming for agency, found in books.totals_by_agency(whole).items()} if whole else {}
    return heaps, len(hits), everything, totals


@pytest.mark.threat("T-COUNT", "T-COI", "SR-06")
def test_the_page_of_a_hidden_report_is_that_of_one_that_never_was(django_assert_num_queries):
    state, about = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    named(about, by=state.as_admin, units=[state.works])
    client = at_desk(state.as_liaison)
    answers = []
    for number in (about.number, other_number(about.number)):
        for address in (f"/workspace/reports/{number}/", f"/workspace/search?q={number}"):
            client.get(address)  # whatever is remembered is remembered
            with connection.execute_wrapper(counting := Counting()):
                answer = client.get(address)
            headers = {name: value for name, value in answer.items() if name not in {"Date", "Expires"}}
            answers.append((answer.status_code, len(answer.content), headers, counting.n))
    assert answers[:2] == answers[2:]


def other_number(number: str) -> str:
    from tuntas.kernel import numbers

    while (other := numbers.public_number()) == number:
        pass
    return other


class Counting:
    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute, sql, params, many, context):
        self.n += 1
        return execute(sql, params, many, context)


# Random trees --------------------------------------------------------------------------------------------------------


@dataclass
class Tree:
    """Units by index: parents[i] < i. watched: (supervisor, supervised). people: person -> [(unit, role, deputy of)]."""

    parents: list[int]
    watched: list[tuple[int, int]] = field(default_factory=list)
    people: list[list[tuple[int, str, int | None]]] = field(default_factory=list)


ROLES = [
    Role.AGENCY_ADMIN,
    Role.LIAISON_OFFICER,
    Role.UNIT_HEAD,
    Role.FIELD_OFFICER,
    Role.SUPERVISOR,
    Role.NATIONAL_ADMIN,
]


@st.composite
def trees(draw) -> Tree:
    size = draw(st.integers(2, 6))
    tree = Tree([draw(st.integers(-1, n - 1)) for n in range(size)])
    for _n in range(draw(st.integers(0, 2))):
        above, below = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        if above < below:
            tree.watched.append((above, below))
    for number in range(draw(st.integers(2, 6))):
        held = []
        for _n in range(draw(st.integers(1, 2))):
            principal = draw(st.one_of(st.none(), st.integers(0, number - 1))) if number else None
            held.append((draw(st.integers(0, size - 1)), draw(st.sampled_from(ROLES)), principal))
        tree.people.append(held)
    return tree


@pytest.mark.threat("T-COI", "T-ORPHAN")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=trees(), data=st.data())
def test_over_random_trees_nobody_of_the_closure_finds_it_and_somebody_else_holds_it(tree, data):
    state = the_state()
    with transaction.atomic():
        try:
            _walk(tree, data, state)
        finally:
            transaction.set_rollback(True)


def _walk(tree: Tree, data: st.DataObject, state) -> None:
    units, actors = _build(tree, state)
    receipt_of = received(target=data.draw(st.sampled_from(units)).pk)[0]
    lead = data.draw(st.sampled_from(units))
    with databases.role("owner"):
        Report.objects.filter(pk=receipt_of.pk).update(
            holder=lead, agency_id=lead.agency_id, state="AWAITING_FOLLOW_UP"
        )
    accused_units = data.draw(st.lists(st.sampled_from(units), max_size=2, unique_by=lambda unit: unit.pk))
    accused_people = data.draw(st.lists(st.sampled_from(range(len(actors))), max_size=2, unique=True))
    if not accused_units and not accused_people:
        return
    named(receipt_of, by=state.as_national, units=accused_units, officers=[actors[n][0] for n in accused_people])

    closure = _closure(tree, [units.index(unit) for unit in accused_units], accused_people)
    for number, held in enumerate(actors):
        for actor in held:
            if number in closure:
                with acting(actor):
                    for model in (Report, Event, Notice, Conflict):
                        assert not model.objects.exists(), (number, actor, model)
            elif actor.unit == now(receipt_of).holder_id and actor.role != Role.SUPERVISOR:
                assert sees(actor, receipt_of)
    holder = now(receipt_of).holder
    named_rows = {unit.pk for unit in accused_units}
    assert not named_rows & set(holder.ancestry)
    if holder.kind != UnitKind.NATION:
        free = [n for n, held in enumerate(actors) if n not in closure for actor in held if actor.unit == holder.pk]
        at_all = [n for n, held in enumerate(actors) for actor in held if actor.unit == holder.pk]
        assert free or not at_all or all(
            actor.role in {Role.FIELD_OFFICER, Role.SUPERVISOR, Role.NATIONAL_ADMIN}
            or (holder.is_agency and actor.role != Role.AGENCY_ADMIN)
            for held in actors for actor in held if actor.unit == holder.pk
        )  # fmt: skip


def _build(tree: Tree, state) -> tuple[list[Unit], list[list[Actor]]]:
    with databases.role("owner"):
        units: list[Unit] = []
        for number, parent in enumerate(tree.parents):
            top = parent == -1
            kind = UnitKind.REGENCY if top else UnitKind.REGIONAL_OFFICE
            unit = Unit.objects.create(
                code=f"tree-{number}", slug=f"tree-{number}", name=f"Kantor acak {number}", kind=kind,
                parent=state.nation if top else units[parent], connected_on=date(2019, 1, 1) if top else None,
            )  # fmt: skip
            unit.refresh_from_db()
            units.append(unit)
        for above, below in tree.watched:
            Supervision.objects.get_or_create(supervisor=units[above], supervised=units[below])
        made: list[list[Appointment]] = []
        for number, held in enumerate(tree.people):
            officer = Officer.objects.create(username=f"tree-{number}", name=f"Orang acak {number}")
            rows = []
            for place, role, principal in held:
                rows.append(
                    Appointment.objects.get_or_create(
                        officer=officer, unit=units[place], role=role, valid_from=date(2019, 1, 1),
                        defaults={"deputy_for": made[principal][0] if principal is not None else None},
                    )[0]
                )  # fmt: skip
            made.append(rows)
        return units, [[Actor.appointed(row) for row in rows] for rows in made]


def _closure(tree: Tree, accused_units: list[int], accused_people: list[int]) -> set[int]:
    """By hand: people who are named, who ever stood in for one of them, or who hold any office in an accused part.

    Naming somebody names the offices they hold; whoever stands in for a person of an accused office is of it too.
    """
    blind = set(accused_units) | {place for n in accused_people for place, _role, _p in tree.people[n]}
    covered = set()
    for number in range(len(tree.people)):
        people = _stands_for(tree, number)
        offices = {spot for n in people for place, _r, _p in tree.people[n] for spot in _above(tree, place)}
        if people & set(accused_people) or offices & blind:
            covered.add(number)
    return covered


def _above(tree: Tree, place: int) -> set[int]:
    found = {place}
    while (place := tree.parents[place]) != -1:
        found.add(place)
    return found


def _stands_for(tree: Tree, number: int) -> set[int]:
    """The person and all for whom they are deputy. Of two appointments alike the first is kept, with its principal."""
    found, edge = {number}, [number]
    while edge:
        principals = {(place, role): who for place, role, who in reversed(tree.people[edge.pop()])}
        fresh = {who for who in principals.values() if who is not None} - found
        found |= fresh
        edge += fresh
    return found
