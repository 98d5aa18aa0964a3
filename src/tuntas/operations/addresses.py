"""Where the site listens and what it is called: ports that are free, names that stay on this machine."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tuntas.kernel import env
from tuntas.kernel.refusals import Refusal

FIRST_PORT, LAST_PORT = 8000, 8099
# The demo's portals of agencies, by host name: browsers find every name that ends so on this machine.
DEMO_FACES = {"malang.localhost": "35-73", "jatim.localhost": "35"}


class PortBusy(Refusal):
    """Somebody else listens there."""

    code = "port_busy"
    status = 409


@contextmanager
def hold_port(bind: str) -> Iterator[int]:
    """TUNTAS_PORT if it is free, else the first free one from 8000. Raises PortBusy.

    To find it free is not enough: a database is set up between then and the first answer, and the web server shares its
    port with whoever asks (SO_REUSEPORT), so two installations would answer each other's visitors. Inside the block no
    other Tuntas takes it.
    """
    wanted = env.number("TUNTAS_PORT", 0)
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        with closing(socket.socket(socket.AF_UNIX)) as mark:
            try:
                mark.bind(f"\0tuntas-port-{port}")  # in no folder, one for the machine, gone with its process
            except OSError:
                continue
            if is_free(bind, port):
                yield port
                return
    raise PortBusy(
        _("The site cannot listen on port %(port)s.") % {"port": wanted or f"{FIRST_PORT}-{LAST_PORT}"},
        why=_("Another program listens there, or this user may not use it."),
        instead=_("Choose another with --port."),
    )


def is_free(bind: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def any_port() -> int:
    """A port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_loopback(host: str) -> bool:
    """Whether a host name or address, with or without port, stays on this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
