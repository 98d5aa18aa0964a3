"""A real mail server on loopback that keeps what it takes, and that a test can make refuse or hesitate."""

import email
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

SERVED = "127.0.0.1"


class AnyPort(Controller):
    """A controller that may be given port 0: it learns the port it got before it knocks at its own door."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class PostOffice:
    """Start with `with PostOffice() as office:`; `office.mails` holds every letter taken, in order.

    refuse: called with each recipient, returns an SMTP answer such as "550 unknown", or None to take it.
    before_taking: called with the mail just before the server takes responsibility for it.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        refuse: Callable[[str], str | None] = lambda recipient: None,
        before_taking: Callable[[EmailMessage], None] = lambda mail: None,
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuse, self.before_taking = refuse, before_taking
        self._controller = AnyPort(self, hostname=SERVED, port=port)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        answer = self.refuse(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        mail = email.message_from_bytes(envelope.content, policy=default)
        self.before_taking(mail)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def url(self) -> str:
        return f"smtp://{SERVED}:{self.port}"

    def __enter__(self) -> "PostOffice":
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()
