"""The laws under thousands of random steps: every verb, every role, right and wrong, while simulated time passes.

`make laws` walks far, `make test` a little. A printed seed walks the same way again: TUNTAS_SEED=… make laws.
"""

import logging
import os
import time
from collections import Counter
from datetime import timedelta
from random import SystemRandom

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import databases
from tests.clockwork import pass_time
from tests.factories import LAMP, MONDAY, a_person, the_state
from tests.laws import acts, laws
from tests.laws.acts import OFFICERS, REPORTERS, Scene
from tests.laws.register import Register, read
from tuntas.access.actors import PUBLIC, acting
from tuntas.clocks.policies import forget_calendars
from tuntas.clocks.recomputing import recompute_running
from tuntas.insight import books
from tuntas.intake import receiving
from tuntas.intake.submissions import Submission
from tuntas.kernel.refusals import Conflict
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Holiday, Unit, WorkingCalendar
from tuntas.reports.models import Report
from tuntas.reports.states import FINAL
from tuntas.routing import connecting
from tuntas.timekeeping import note_new_deadlines

FULL = os.environ.get("TUNTAS_LAWS") == "full"
WALKS, STEPS = (60, 60) if FULL else (6, 30)
REPORTS = 4  # in one walk; more of them only slow it down
done: Counter[str] = Counter()
rows: Counter[str] = Counter()  # of the timetable, as the histories show them
refused: Counter[str] = Counter()


OF_OTHER_WRITERS = {
    "receive_old", "import_state", "take_over", "answer_by_letter",
    "open_identity", "close_identity",  # the vault's own, by its door
}  # fmt: skip


