"""From which network a request comes: for limits alone, and kept nowhere as it is."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

ONE_HOME = 64  # bits of an IPv6 address that belong to one line; behind them a single device has as many as it likes


def network_of(request: HttpRequest) -> str:
    """An IPv4 address, or the network of one line for IPv6; empty where nobody can tell.

    Behind a proxy of ours (TUNTAS_BEHIND_PROXY) it is what that proxy wrote last into X-Forwarded-For. What stands
    before it came with the request, and anybody may write it.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("X-Forwarded-For", "")):
        told = forwarded.rpartition(",")[2]
    try:
        address = ip_address(told.strip())
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> (128 - ONE_HOME) << (128 - ONE_HOME)))
