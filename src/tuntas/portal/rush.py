"""When far more reports arrive than people write: who took a moment is let through, the others wait a few seconds.

Nobody is measured by an address: behind one there may be a village, and a program has many. What is looked at is the
form itself. It carries a turn: a signature over its own key and the moment when we handed it out. A sending without
one, or faster than anybody writes, waits while the rush lasts; its page holds all that was typed and a turn of its own,
so one press, without a script, files it. Nothing is thrown away, and nothing that waits was acknowledged (T-FLOOD).
"""

import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from functools import update_wrapper
from threading import Lock
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal
from tuntas.portal import filing
from tuntas.web import away

SALT = "tuntas.portal.rush"
MOMENT = 4.0  # seconds between a form and its sending: nobody writes a report faster
OLDEST = timedelta(days=30)  # a form may lie on a telephone without a signal for as long
WINDOW = 60.0  # seconds


class Rush(Refusal):
    code = "rush"
    status = 503


class Arrivals:
    """How many forms came within the last minute, in this process; kept in memory, and nothing of them but the time."""

    def __init__(self) -> None:
        self.times, self.lock = deque[float](), Lock()

    def count(self) -> int:
        """One more, now."""
        now = time.monotonic()
        with self.lock:
            self.times.append(now)
            while self.times[0] <= now - WINDOW:
                self.times.popleft()
            return len(self.times)


arrivals = Arrivals()


def turn_of(key: UUID) -> str:
    """What a form with this key carries from now on."""
    return signing.TimestampSigner(salt=SALT).sign(str(key)).removeprefix(f"{key}:")


def takes_turns(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Around the view that files a report. Files of a form that waits are put away under its key."""

    def taken(request: HttpRequest) -> HttpResponse:
        key = filing.key_of(request) or uuid4()
        if request.method != "POST" or not must_wait(request, key):
            return view(request)
        filing.put_away(request, key)
        return answer(request, key)

    return update_wrapper(taken, view)


def must_wait(request: HttpRequest, key: UUID) -> bool:
    """Whether this sending comes in a rush, and neither from our form nor at a person's pace. Costs no query."""
    most: int = settings.INTAKE_A_MINUTE
    return bool(most) and arrivals.count() > most and (_age(request, key) or 0.0) < MOMENT


def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """503: what was typed, with a turn, and when to press again. A turn that is too young keeps its age."""
    turn = turn_of(key) if _age(request, key) is None else request.POST["turn"]
    refusal = Rush(
        _("Very many reports are arriving just now."),
        why=_("Yours is not filed yet. We take those first that came from our form at a person's pace."),
        instead=_("Count to five, then press the button. Your report is filed then."),
    )
    return away.wait(request, refusal, seconds=5, fields={"key": str(key), "turn": turn})


def _age(request: HttpRequest, key: UUID) -> float | None:
    """Seconds since this form was handed out; None when we did not do that, or too long ago."""
    turn = request.POST.get("turn", "")
    try:
        signing.TimestampSigner(salt=SALT).unsign(f"{key}:{turn}", max_age=OLDEST)
        return time.time() - signing.b62_decode(turn.partition(":")[0])
    except (signing.BadSignature, ValueError):
        return None