class SilentFaults(logging.Handler):
    """A clock that was set aside is logged and nothing more; here it is a fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


class Walk(RuleBasedStateMachine):
    """One register from its first report on. Everything is rolled back in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        forget_calendars()
        receiving.door.cache_clear()
        self.state, self.now, self.receipts, self.keys = the_state(), MONDAY, {}, 0
        self.before: Register = read()
        self.tried: Counter[str] = Counter()
        self.faults = SilentFaults()
        logging.getLogger("tuntas.timekeeping").addHandler(self.faults)

    def teardown(self) -> None:
        try:
            self.silence_ends_somewhere()
            rows.update(event["verb"] for event in read().events)
        finally:
            logging.getLogger("tuntas.timekeeping").removeHandler(self.faults)
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # What may happen --------------------------------------------------------------------------------------------

    @initialize(agency=st.sampled_from(["city", "", "regency"]))
    def the_first_report(self, agency: str) -> None:
        self._receive(agency, "", anonymous=False, confidential=False, has_mail=True, on_paper=False)

    @precondition(lambda self: len(self.receipts) < REPORTS)
    @rule(
        agency=st.sampled_from(["", "city", "works", "regency", "puskesmas", "province"]),
        accused=st.sampled_from(["", "", "", "city", "works", "province", "nation"]),
        anonymous=st.booleans(),
        confidential=st.integers(0, 4).map(lambda n: n == 0),
        has_mail=st.booleans(),
        on_paper=st.integers(0, 3).map(lambda n: n == 0),
    )
    def receive(self, agency: str, accused: str, on_paper: bool, **wishes: bool) -> None:
        self._receive(agency, accused, on_paper=on_paper, **wishes)

    @rule(data=st.data(), other=st.booleans())
    def sent_again(self, data: st.DataObject, other: bool) -> None:
        """The same key gives the same receipt, and other words under it change nothing."""
        submission, receipt = self.receipts[data.draw(st.sampled_from(sorted(self.receipts)))]
        if other:
            with pytest.raises(Conflict):
                receiving.receive(Submission(key=submission.key, text="Lain sama sekali, sungguh."), at=self.now)
        else:
            again = receiving.receive(submission, at=self.now)
            assert (again.report_id, again.number, again.code, again.fresh) == (
                receipt.report_id, receipt.number, receipt.code, False,
            )  # fmt: skip
        self.nothing_changed("sent again")

    @rule(data=st.data(), times=st.integers(3, 9))
    def somebody_does_what_may_be_done(self, data: st.DataObject, times: int) -> None:
        """An act that the timetable allows now, by one who may, and the next one: so that walks go far."""
        self._go_on(data, times)

    @rule(data=st.data(), times=st.integers(5, 15))
    def and_goes_on(self, data: st.DataObject, times: int) -> None:
        """The same for longer; twice, so that few walks leave both out."""
        self._go_on(data, times)

    def _go_on(self, data: st.DataObject, times: int) -> None:
        report_id = self._any_report(data)
        for _n in range(times):
            self.now += timedelta(hours=data.draw(st.sampled_from([0, 1, 5, 30, 30, 100, 400])))
            if data.draw(st.booleans()):  # otherwise the worker is away for a while
                self._ring()
            self._one_allowed_act(report_id, data)
            self.the_laws_hold()

    def _one_allowed_act(self, report_id: int, data: st.DataObject) -> None:
        report = self.before.report(report_id)
        offers = [offer for offer in self.before["routing_transferoffer"] if offer["report_id"] == report_id]
        asked = next((offer["proposed_id"] for offer in offers if not offer["decision"]), None)
        fits = {
            verb: acts.who_may(verb, report, self.scene, asked)
            for verb in acts.rows_out(report["state"])
            if verb in OFFICERS
        }
        own = {verb for verb in acts.rows_out(report["state"]) if verb in REPORTERS}
        possible = sorted({verb for verb, actors in fits.items() if actors} | own)
        verb = self._one_of(possible, data)
        if fits.get(verb):
            self._officer(verb, data.draw(st.sampled_from(fits[verb])), report_id, data, report["last_event_id"])
        else:
            self._reporter(verb, report_id, report_id, data)

    def _one_of(self, possible: list[str], data: st.DataObject) -> str:
        """Mostly one that leads on, however many verbs move nothing; and half of the time what this walk did least."""
        heaps = (
            [verb for verb in possible if acts.leads_on(verb)],
            [verb for verb in possible if not acts.leads_on(verb)],
        )
        heap = heaps[data.draw(st.integers(0, 2)) == 0] or possible
        if data.draw(st.booleans()):
            least = min(self.tried[verb] for verb in heap)
            heap = [verb for verb in heap if self.tried[verb] == least]
        verb: str = data.draw(st.sampled_from(heap))
        self.tried[verb] += 1
        return verb

    @rule(data=st.data(), hours=st.integers(-3, 30), seen=st.sampled_from([None, 1]))
    def somebody_does_anything(self, data: st.DataObject, hours: int, seen: int | None) -> None:
        """Whoever, whatever, on whichever report; now and then by a watch that goes wrong, or on an old page."""
        self.now += timedelta(hours=hours)
        report_id = self._any_report(data)
        if data.draw(st.booleans()):
            actor = data.draw(st.sampled_from(acts.officers(self.state)))
            self._officer(data.draw(st.sampled_from(sorted(OFFICERS))), actor, report_id, data, seen)
        else:
            own = data.draw(st.sampled_from(sorted(self.receipts)))
            self._reporter(data.draw(st.sampled_from(sorted(REPORTERS))), report_id, own, data)

    @rule(data=st.data(), now_and_then=st.integers(0, 3))
    def what_was_written_is_removed_by_law(self, data: st.DataObject, now_and_then: int) -> None:
        """Rarely: most reports are to be read to their end."""
        if now_and_then == 0:
            self._note("erase_content", acts.erase(self._any_report(data), self.scene, data.draw))

    @rule(hours=st.sampled_from([1, 8, 24, 24, 72, 24 * 7, 24 * 20]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self._ring()

    def _ring(self) -> None:
        done["rings"] += pass_time(self.now)
        self.the_laws_hold()
        late = [
            clock
            for clock in self.before.clocks
            if laws.runs(clock) and clock["fire_at"] and clock["fire_at"] <= self.now
        ]
        assert not late, f"did not ring: {late}"

    @rule(ahead=st.integers(1, 12))
    def a_day_off_is_named_later(self, ahead: int) -> None:
        with databases.role("owner"):
            day = (self.now + timedelta(days=ahead)).date()
            Holiday.objects.get_or_create(day=day, kind="NATIONAL", defaults={"name": "Libur tambahan"})
            for calendar in WorkingCalendar.objects.all():
                calendar.version += 1
                calendar.save()
            done["deadlines moved"] += recompute_running(told=note_new_deadlines)

    @rule()
    def an_agency_joins(self) -> None:
        with databases.role("owner"):
            regency = Unit.objects.get(pk=self.state.regency.pk)
            if regency.connected_on is None:
                done["handed over"] += len(list(connecting.connect(regency, on=self.now.date(), at=self.now)))
                receiving.door.cache_clear()

    # What must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_laws_hold(self) -> None:
        if not self.receipts:
            return
        after = read()
        broken = [fault for law in laws.ALWAYS for fault in law(after)]
        broken += [fault for law in laws.BETWEEN for fault in law(self.before, after)]
        assert not broken, "\n".join(broken)
        assert not self.faults.heard, self.faults.heard
        numbers = {report["number"] for report in after.reports}
        assert {receipt.number for _submission, receipt in self.receipts.values()} == numbers
        self.before = after
        self.the_books_balance()
        self.whom_a_report_accuses_does_not_see_it()

    def the_books_balance(self) -> None:
        open_ones = Counter(report["agency_id"] for report in self.before.reports if report["state"] not in FINAL)
        end = max(self.now, *(event["at"] for event in self.before.events)) + timedelta(seconds=1)
        middle = MONDAY + (end - MONDAY) / 2
        agencies = {"city": self.state.city.pk, "nation": self.state.nation.pk, "province": self.state.province.pk}
        with acting(PUBLIC):
            for start, until in ((MONDAY - timedelta(days=1), end), (middle, end), (MONDAY, middle)):
                for name, ids in {"all": None, **{name: [pk] for name, pk in agencies.items()}}.items():
                    found = books.balance(start, until, agencies=ids)
                    assert found.difference == 0, (name, start, until, found)
                    if until == end:
                        stock = sum(open_ones.values()) if ids is None else open_ones[ids[0]]
                        assert found.closing == stock, (name, found, open_ones)
            by_category = books.balance(middle, end, category="HUB")
            assert by_category.difference == 0, by_category
            everything, per_agency = books.totals(), books.totals_by_agency(sorted({*open_ones, *agencies.values()}))
        assert everything.incoming == len(self.receipts)
        assert everything.finished == sum(r["state"] == "RESOLVED" for r in self.before.reports)
        for agency, count in Counter(report["agency_id"] for report in self.before.reports).items():
            assert agency not in per_agency or per_agency[agency].incoming == count

    def whom_a_report_accuses_does_not_see_it(self) -> None:
        accused = {(row["report_id"], row["unit_id"]) for row in self.before["reports_conflict"]}
        for report_id, unit_id in accused:
            for actor in acts.officers(self.state):
                if unit_id in self._ancestry(actor.unit):
                    with acting(actor):
                        assert not Report.objects.filter(pk=report_id).exists(), (actor, report_id)

    def silence_ends_somewhere(self) -> None:
        """Law 2, no dead end: when nobody does anything more, each report ends, is reported above, or is decided on."""
        if not self.receipts or self.faults.heard:
            return
        self.now += timedelta(days=45)
        pass_time(self.now)
        assert not self.faults.heard, self.faults.heard
        after = read()
        clocks = after.by_report("clocks_clock")
        for report in after.reports:
            missed = [clock for clock in clocks[report["id"]] if laws.runs(clock) and clock["due_at"] <= self.now]
            if laws.is_open(report) and missed and report["state"] != "TRANSFER_REQUESTED":
                assert report["escalation"], f"nobody was told of {report['state']}: {missed}"
            if report["state"] in {"PENDING_INFO", "AWAITING_REPORTER", "RESOLUTION_PROPOSED"}:
                assert not missed, f"{report['state']} goes on when the reporter's time is over: {missed}"

    # How it is done ---------------------------------------------------------------------------------------------

    def _receive(
        self, agency: str, accused: str, *, anonymous: bool, confidential: bool, has_mail: bool, on_paper: bool
    ) -> None:
        self.keys += 1
        submission = Submission(
            key=f"walk-{self.keys}",
            text=LAMP,
            target=getattr(self.state, agency).pk if agency else None,
            accused=(getattr(self.state, accused).pk,) if accused else (),
            channel="BOOTH" if on_paper else "WEB",
            lodged_at=self.now - timedelta(days=2) if on_paper else None,
            is_anonymous=anonymous,
            is_confidential=confidential,
            person=a_person() if has_mail else a_person(name="", email=""),
        )
        receipt = receiving.receive(submission, at=self.now)
        assert receipt.fresh
        self.receipts[receipt.report_id] = (submission, receipt)
        done["receive"] += 1

    @property
    def scene(self) -> Scene:
        return Scene(self.state, tuple(sorted(self.receipts)), self.now)

    def _any_report(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.receipts)))

    def _officer(self, verb, actor, report_id, data, seen) -> None:
        self._note(verb, acts.by_officer(verb, actor, report_id, self.scene, data.draw, seen))

    def _reporter(self, verb, report_id, own, data) -> None:
        self._note(verb, acts.by_reporter(verb, report_id, own, self.scene, data.draw))

    def _note(self, verb: str, refusal: Exception | None) -> None:
        if refusal is None:
            done[verb] += 1
            return
        refused[getattr(refusal, "code", "unseen")] += 1
        self.nothing_changed(f"{verb} was refused ({refusal!r})")

    def nothing_changed(self, why: str) -> None:
        after = read()
        for table, rows in self.before.tables.items():
            assert after[table] == rows, f"{why}, and yet {table} changed"

    def _ancestry(self, unit_id: int) -> list[int]:
        return next(row["ancestry"] for row in self.before["organizations_unit"] if row["id"] == unit_id)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.django_db
