"""Which services may carry a knock to a phone, by the spelling of their addresses.

Addresses come from browsers of strangers: whoever could name a host of their own would have us ask it for them.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from tuntas.kernel import env

# Of Chrome and its relatives, Firefox, Safari, Edge.
GREAT = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


@dataclass(frozen=True, slots=True)
class Services:
    """The services that may be knocked at: host names, `*.` before one for all below it.

    `http://127.0.0.1:PORT` stands for one on this machine, for trials; nothing else is reached without TLS.
    """

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """ValueError for a name that is none."""
        return cls(tuple(_service(name) for name in names if name.strip() not in {"", "none"}))

    def __bool__(self) -> bool:
        return bool(self.names)

    def admits(self, endpoint: str) -> bool:
        """Whether this address is one of theirs, by its spelling alone."""
        try:
            parts = urlsplit(endpoint)
            port = parts.port
        except ValueError:
            return False
        if (
            not endpoint.isascii()
            or not endpoint.isprintable()
            or " " in endpoint
            or "@" in parts.netloc
            or parts.fragment
        ):
            return False
        if parts.scheme == "http":
            return f"http://{parts.netloc}" in self.names
        host = parts.hostname or ""
        return parts.scheme == "https" and port in {None, 443} and any(_is_below(host, name) for name in self.names)


def of_settings() -> Services:
    """As the environment says; `none` turns knocks off. Raises Misconfigured."""
    try:
        return Services.of(env.words("TUNTAS_PUSH_SERVICES", GREAT))
    except ValueError as error:
        raise env.Misconfigured(f"TUNTAS_PUSH_SERVICES is unusable: {error}. {env.REMEDY}") from None


def _service(name: str) -> str:
    name = name.strip().lower().rstrip("/")
    if name.startswith("http://"):
        parts = urlsplit(name)
        if parts.port and parts.hostname and ipaddress.ip_address(parts.hostname).is_loopback:
            return name
        raise ValueError(f"{name}: without TLS only a service on this machine, as http://127.0.0.1:PORT")
    host = name.removeprefix("*.")
    if (
        not host
        or "." not in host
        or not all(c.isascii() and (c.isalnum() or c in ".-") for c in host)
        or _is_number(host)
    ):
        raise ValueError(f"{name}: not the name of a host")
    return name


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_below(host: str, name: str) -> bool:
    return host.endswith(name[1:]) if name.startswith("*.") else host == name
