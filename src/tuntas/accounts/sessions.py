"""Sessions as rows that open nothing: settings.SESSION_ENGINE names this module.

The cookie holds a random key, the row its digest. The data is signed together with the digest, so that a row copied or
made by somebody with SQL alone is void. A session that ended stays ended: nothing writes it back (SR-22).
"""

import hashlib
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core import signing
from django.utils import timezone

from tuntas.accounts import queries
from tuntas.accounts.models import Session

TOUCH_EVERY = 60  # seconds: how exact "last seen" is; a page more often costs no write
SALT = "tuntas.accounts.session"
DEVICE = "device"  # in the data: coarse words about the browser, copied into the row


class SessionStore(SessionBase):
    """Django's session, kept in `Session`. `row`: what the list of devices calls it, once loaded."""

    row: Session | None = None

    if TYPE_CHECKING:  # Django has these and names them in its guide to backends of one's own; its stubs leave them out

        @property
        def _session(self) -> dict[str, Any]: ...
        def _get_session(self, *, no_load: bool = False) -> dict[str, Any]: ...
        def _get_new_session_key(self) -> str: ...

    def load(self) -> dict[str, Any]:
        self.row = Session.objects.alive().filter(digest=digest(self.session_key or "")).first()
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=digest(session_key)).exists()

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001 - Django's signature
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)
        facts = self._facts(data)
        if must_create:
            Session.objects.create(digest=digest(self.session_key), made_at=facts["seen_at"], **facts)
        elif not Session.objects.filter(digest=digest(self.session_key)).update(**facts):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(digest=digest(key)).delete()

    def cycle_key(self) -> None:
        """Another key for the same session. One statement: a session that was ended meanwhile is not brought back."""
        data, old = self._session, self.session_key
        if old is None:
            self.create()
            return
        self._session_key = self._get_new_session_key()
        if not queries.rename_session(digest(old), digest(self._session_key), self.encode(data), timezone.now()):
            raise SessionInterrupted("the session ended while it was in use")
        if self.row is not None:
            self.row.digest = digest(self._session_key)
        self.modified = True

    def touch(self) -> None:
        """Note that this session is in use, at most once a minute."""
        row, now = self.row, timezone.now()
        if row is not None and row.seen_at < now - timedelta(seconds=TOUCH_EVERY):
            Session.objects.filter(digest=row.digest).update(seen_at=now)

    @property
    def uuid(self) -> UUID | None:
        """Its name in the list of devices."""
        self._get_session()
        return self.row.uuid if self.row else None

    def encode(self, session_dict: Mapping[str, Any]) -> str:
        return signing.dumps(dict(session_dict), salt=self._salt(), serializer=self.serializer, compress=True)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = signing.loads(str(session_data), salt=self._salt(), serializer=self.serializer)
        except (signing.BadSignature, ValueError):  # made or moved by somebody without our key
            return {}
        return found

    @classmethod
    def clear_expired(cls) -> None:
        sweep()

    def _salt(self) -> str:
        return f"{SALT}.{digest(self.session_key or '').hex()}"

    def _facts(self, data: Mapping[str, Any]) -> dict[str, Any]:
        officer = data.get(SESSION_KEY)
        return {
            "officer_id": int(officer) if officer else None,
            "data": self.encode(data),
            "device": str(data.get(DEVICE, ""))[:80],
            "seen_at": timezone.now(),
        }


def digest(key: str) -> bytes:
    """What a session is found by: 128 and more random bits need no slow hash."""
    return hashlib.sha256(b"session " + key.encode()).digest()


def end_others(officer_id: int, *, keep: UUID | None = None) -> int:
    """End every session of an officer but one; each dies at its next request. Returns how many."""
    others = Session.objects.of(officer_id)
    ended, _by_model = (others.exclude(uuid=keep) if keep else others).delete()
    return ended


def end_one(officer_id: int, name: UUID) -> bool:
    ended, _by_model = Session.objects.of(officer_id).filter(uuid=name).delete()
    return bool(ended)


def sweep() -> int:
    """Remove what nobody can use any more. The worker calls it."""
    now = timezone.now()
    oldest = timedelta(seconds=max(settings.SESSION_COOKIE_AGE, 3600))
    return queries.sweep(now, sessions_before=now - oldest, tries_before=now - timedelta(days=1))


def now_in_seconds() -> int:
    """The moment as sessions keep it."""
    return int(time.time())
