"""A real mail server on loopback that counts what it took, letter by letter."""

import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tuntas.operations import addresses


class PostOffice:
    """`with PostOffice() as office:`; `office.taken` counts letters by their Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=addresses.any_port())

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        with self._lock:
            self.taken[str(message_from_bytes(envelope.content)["Message-ID"]).strip("<>")] += 1
        return "250 taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> "PostOffice":
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()
