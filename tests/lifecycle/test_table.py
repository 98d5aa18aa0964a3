"""The timetable itself: every word is known, every row is used, and no state is a dead end."""

import re
from pathlib import Path

import pytest

from tuntas import lifecycle, timekeeping
from tuntas.clocks.following import FAIR
from tuntas.clocks.models import DUTIES, Kind
from tuntas.lifecycle import LIFE, MOVES, TIMETABLE, Move, read
from tuntas.organizations.models import Role
from tuntas.reports.states import FINAL, OPEN, State

SOURCE = Path(lifecycle.__file__).parent
HEAD, ROWS = TIMETABLE.strip().splitlines()[0], TIMETABLE.strip().splitlines()[1:]
CELLS = [cell.strip() for cell in HEAD.split("|")]
# Rows of which another writer leaves the same rows (design 3b): the statement of intake, the COPY import, the vault.
OF_OTHER_WRITERS = {"receive", "receive_paper", "receive_old", "import_state", "take_over", "open_identity"}


def a_row(name: str) -> str:
    return next(row for row in ROWS if row.split("|")[1].strip() == name)


def with_cell(row: str, column: str, words: str) -> str:
    cells = row.split("|")
    cells[CELLS.index(column)] = f" {words} "
    return "|".join(cells)


@pytest.mark.requirement("R003-22")
@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("verify", "from", "AWAITING_VERIFICATON"),
        ("verify", "to", "AWAITING_DISPOSTION"),
        ("verify", "by", "NATIONAL_ADMIN AGENCY_ADMN"),
        ("verify", "place", "somewhere"),
        ("verify", "needs", "class colour target"),
        ("verify", "needs", "class category"),  # the new holder must come with it
        ("verify", "holder", "lead"),
        ("verify", "stops", "verfy"),
        ("verify", "starts", "dispos=verify"),
        ("verify", "starts", "dispose=verfy"),
        ("accept_transfer", "starts", "dispose:dispose_transfered"),
        ("question", "pauses", "resolv"),
        ("reply", "resumes", "resolv"),
        ("verify", "tells", "reporter neighbour"),
        ("verify", "read by", "FRIENDS"),
        ("submit", "starts", "aproval+"),
    ],
)
def test_an_unknown_word_stops_the_program(row, column, words):
    assert with_cell(a_row(row), column, words) != a_row(row)

    with pytest.raises(ValueError, match=r".+"):
        read(f"{HEAD}\n{with_cell(a_row(row), column, words)}")


def test_a_missing_cell_and_a_second_row_of_one_name_stop_the_program():
    with pytest.raises(ValueError, match="unpack"):
        read(f"{HEAD}\n{a_row('verify').rpartition('|')[0]}")
    with pytest.raises(ValueError, match="same name"):
        read("\n".join([HEAD, a_row("verify"), a_row("verify")]))
    assert read("\n".join([HEAD, *ROWS])) == LIFE


def calls_of_advance() -> dict[str, set[str]]:
    """Verb -> files that name it, wherever `advance`, or what calls it, is given a row's name."""
    found: dict[str, set[str]] = {}
    for file in SOURCE.rglob("*.py"):
        if file.name == "lifecycle.py" or "migrations" in file.parts:
            continue
        text = file.read_text()
        if "advance" in text or "def _archiving" in text:
            for name in re.findall(r"\"([a-z_]+)\"", text):
                found.setdefault(name, set()).add(str(file.relative_to(SOURCE)))
    return found


def test_every_row_is_called_by_a_verb_or_rung_by_the_clockwork():
    called = calls_of_advance()
    assert set(MOVES) - set(called) - OF_OTHER_WRITERS == set()


@pytest.mark.requirement("R003-14")
def test_every_row_that_only_the_system_does_rings_by_itself_or_stands_behind_a_verb():
    """The clockwork's own rows are those of `timekeeping.ENDS` and of what it calls; the others follow from a verb."""
    called = calls_of_advance()
    of_the_system = {move.name for move in LIFE if move.by == {"SYSTEM"}} - OF_OTHER_WRITERS
    rung = {name for name in of_the_system if "timekeeping.py" in called[name]}
    behind_a_verb = {name: called[name] - {"timekeeping.py"} for name in of_the_system - rung}

    assert rung == {"give_up", "reply_lapse", "lapse", "promise_returns", "change_calendar"}
    assert behind_a_verb.keys() == {
        "lapse_transfer", "call_arbiter", "connect", "answer_by_letter", "pass_up", "take_away", "lapse_identity",
        "close_identity", "erase_content",
    }  # fmt: skip
    assert all(files for files in behind_a_verb.values()), behind_a_verb
    ends = {end.__name__ for end in timekeeping.ENDS.values()}
    assert {"_lapse_transfer", "_next_superior"} <= ends  # which ring the two of routing


# A report as the timetable sees it: state, clocks that run, clocks that rest, where an offer returns to.
Stand = tuple[str, frozenset[str], frozenset[str], str]


