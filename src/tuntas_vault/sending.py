"""Sending what is owed: lease, resolve the address, write, hand over, mark as sent.

A letter may go out twice only if we die between the mail server's yes and our mark; it then carries the same
Message-ID. A server that is away costs no letter a try; letters wait, and intake goes on.
"""

import logging
import time
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tuntas.channels.contract import Channel, Letter, NotDelivered, Unreachable
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import opening, queries, writing
from tuntas_vault.accounts import sending as accounts
from tuntas_vault.following import sending as followers
from tuntas_vault.keys import Keys
from tuntas_vault.models import Identity, Tombstone
from tuntas_vault.queries import Notice
from tuntas_vault.retrying import MOST_TRIES, wait

BATCH = 20  # letters to reporters a lease: few enough that a slow server cannot outlast it
GATHERED = 200  # reports in one letter to a unit
UNIT_REST = timedelta(minutes=5)  # between two letters to the same officers
SLOWEST = timedelta(minutes=3)  # a handing over that answers at the last moment each time

log = logging.getLogger("tuntas_vault")


@dataclass
class Sender:
    """Sends through one channel. Several may run at once, in this and in other processes.

    rests: whether a unit is left in peace for a while after each letter.
    """

    channel: Channel
    origin: str
    rests: bool = True
    _rested: dict[tuple[int, str, int], float] = field(default_factory=dict)

    def send(self, keys: Mapping[int, Keys]) -> int:
        """One turn; returns how many notices were dealt with. Raises Unreachable when the server is away."""
        done = accounts.send(self.channel, keys, origin=self.origin)
        done += self.to_reporters(keys) + self.to_offices(keys) + self.to_a_unit()
        return done + followers.send(self.channel, keys, origin=self.origin)

    def to_reporters(self, keys: Mapping[int, Keys]) -> int:
        return self._one_by_one(queries.claim_for_reporters(BATCH), lambda notice: self._to_reporter(notice, keys))

    def to_offices(self, keys: Mapping[int, Keys]) -> int:
        """Letters to agencies that are not connected: each by itself, since each carries a link of its own."""
        return self._one_by_one(queries.claim_for_offices(BATCH), lambda notice: self._to_office(notice, keys))

    def _one_by_one(self, notices: Sequence[Notice], send: Callable[[Notice], None]) -> int:
        begun = time.monotonic()
        for done, notice in enumerate(notices):
            if time.monotonic() - begun > (queries.LEASE - SLOWEST).total_seconds():
                queries.hand_back([left.id for left in notices[done:]])
                return done
            try:
                send(notice)
            except Unreachable:
                queries.hand_back([left.id for left in notices[done:]])
                raise
        return len(notices)

    def to_a_unit(self) -> int:
        """One letter with all that is new for the officers of the unit that has waited longest."""
        notices = queries.claim_for_a_unit(self._resting(), GATHERED)
        if not notices:
            return 0
        ids, first = [notice.id for notice in notices], notices[0]
        addresses = queries.addresses_of(first.unit or 0, first.role, first.officer)
        if not addresses:
            queries.give_up(ids, "no_address")
            return len(notices)
        try:
            self._write_and_hand_over(notices, addresses, lambda: writing.to_unit(notices, origin=self.origin))
        except Unreachable:
            queries.hand_back(ids)
            raise
        if self.rests:
            self._rested[first.unit or 0, first.role, first.officer] = time.monotonic()
        return len(notices)

    def _to_reporter(self, notice: Notice, keys: Mapping[int, Keys]) -> None:
        identity = Identity.objects.filter(pk=notice.reporter).first()
        if identity is None:
            if Tombstone.objects.filter(pk=notice.reporter).exists():
                queries.give_up([notice.id], "forgotten")
            else:  # the envelope is still on its way
                self._try_again([notice.id], notice.attempts, "not_in_the_vault")
            return
        kept = opening.Kept(identity.epoch, bytes(identity.wrapped_key), bytes(identity.ciphertext))
        try:
            contact = opening.read(kept, identity.reporter_uuid, keys)
        except Unreadable as problem:
            log.error("notice %d: the identity cannot be read: %s", notice.id, problem)
            self._try_again([notice.id], notice.attempts, "unreadable_identity")
            return
        if not contact.email:
            queries.give_up([notice.id], "no_address")
            return
        self._write_and_hand_over(
            [notice], [contact.email], lambda: writing.to_reporter(notice, origin=self.origin, contact=contact)
        )

    def _to_office(self, notice: Notice, keys: Mapping[int, Keys]) -> None:
        address = queries.letter_address_of(notice.unit or 0)
        if not address:
            queries.give_up([notice.id], "no_address")
            return
        try:
            sealed = b64decode(str(notice.params["token"]), validate=True)
            token = opening.open_words(sealed, UUID(str(notice.params["letter"])), keys)
        except (Unreadable, KeyError, ValueError) as problem:
            log.error("notice %d: the link of the letter cannot be read: %s", notice.id, type(problem).__name__)
            self._try_again([notice.id], notice.attempts, "unreadable_link")
            return
        said = queries.public_words(str(notice.params.get("number", "")))
        link = f"{self.origin}/surat/{token}"
        self._write_and_hand_over([notice], [address], lambda: writing.to_office(notice, said, link=link))

    def _write_and_hand_over(
        self, notices: Sequence[Notice], addresses: Sequence[str], write: Callable[[], writing.Text]
    ) -> None:
        """Write one letter, give it to the channel, and record what became of its notices. Raises Unreachable alone."""
        ids, first = [notice.id for notice in notices], notices[0]
        try:
            text = write()
        except Exception as error:  # whatever is wrong with one notice, the others go on
            log.error("notice %d cannot be written: %s", first.id, type(error).__name__)
            self._try_again(ids, first.attempts, "unwritable")
            return
        letter = Letter(
            to=tuple(addresses),
            subject=text.subject,
            text=text.body,
            provider_id=f"notice-{first.id}-{int(first.created_at.timestamp())}",
            written_at=first.created_at,
        )
        try:
            self.channel.deliver(letter)
        except Unreachable:
            raise
        except NotDelivered as no:
            log.warning("notice %d was not delivered: %s", first.id, no.why)
            if no.permanent:
                queries.give_up(ids, no.why)
            else:
                self._try_again(ids, first.attempts, no.why)
        else:
            queries.mark_sent(ids)

    def _try_again(self, ids: Sequence[int], attempts: int, error: str) -> None:
        if attempts >= MOST_TRIES:
            queries.give_up(ids, error)
        else:
            queries.postpone(ids, wait(attempts), error)

    def _resting(self) -> list[tuple[int, str, int]]:
        now = time.monotonic()
        self._rested = {who: at for who, at in self._rested.items() if now - at < UNIT_REST.total_seconds()}
        return list(self._rested)
