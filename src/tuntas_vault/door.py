"""The vault's door: a unix socket through which web asks for an opening, and the worker for originals sealed anew.

Who is not web's user, as the kernel says, gets no answer at all. One caller at a time: it is seldom used, and what it
does is worth a queue.
"""

import logging
import os
import socket
import stat
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from tuntas.kernel import doors
from tuntas_vault import disclosing, resealing, settings
from tuntas_vault.disclosing import Refused
from tuntas_vault.keys import UnsafeKeys

PATIENCE = 10.0  # seconds for a caller to say what it wants and to take the answer
WAITING = 16  # callers
LOOK = 0.5  # seconds between looks whether to end

log = logging.getLogger("tuntas_vault")
Answer = tuple[Mapping[str, Any], bytes]


class Door:
    """The socket and the thread that answers on it, from `start` to `close`."""

    def __init__(self, path: Path, *, callers: frozenset[int], group: int | None = None) -> None:
        self.path, self.callers, self.group = path, callers, group
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="door", daemon=True)
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Open the socket, 0660, for web's group alone. Raises OSError when the folder is not ours."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(self.path.lstat().st_mode):
                self.path.unlink()  # of a vault that was killed
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)  # nobody else speaks before the group is set
        try:
            with doors.reachable(self.path) as address:
                listening.bind(address)
        finally:
            os.umask(before)
        if self.group is not None:
            os.chown(self.path, -1, self.group)
        self.path.chmod(0o660)
        listening.listen(WAITING)
        listening.settimeout(LOOK)
        self._socket = listening
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        if self._socket is not None:
            self._thread.join(PATIENCE)
            self._socket.close()
            self.path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._ending.is_set() and self._socket is not None:
            try:
                connection, _address = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                connection.settimeout(PATIENCE)
                self._see_to(connection)

    def _see_to(self, connection: socket.socket) -> None:
        who = doors.caller(connection)
        if who not in self.callers:
            log.warning("user %d knocked and was not answered", who)
            return
        try:
            words, more = doors.hear(connection)
            answer, bytes_back = answer_to(words, more)
            doors.say(connection, answer, bytes_back)
        except (doors.Garbled, OSError) as error:
            log.warning("a caller was not understood or went away (%s)", type(error).__name__)


def answer_to(words: Mapping[str, Any], more: bytes) -> Answer:
    """What is asked for, or `refused` with a code; never the reason of an inner fault."""
    try:
        for name, act in ACTS.items():
            if name in words:
                return act(words, more)
        raise Refused("unknown")
    except Refused as no:
        return {"refused": no.code}, b""
    except (DatabaseError, InterfaceError, UnsafeKeys) as error:
        log.error("an answer failed: %s", type(error).__name__)
        return {"refused": "away"}, b""
    except Exception as error:  # whatever it was: no detail leaves the vault
        log.error("an answer failed: %s", type(error).__name__)
        return {"refused": "fault"}, b""
    finally:
        connections.close_all()  # seldom used: a connection of this thread would only grow old


def _open(words: Mapping[str, Any], _more: bytes) -> Answer:
    contact = disclosing.open_identity(str(words["open"]))
    told = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    return told | ({"withheld": contact.withheld} if contact.withheld else {}), b""


def _reseal(words: Mapping[str, Any], more: bytes) -> Answer:
    epoch, sealed = resealing.reseal(more, str(words["reseal"]))
    return {"epoch": epoch}, sealed


ACTS: Mapping[str, Callable[[Mapping[str, Any], bytes], Answer]] = {"open": _open, "reseal": _reseal}


def of_settings() -> Door:
    group = settings.DOOR_GROUP or None
    return Door(settings.DOOR, callers=frozenset({settings.WEB_UID, os.getuid()}), group=group)
