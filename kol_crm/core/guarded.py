"""Which addresses the software may call: none inside the house, however written (RELIABILITY, notes).

A name is looked up once, all that it resolves to is checked, and what was checked is connected to: that it
points elsewhere a moment later changes nothing. Installations that call their own machines name the networks
in ``OUTGOING_ALLOW``.
"""

import ipaddress
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network

from django.conf import settings

PORTS = (80, 443)
NAT64 = ip_network("64:ff9b::/96")
NAT64_LOCAL = ip_network("64:ff9b:1::/48")
PROTOCOLS = ip_network("192.0.0.0/24")  # of which Python 3.11 calls all but a few global

Address = IPv4Address | IPv6Address


class Refused(Exception):
    """The address leads where we do not go; the text says which and why."""


def checked(host: str, port: int) -> list[str]:
    """What the name resolves to, as texts to connect to. Raises ``Refused``, ``OSError`` (unknown name)."""
    found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    addresses = [ipaddress.ip_address(str(text).partition("%")[0]) for text in found]
    for address in addresses:
        if _is_allowed(address):
            continue
        if port not in PORTS:
            raise Refused(f"port {port} is not called, only 80 and 443")
        if not all(_is_public(part) for part in _all_of(address)):
            raise Refused(f"{host} leads to an internal address")
    return sorted(str(address) for address in addresses)


def _is_allowed(address: Address) -> bool:
    networks = (ip_network(text, strict=False) for text in settings.OUTGOING_ALLOW)
    return any(address in network for network in networks if network.version == address.version)


def _is_public(address: Address) -> bool:
    # Of 3.11's tables: 100.64.0.1 is neither private nor global, 224.0.0.1 is global all the same.
    inside = address.is_multicast or address.is_private or address.is_reserved or address in PROTOCOLS
    return address.is_global and not inside


def _all_of(address: Address) -> Iterator[Address]:
    """The address, and each IPv4 address that it carries: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or address in NAT64_LOCAL:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    carried = [one for one in inner if one is not None]
    yield from carried or [address]
