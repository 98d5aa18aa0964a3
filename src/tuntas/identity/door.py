"""Knocking at the vault's door: the one call that web and worker make to it (design 3b, "Web to vault")."""

import socket
from pathlib import Path
from typing import Any

from django.conf import settings

from tuntas.kernel import doors

PATIENCE = 10.0  # seconds


class Away(Exception):
    """The vault does not answer; nothing was opened and nothing was changed."""


class Refused(Exception):
    """The vault answered no. code: a word of `tuntas_vault.disclosing.Refused`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def ask(words: dict[str, Any], more: bytes = b"", *, place: Path | None = None) -> tuple[dict[str, Any], bytes]:
    """What the vault answers. Raises Away, or Refused with the vault's code. place: of the door, else the settings'."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(PATIENCE)
    try:
        with connection, doors.reachable(place or settings.VAULT_DOOR) as address:
            connection.connect(address)
            doors.say(connection, words, more)
            answer, back = doors.hear(connection)
    except (OSError, doors.Garbled) as error:
        raise Away(type(error).__name__) from None
    if "refused" in answer:
        raise Refused(str(answer["refused"]))
    return answer, back
