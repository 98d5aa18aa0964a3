"""One turn of the knocks at phones: claim, find the address, write, hand over, mark.

A knock says that there is news and nothing more: no number, subject or office, since others see a phone's screen. It is
of one length, so that not even that tells the news of one's own report from that of another's.
"""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from tuntas.channels.contract import NotDelivered
from tuntas.channels.webpush import KEPT_FOR, Gone, Rests, Subscription, WebPush
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import queries as register
from tuntas_vault.following import keeping, queries
from tuntas_vault.following.queries import Owed
from tuntas_vault.keys import Keys
from tuntas_vault.models import Follower
from tuntas_vault.retrying import MOST_TRIES, wait
from tuntas_vault.writing import words

BATCH = 20
LENGTH = 512  # bytes of every knock
REST = timedelta(minutes=1)  # of a service that was away
LONGEST_TURN = 30.0  # seconds: mail waits no longer than this for slow services

log = logging.getLogger("tuntas_vault")


@dataclass
class Knocker:
    """Knocks by one channel. A service that is away keeps nobody else waiting: its knocks are put off meanwhile."""

    channel: WebPush
    _resting: dict[str, float] = field(default_factory=dict)

    def knock(self, keys: Mapping[int, Keys]) -> int:
        """Returns how many were dealt with."""
        owed, begun = queries.claim(BATCH, queries.PHONE), time.monotonic()
        self._resting = {service: until for service, until in self._resting.items() if until > begun}
        for done, letter in enumerate(owed):
            if time.monotonic() - begun > LONGEST_TURN:
                queries.hand_back([left.id for left in owed[done:]])
                return done
            self._knock_once(letter, keys)
        return len(owed)

    def _knock_once(self, letter: Owed, keys: Mapping[int, Keys]) -> None:
        if letter.follow not in queries.still_there([letter.follow]):
            queries.give_up(letter.id, "over")  # stopped, or the report became protected, while this knock waited
            return
        said = _said(letter)
        if said is None:
            queries.give_up(letter.id, "hidden")
            return
        follower = Follower.objects.filter(pk=letter.follow).first()
        try:
            if follower is None:
                raise Unreadable("not in the vault")
            phone = keeping.read_phone(follower, keys)
        except (Unreadable, KeyError, ValueError) as problem:
            log.error("knock %d cannot be addressed: %s", letter.id, type(problem).__name__)
            _try_again(letter, wait(letter.attempts), "unwritable")
            return
        if phone.service in self._resting:
            _wait_for_service(letter)
            return
        self._hand_over(letter, follower, phone, said)

    def _hand_over(self, letter: Owed, follower: Follower, phone: Subscription, said: bytes) -> None:
        try:
            self.channel.deliver(phone, said)
        except Gone:
            queries.give_up(letter.id, "gone")
            keeping.drop(follower)
        except Rests as no:
            if no.is_away:  # one phone that is asked too often keeps no other waiting
                self._resting[phone.service] = time.monotonic() + REST.total_seconds()
            _try_again(letter, max(no.wait or REST, wait(letter.attempts)), no.why)
        except NotDelivered as no:
            log.warning("knock %d was not taken: %s", letter.id, no.why)
            if no.permanent:
                queries.give_up(letter.id, no.why)
            else:
                _try_again(letter, wait(letter.attempts), no.why)
        else:
            queries.mark_sent(letter.id)
            if letter.template == "merged" and keeping.is_told_already(follower):
                keeping.drop(follower)


def _said(letter: Owed) -> bytes | None:
    """The words and where a touch leads; None when the report is no longer public."""
    spoken = words(letter.language)["knock"]
    number = str(letter.params.get("number", ""))
    if number and not register.public_words(number):
        return None
    which = "own" if not number else "merged" if letter.template == "merged" else "followed"
    told = {"words": spoken[which], "language": letter.language, "at": f"/laporan/{number}" if number else "/lacak"}
    return json.dumps(told, ensure_ascii=False).encode().ljust(LENGTH)


def _wait_for_service(letter: Owed) -> None:
    """Nobody was asked, so it is no try: what keeps a service away for long loses no phone its news of three days."""
    if timezone.now() - letter.created_at > KEPT_FOR:
        queries.give_up(letter.id, "service rests")
    else:
        queries.put_off(letter.id, REST, "service rests")


def _try_again(letter: Owed, rest: timedelta, error: str) -> None:
    if letter.attempts >= MOST_TRIES:
        queries.give_up(letter.id, error)
    else:
        queries.postpone(letter.id, rest, error)
