"""Mail by SMTP: verified TLS unless the server is on this machine, time limits, one line for many letters.

The line is kept open between letters and asked whether it still lives before it is used again, so that a letter
is never half handed over on a dead line and then handed over once more.
"""

import ipaddress
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from typing import Self
from urllib.parse import unquote, urlsplit

from tuntas.channels.contract import Letter, NotDelivered, Unreachable

SECONDS = 20  # for connecting, and for each answer of the server
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1
ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322; local parts in other scripts need a server that few have
# Quoted local parts are legal too, and in practice a mistake.
LOCAL = re.compile(rf"(?=.{{1,64}}$){ATOM}(?:\.{ATOM})*", re.IGNORECASE)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE)
PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Server:
    """Where mail is handed over. `smtps` speaks TLS from the first byte, `smtp` must offer STARTTLS."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def at(cls, url: str) -> Self:
        """Read `smtp://user:password@host:port` or `smtps://…`; ValueError says what is wrong with it."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("a mail server is written smtp://host:port or smtps://user:password@host:port")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def is_here(self) -> bool:
        """On this machine, where nobody listens between us and it."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"


class Email:
    """The channel. Not for use by several threads at once."""

    name = "email"

    def __init__(self, server: Server, *, sender: str, sender_name: str = "Tuntas") -> None:
        """sender: the address that mail comes from; answers to it reach nobody, and the letters say so."""
        self.server, self.sender = server, Address(sender_name, addr_spec=sender)
        self._line: smtplib.SMTP | None = None

    def deliver(self, letter: Letter) -> None:
        mail, to = self.compose(letter), destinations(letter)
        line = self._living_line()
        try:
            line.send_message(mail, from_addr=self.sender.addr_spec, to_addrs=to)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise NotDelivered(f"recipient refused ({code})", permanent=code >= 500) from None
        except smtplib.SMTPDataError as refused:
            raise NotDelivered(f"text refused ({refused.smtp_code})", permanent=refused.smtp_code >= 500) from None
        except smtplib.SMTPSenderRefused as refused:
            raise Unreachable(reason(refused)) from None
        except (smtplib.SMTPException, OSError) as error:
            # The line was alive a moment ago: it may be this letter that breaks it, so the try counts.
            self.close()
            raise NotDelivered(reason(error), permanent=False) from None

    def compose(self, letter: Letter) -> EmailMessage:
        """The mail as it is handed over. A line break in an address or a subject is refused, not repaired."""
        if not "".join((*letter.to, letter.subject, letter.provider_id, letter.stop_at)).isprintable():
            raise NotDelivered("control characters in a header", permanent=True)
        to = destinations(letter)
        mail = EmailMessage(policy=LINES)
        mail["From"] = self.sender
        mail["To"] = Address(addr_spec=to[0]) if len(to) == 1 else self.sender  # many: a blind copy to each
        mail["Subject"] = letter.subject
        mail["Date"] = letter.written_at
        mail["Message-ID"] = f"<{letter.provider_id}@{self.sender.domain}>"
        if letter.stop_at:
            mail["List-Unsubscribe"] = f"<{letter.stop_at}>"  # RFC 2369: mail programs show it as a button
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to a machine
        mail.set_content(letter.text, cte="quoted-printable")
        return mail

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
            line.close()

    def _living_line(self) -> smtplib.SMTP:
        if self._line is not None and not answers(self._line):
            self.close()
        if self._line is None:
            self._line = self._open()
        return self._line

    def _open(self) -> smtplib.SMTP:
        try:
            line = self._dial()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(reason(error)) from None
        try:
            if self.server.scheme == "smtp" and not self.server.is_here:
                line.starttls(context=ssl.create_default_context())
            if self.server.user:
                line.login(self.server.user, self.server.password)
        except (smtplib.SMTPException, OSError) as error:
            line.close()
            raise Unreachable(reason(error)) from None
        return line

    def _dial(self) -> smtplib.SMTP:
        here = self.sender.domain  # the name we greet with; looking up our own can take seconds
        host, port = self.server.host, self.server.port
        if self.server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=here, timeout=SECONDS, context=context)
        return smtplib.SMTP(host, port, local_hostname=here, timeout=SECONDS)


def destinations(letter: Letter) -> list[str]:
    """The mailboxes that can be written to; NotDelivered for good when there is none."""
    found = [spec for spec in map(destination, letter.to) if spec]
    if not found:
        raise NotDelivered("not an address", permanent=True)
    return found


def destination(address: str) -> str:
    """One mailbox, its domain in ASCII; '' for what is not one."""
    local, _at, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    spec = f"{local}@{domain}"
    sound = len(spec) <= LONGEST_ADDRESS and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain)
    return spec if sound else ""


def answers(line: smtplib.SMTP) -> bool:
    try:
        code, _text = line.noop()
    except (smtplib.SMTPException, OSError):
        return False
    return code == 250


def reason(error: Exception) -> str:
    """What went wrong, for the log: kind and code, never the server's words, which may repeat an address."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} ({code})" if code else type(error).__name__
