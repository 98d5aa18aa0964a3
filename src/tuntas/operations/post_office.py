"""The demo's mail server: takes every letter on loopback and puts it into a maildir, to be read on the outbox page.

Nothing leaves the machine. A letter is acknowledged after it is safely on disk, as a real server would.
"""

import asyncio
import mailbox
import signal
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tuntas.kernel import env
from tuntas.operations.folder import DataFolder, default_root

LARGEST_LETTER = 20_000_000  # bytes


class Counter:
    """Takes letters over the counter."""

    def __init__(self, outbox: Path) -> None:
        for part in ("tmp", "new", "cur"):  # Maildir makes them only together with the folder itself
            (outbox / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.box = mailbox.Maildir(str(outbox), create=False)

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        letter = mailbox.MaildirMessage(envelope.content)
        _remember(letter, envelope)
        self.box.add(letter)  # written to tmp, synced, then renamed into new
        return "250 Kept in the outbox"


def _remember(letter: Message, envelope: Envelope) -> None:
    letter["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)


async def serve(outbox: Path, port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT."""
    counter, loop, end = Counter(outbox), asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, end.set)
    server = await loop.create_server(
        lambda: SMTP(counter, data_size_limit=LARGEST_LETTER, hostname="localhost", loop=loop),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        await end.wait()


def main() -> None:
    asyncio.run(serve(DataFolder(default_root()).outbox, env.number("TUNTAS_POST_OFFICE_PORT", 2525, least=1)))


if __name__ == "__main__":
    main()