# Duties that somebody can do in these states alone; running elsewhere they would ring for nobody.
ONLY_IN = {
    Kind.VERIFY: {State.AWAITING_VERIFICATION},
    Kind.DISPOSE: {State.AWAITING_DISPOSITION, State.TRANSFER_REQUESTED},
    Kind.TRANSFER_DECISION: {State.TRANSFER_REQUESTED},
    Kind.ARBITRATION: {State.TRANSFER_REQUESTED},
    Kind.REPORTER_WINDOW: {State.PENDING_INFO, State.AWAITING_REPORTER},
    Kind.REPORTER_REPLY: {State.RESOLUTION_PROPOSED},
    Kind.APPROVAL: {State.AWAITING_FOLLOW_UP, State.IN_PROGRESS, State.TRANSFER_REQUESTED},
    Kind.SECOND_LOOK: {State.AWAITING_FOLLOW_UP, State.IN_PROGRESS, State.TRANSFER_REQUESTED},
}
LEFT_OUT = {"merge", "unmerge", "receive_old", "import_state"}


def after(stand: Stand, move: Move, *, promised: bool) -> Stand:
    """What `following.follow` would leave of the clocks; a merge and an old register are left out."""
    state, runs, rests, back = stand
    goal = state if move.to == "same" else back if move.to == "back" else move.to
    stopped = runs | rests if "*" in move.stops else set(move.stops)
    runs, rests = runs - stopped, rests - stopped
    runs, rests = runs - set(move.pauses), rests | (runs & set(move.pauses))
    runs, rests = runs | (rests & set(move.resumes)), rests - set(move.resumes)
    for word in move.starts:
        for kind in FAIR.get(State(goal), ()) if word == "fair" else [re.split("[=:+]", word)[0]]:
            again = word.endswith("+") or word == "fair"
            runs, rests = (runs | {kind}, rests - {kind}) if again or kind not in rests else (runs, rests)
    if promised:
        runs |= {Kind.PROMISE}
    return goal, frozenset(map(str, runs)), frozenset(map(str, rests)), state if move.name == "offer" else back


def every_stand() -> dict[Stand, list[str]]:
    """All that can be reached from a receipt by any rows in any order, with one way there."""
    first = ("", frozenset(), frozenset(), "")
    found, edge = {first: []}, [first]
    while edge:
        stand = edge.pop()
        for move in LIFE:
            if stand[0] in move.sources and move.name not in LEFT_OUT:
                for promised in (False, True) if move.name in {"resolve", "progress"} else (False,):
                    goal = after(stand, move, promised=promised)
                    if goal not in found:
                        found[goal] = [*found[stand], move.name]
                        edge.append(goal)
    del found[first]
    return found


@pytest.mark.requirement("R000-12", "R001-08", "R003-14")
def test_wherever_rows_lead_an_open_report_has_a_running_clock_and_every_clock_an_end():
    """Law 2 on the timetable itself: all its walks, of any length, without a database."""
    stands = every_stand()
    assert len(stands) > 50
    assert {state for state, *_clocks in stands} == set(State.values) - {State.MERGED}
    for (state, runs, rests, _back), way in stands.items():
        if state in OPEN:
            assert runs, f"{state} without a running clock: {way}"
        else:
            assert not (runs | rests) & (DUTIES - {Kind.APPEAL_DECISION}), f"{state} still owes {runs}: {way}"
        for kind in runs - DUTIES - timekeeping.ONLY_A_DATE | (runs & {Kind.PROMISE}):
            assert (kind, state) in timekeeping.ENDS, f"nobody notices when {kind} ends in {state}: {way}"
        for kind, where in ONLY_IN.items():
            assert kind not in runs or state in where, f"{kind} runs on in {state}: {way}"


@pytest.mark.requirement("R000-12")
@pytest.mark.parametrize("state", sorted(OPEN))
def test_from_every_open_state_a_person_can_lead_on(state):
    out = [move for move in LIFE if state in move.sources and move.to not in {"same", "MERGED"}]
    assert any(move.by & {*Role.values, "REPORTER"} for move in out)


def test_what_is_final_waits_for_nobody():
    for move in LIFE:
        if move.to in FINAL:
            assert "*" in move.stops or "*" in move.pauses or {"reporter_reply", "resolve"} <= set(move.stops), (
                move.name
            )


@pytest.mark.requirement("R004-12", "R004-15")
def test_no_acknowledgement_touches_a_clock():
    for name in ("acknowledge", "add_details", "leave", "escalate", "protect", "answer_by_letter", "message_reporter",
                 "message_office", "destroy_code"):  # fmt: skip
        move = MOVES[name]
        assert (move.to, move.stops, move.starts, move.pauses, move.resumes) == ("same", (), (), (), ()), name


@pytest.mark.requirement("R001-08")
def test_no_row_of_a_transfer_stops_the_citizens_clock():
    for move in LIFE:
        if move.name == "offer" or State.TRANSFER_REQUESTED not in move.sources or len(move.sources) > 1:
            continue
        assert "resolve" not in {*move.stops, *move.pauses}
        assert "*" not in {*move.stops, *move.pauses}


def test_whoever_pauses_a_clock_has_a_row_that_resumes_it():
    for move in LIFE:
        for kind in move.pauses:
            back = [other for other in LIFE if kind in other.resumes and move.to in other.sources]
            assert back, f"{move.name} pauses {kind} for good"


def test_only_a_reporter_or_the_clockwork_or_a_reason_ends_a_report_without_an_answer():
    """Law 5 and handbook 3.5: whoever closes without the reporter's word says why."""
    for move in LIFE:
        if move.to in FINAL - {State.MERGED} and move.by & set(Role.values):
            assert set(move.needs) & {"reason", "explanation"}, move.name
