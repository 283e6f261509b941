"""Which numbers a name stands for, and whether they lie in the public Internet. Opens no connection to them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from summarise.errors import ArticleError

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to the numbers of its addresses; OSError where it has none."""
_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_6 = ip_network("2000::/3")
_SPECIAL = tuple(
    map(
        ip_network,
        # RFC 6890 and IANA's registries of special-purpose numbers: Python's own list depends on its version.
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "2001::/23 2001:db8::/32 3fff::/20 "
        # A public number behind which a cloud answers about the machine itself.
        "168.63.129.16/32".split(),
    )
)
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "localdomain")
"""Ends of names that no public name has (RFC 6761, 6762, 8375, and ICANN's collision list)."""
ALLOW = "--allow-private (Python: Url(…, allow_private=True)) allows that"


async def system_resolver(host: str, port: int) -> list[str]:
    """Return the numbers of a host as the system knows them; every spelling of a number is one to it, too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def number_of(host: str, port: int, *, allow_private: bool, resolve: Resolve, shown: str) -> str:
    """Return the one number that a connection to `host` is to use.

    ArticleError where it has none, or where any of its numbers is not public and that is not allowed; `shown` is what
    messages call the address.
    """
    try:
        numbers = [ip_address(number) for number in await resolve(host, port)]
    except (OSError, UnicodeError, ValueError):
        numbers = []
    if not numbers:
        raise ArticleError(f"{shown} cannot be fetched, for its host is not known: check the address, and the network")
    if not allow_private and not all(map(is_public, numbers)):
        raise private(shown)
    # Version 4 first: many a network has no way out for version 6.
    return str(min(numbers, key=lambda number: number.version))


def private(shown: str) -> ArticleError:
    """Return the error for an address that is not public."""
    return ArticleError(f"{shown} leads into a private network, or to this machine, and is not fetched: {ALLOW}")


def is_public(number: IPv4Address | IPv6Address) -> bool:
    """Tell whether a number, and each that is written into it, is one of the public Internet."""
    if isinstance(number, IPv6Address):
        inside = list(_inside(number))
        if inside:
            return all(map(is_public, inside))
        if number.scope_id or number not in _GLOBAL_6:
            return False
    return not any(number in network for network in _SPECIAL)


def is_private_name(host: str) -> bool:
    """Tell whether a host is private by its spelling alone, for where a proxy resolves names.

    That is a number that is not public in any of its spellings, a name of one word, or one in a private domain.
    """
    number = _number(host)
    if number is not None:
        return not is_public(number)
    return "." not in host or any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # Decimal, octal and hexadecimal numbers, and fewer than four of them, as the system reads them.
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _inside(number: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the numbers of version 4 that one of version 6 stands for (RFC 4291, 6052, 3056, 4380)."""
    if number.ipv4_mapped:
        yield number.ipv4_mapped
    if number in _NAT64:
        yield IPv4Address(int(number) & 0xFFFFFFFF)
    if number.sixtofour:
        yield number.sixtofour
    if number.teredo:
        yield from number.teredo
