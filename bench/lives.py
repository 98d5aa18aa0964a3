"""How the loaded reports lived: the moves, clocks and heaps that each state leaves behind, as the timetable would.

The bench reads its own table instead of walking a million reports through the verbs, which would take days;
`loading.check` compares what it leaves with what the timetable says of these moves.
"""

from dataclasses import dataclass
from random import Random

from tuntas.reports.states import Finish, State

TAKEN, CHECKED, HANDED_ON = "AWAITING_VERIFICATION", "AWAITING_DISPOSITION", "AWAITING_FOLLOW_UP"
WORKING, ANSWERED = "IN_PROGRESS", "RESOLUTION_PROPOSED"


@dataclass(frozen=True, slots=True)
class Step:
    """One move: when in the life (0 its beginning, 1 its end or today), and from where to where."""

    verb: str
    source: str
    to: str
    at: float
    audience: str = "PUBLIC"


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty: the days of its policy, and when in the life it began and ended (None: it runs)."""

    kind: str
    length: int
    began: float
    ended: float | None


RECEIVED = (Step("receive", "", TAKEN, 0.0),)
VERIFIED = (*RECEIVED, Step("verify", TAKEN, CHECKED, 0.1))
DISPOSED = (*VERIFIED, Step("dispose", CHECKED, HANDED_ON, 0.2))
STARTED = (*DISPOSED, Step("progress", HANDED_ON, WORKING, 0.5))
SETTLED = (*STARTED, Step("resolve", WORKING, ANSWERED, 0.8))

MOVES: dict[str, tuple[Step, ...]] = {
    State.AWAITING_VERIFICATION: RECEIVED,
    State.PENDING_INFO: (*RECEIVED, Step("ask", TAKEN, "PENDING_INFO", 0.5, "REPORTER")),
    State.AWAITING_DISPOSITION: VERIFIED,
    State.AWAITING_FOLLOW_UP: DISPOSED,
    State.TRANSFER_REQUESTED: (*DISPOSED, Step("offer", HANDED_ON, "TRANSFER_REQUESTED", 0.9)),
    State.IN_PROGRESS: STARTED,
    State.AWAITING_REPORTER: (*STARTED, Step("question", WORKING, "AWAITING_REPORTER", 0.9, "REPORTER")),
    State.RESOLUTION_PROPOSED: SETTLED,
    State.RESOLVED: (*SETTLED, Step("accept", ANSWERED, "RESOLVED", 1.0)),
    State.ARCHIVED: (*RECEIVED, Step("archive", TAKEN, "ARCHIVED", 1.0, "REPORTER")),
    State.MERGED: (*VERIFIED, Step("merge", CHECKED, "MERGED", 1.0, "REPORTER")),
    State.WITHDRAWN: (*DISPOSED, Step("withdraw", HANDED_ON, "WITHDRAWN", 1.0)),
    State.REFERRED_EXTERNAL: (*RECEIVED, Step("refer", TAKEN, "REFERRED_EXTERNAL", 1.0, "REPORTER")),
}

_VERIFY, _DISPOSE = Clock("verify", 3, 0.0, 0.1), Clock("dispose", 3, 0.1, 0.2)
_FIRST, _RESOLVE = Clock("first_response", 5, 0.2, 0.5), Clock("resolve", 14, 0.2, None)
CLOCKS: dict[str, tuple[Clock, ...]] = {
    State.AWAITING_VERIFICATION: (Clock("verify", 3, 0.0, None),),
    State.PENDING_INFO: (Clock("verify", 3, 0.0, None), Clock("reporter_window", 10, 0.5, None)),
    State.AWAITING_DISPOSITION: (_VERIFY, Clock("dispose", 3, 0.1, None)),
    State.AWAITING_FOLLOW_UP: (_VERIFY, _DISPOSE, Clock("first_response", 5, 0.2, None), _RESOLVE),
    State.TRANSFER_REQUESTED: (_VERIFY, _DISPOSE, _RESOLVE, Clock("transfer_decision", 1, 0.9, None)),
    State.IN_PROGRESS: (_VERIFY, _DISPOSE, _FIRST, _RESOLVE),
    State.AWAITING_REPORTER: (_VERIFY, _DISPOSE, _FIRST, _RESOLVE, Clock("reporter_window", 10, 0.9, None)),
    State.RESOLUTION_PROPOSED: (_VERIFY, _DISPOSE, _FIRST, _RESOLVE, Clock("reporter_reply", 10, 0.8, None)),
    State.RESOLVED: (_VERIFY, _DISPOSE, _FIRST, Clock("resolve", 14, 0.2, 1.0)),
    State.ARCHIVED: (Clock("verify", 3, 0.0, 1.0),),
    State.MERGED: (_VERIFY, Clock("dispose", 3, 0.1, None)),
    State.WITHDRAWN: (_VERIFY, _DISPOSE, Clock("resolve", 14, 0.2, 1.0)),
    State.REFERRED_EXTERNAL: (Clock("verify", 3, 0.0, 1.0),),
}

UNCHECKED = frozenset({State.AWAITING_VERIFICATION, State.PENDING_INFO, State.ARCHIVED, State.REFERRED_EXTERNAL})
FRESH = ((State.AWAITING_VERIFICATION, 60), (State.PENDING_INFO, 5), (State.AWAITING_DISPOSITION, 20),
         (State.AWAITING_FOLLOW_UP, 15))  # fmt: skip
UNDER_WAY = ((State.AWAITING_FOLLOW_UP, 34), (State.IN_PROGRESS, 36), (State.RESOLUTION_PROPOSED, 18),
             (State.AWAITING_REPORTER, 4), (State.TRANSFER_REQUESTED, 3), (State.AWAITING_VERIFICATION, 2),
             (State.PENDING_INFO, 3))  # fmt: skip
OVER = ((State.RESOLVED, 80), (State.ARCHIVED, 12), (State.REFERRED_EXTERNAL, 3), (State.WITHDRAWN, 3),
        (State.MERGED, 2))  # fmt: skip
FINISHES = ((Finish.ACCEPTED, 30), (Finish.SILENCE, 55), (Finish.ADMIN, 15))
FRESH_DAYS = 4.0
LEFT_LYING = 0.008  # share of old reports that are open still


def chance_open(days: float, decay: float) -> float:
    """How likely a report of this age is open. decay: e to the minus age over 15 days."""
    return 1.0 if days < 1 else max(decay, LEFT_LYING)


def choose(random: Random, from_these: tuple[tuple[str, int], ...]) -> str:
    return random.choices([word for word, _n in from_these], [n for _word, n in from_these])[0]