@pytest.mark.requirement("R000-12", "R000-13", "R001-08", "R003-14", "R003-22", "R004-15")
def test_the_laws_hold_on_random_walks():
    the_state()
    number = int(os.environ.get("TUNTAS_SEED") or SystemRandom().randrange(10**9))
    phases = (Phase.generate, Phase.shrink) if os.environ.get("TUNTAS_SHRINK") else (Phase.generate,)
    began = time.monotonic()
    try:
        run_state_machine_as_test(
            seed(number)(Walk),
            settings=settings(
                max_examples=WALKS, stateful_step_count=STEPS, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck), print_blob=False,
            ),
            _min_steps=STEPS // 2,
        )  # fmt: skip
    finally:
        steps = done.total() - done["rings"] - done["deadlines moved"] + refused.total()
        print(f"\nseed {number}: {WALKS} walks, {steps} acts, {done['rings']} rings, {time.monotonic() - began:.0f} s")
        print("done:", ", ".join(f"{verb} {n}" for verb, n in sorted(done.items())))
        print("refused:", ", ".join(f"{code} {n}" for code, n in sorted(refused.items())))
    never = sorted(set(MOVES) - set(rows) - OF_OTHER_WRITERS)
    print(
        f"rows of the timetable: {len(rows)} of {len(MOVES)}, {rows.total()} times; never: {', '.join(never) or 'none'}"
    )
    assert not FULL or len(rows) > (len(MOVES) - len(OF_OTHER_WRITERS)) * 3 / 4, f"the walks did not go far: {never}"
