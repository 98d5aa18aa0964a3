"""Knocking at a phone by Web Push: RFC 8030 (the request), 8291 (its encryption), 8292 (who sends it).

Addresses come from browsers of strangers, so a knock goes only to the services that the operator names, by HTTPS, to
public addresses of the network, and follows no redirection. Connected is the very address that was looked at. A knock
has an end, however slowly it is answered: mail waits behind it.
"""

import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import SplitResult, urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException

from tuntas.channels.contract import NotDelivered
from tuntas.channels.push_services import Services

SECONDS = 10  # for connecting, and for each part of the answer
LONGEST = 20  # seconds of a knock from its connection to the end of the answer
EACH = 4  # seconds for each of a service's addresses that does not answer
KEPT_FOR = timedelta(days=3)  # by the service, for a phone that is off
LONGEST_ENDPOINT = 1_000  # characters; those of the great services have about 200
LONGEST_REST = timedelta(hours=6)  # that a service may ask for
TOKEN_LASTS = timedelta(hours=12)  # RFC 8292 allows 24
POINT, SECRET = 65, 16  # bytes of a browser's key and of its secret (RFC 8291, 3.1 and 3.2)


class Gone(NotDelivered):
    """The phone takes no knocks of ours any more; it is not asked again."""

    def __init__(self) -> None:
        super().__init__("gone", permanent=True)


class Rests(NotDelivered):
    """Not now: this phone is to be left in peace for `wait`, or the service as a whole is away (`is_away`)."""

    def __init__(self, why: str, wait: timedelta | None = None, *, is_away: bool) -> None:
        super().__init__(why, permanent=False)
        self.wait, self.is_away = wait, is_away


@dataclass(frozen=True, slots=True, repr=False)
class Subscription:
    """Where one browser is knocked at, and the keys that it alone can open with. Shows nothing of it when printed."""

    endpoint: str
    key: bytes
    secret: bytes

    @classmethod
    def read(cls, endpoint: str, key: str, secret: str) -> Self:
        """As `PushSubscription.toJSON` writes it, keys in base64url. ValueError for what no browser makes."""
        urlsplit(endpoint)  # ValueError for brackets that do not close
        point, auth = plain(key), plain(secret)
        if len(point) != POINT or len(auth) != SECRET or not 0 < len(endpoint) <= LONGEST_ENDPOINT:
            raise ValueError("not a subscription")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)  # ValueError when it is not on the curve
        return cls(endpoint, point, auth)

    @property
    def service(self) -> str:
        """Host and port in one spelling: what rests when it is away."""
        return urlsplit(self.endpoint).netloc.lower()


class WebPush:
    """The channel. Not for use by several threads at once."""

    def __init__(self, services: Services, *, key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        """key: whose public half browsers subscribed with. contact: a `mailto:` for the people of the services."""
        self.services, self.contact, self._signer = services, contact, Vapid02(key)
        self._tokens: dict[str, tuple[float, str]] = {}

    def deliver(self, to: Subscription, words: bytes) -> None:
        """Returns when the service has taken it. Raises Gone, Rests or NotDelivered, and nothing else."""
        if not self.services.admits(to.endpoint):
            raise NotDelivered("not a service that may be knocked at", permanent=True)
        parts = urlsplit(to.endpoint)
        headers = {
            "Authorization": self._token(f"{parts.scheme}://{to.service}"),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT_FOR.total_seconds())),
            "Urgency": "normal",
        }
        try:
            sealed = sealed_for(to, words)
            status, retry_after = _post(parts, sealed, headers)
        except (OSError, http.client.HTTPException) as error:
            raise Rests(type(error).__name__, is_away=True) from None
        except ValueError as error:  # a name too long to be looked up
            raise NotDelivered(type(error).__name__, permanent=True) from None
        _judge(status, retry_after)

    def _token(self, audience: str) -> str:
        """Who we are, signed for this service; made anew after half its life."""
        made, token = self._tokens.get(audience, (0.0, ""))
        now = time.time()
        half = TOKEN_LASTS.total_seconds() / 2
        if now - made > half:
            self._tokens = {each: known for each, known in self._tokens.items() if now - known[0] <= half}
            claims = {"aud": audience, "sub": self.contact, "exp": int(now + TOKEN_LASTS.total_seconds())}
            try:
                token = self._signer.sign(claims)["Authorization"]
            except VapidException:  # its words would repeat the contact
                raise NotDelivered("the contact is no address: TUNTAS_MAIL_FROM", permanent=False) from None
            self._tokens[audience] = now, token
        return token


def sealed_for(to: Subscription, words: bytes) -> bytes:
    """The words for that browser alone: a new key and a new salt each time (RFC 8291)."""
    sealed: bytes = http_ece.encrypt(
        words,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=to.key,
        auth_secret=to.secret,
        version="aes128gcm",
    )
    return sealed


def plain(text: str) -> bytes:
    """Base64url with or without its end. ValueError for anything else."""
    if not text.isascii():
        raise ValueError("not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _post(parts: SplitResult, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Status and Retry-After. Redirections are answers like others: nobody follows them."""
    line = _line(parts)
    with _cut_off_after(LONGEST, line):
        line.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("Retry-After") or ""


@contextmanager
def _cut_off_after(seconds: float, line: http.client.HTTPConnection) -> Iterator[None]:
    """Close the line at the end of the block, or pull it out after so long.

    The limit of a socket is none: it begins anew with each byte.
    """

    def pull() -> None:
        if line.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(line.sock, socket.SHUT_RDWR)  # below TLS: its own would wait for the other side

    timer = threading.Timer(seconds, pull)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def _judge(status: int, retry_after: str) -> None:
    if status in {200, 201, 202, 204}:
        return
    if status in {404, 410}:
        raise Gone
    if status == 429 or status >= 500:
        # Whoever subscribed chose the path: one that a service stumbles over must not silence the phones of others.
        raise Rests(f"answered {status}", _wait(retry_after), is_away=False)
    # 401 and 403 speak of our own signature or clock, which somebody may mend; 400 and 413 stay as they are.
    raise NotDelivered(f"answered {status}", permanent=status not in {401, 403, 408})


def _wait(said: str) -> timedelta | None:
    """Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        asked = timedelta(seconds=int(said)) if said.isdigit() else parsedate_to_datetime(said) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(asked, timedelta(seconds=1)), LONGEST_REST)


def _line(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=SECONDS)
    return _Pinned(host, public_addresses(host, 443))


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public. OSError when there is none, or one that is not: a trap."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(map(_is_public, found)):
        raise OSError("not a public address")
    return sorted(found, key=lambda address: ":" in address)  # most networks of offices speak version 4 alone


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    return known.is_global and not known.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to an address that was looked at, with the certificate of the name that was asked for."""

    def __init__(self, host: str, addresses: Sequence[str]) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, timeout=SECONDS, context=self._trust)
        self._addresses = addresses

    def connect(self) -> None:
        failed, until = OSError("no address"), time.monotonic() + SECONDS
        for address in self._addresses:
            if time.monotonic() > until:
                break
            try:
                plain_line = socket.create_connection((address, self.port), timeout=EACH)
            except OSError as error:
                failed = error
                continue
            plain_line.settimeout(SECONDS)
            self.sock = self._trust.wrap_socket(plain_line, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()  # now that `_cut_off_after` can reach it
            return
        raise failed
