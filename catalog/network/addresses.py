"""Which IP addresses we never connect to. Pure; fetching.py asks about each address that a name resolves to.

An address has to be global unicast, and outside everything that has been set aside within that: the registries of
special-purpose addresses of IANA (IPv4 and IPv6), ways to write an IPv4 address as another one, and the addresses at
which platforms answer their own machines only. Nothing is left to `is_global`, which changes with Python's version.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: All that is set aside, and as what.
SET_ASIDE: dict[str, str] = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carriers' own, with the metadata service of Alibaba Cloud",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "what Azure answers its machines at",
    "169.254.0.0/16": "link-local, with the metadata services of most clouds",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments, with the metadata service of Oracle Cloud",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112: answers for private names",
    "192.52.193.0/24": "multicast relays",
    "192.88.99.0/24": "6to4 relays",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112: answers for private names",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, with broadcast",
    "::/96": "IPv4-compatible, with loopback and unspecified",
    "::ffff:0:0/96": "IPv4-mapped",
    "::ffff:0:0:0/96": "IPv4-translated",
    "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "NAT64 of one's own",
    "100::/64": "discard",
    "100:0:0:1::/64": "dummy prefix",
    "2001::/23": "protocol assignments, with Teredo, benchmarking and ORCHID",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "2620:4f:8000::/48": "AS112: answers for private names",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fc00::/7": "unique local, with the metadata services of AWS and Google",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
#: The only part of IPv6 that is given out for global unicast. In IPv4 it is all that is not set aside.
GLOBAL_UNICAST = IPv6Network("2000::/3")

_SET_ASIDE: tuple[tuple[Network, str], ...] = tuple((ip_network(net), what) for net, what in SET_ASIDE.items())


def blocked(address: Address, *, own: Iterable[Network] = ()) -> str:
    """Why no connection to it is opened; an empty string where one may be. `own` are this site's public addresses."""
    for network, what in _SET_ASIDE:
        if address in network:
            return what
    if any(address in network for network in own):
        return "our own"
    if isinstance(address, IPv6Address) and (address.scope_id or address not in GLOBAL_UNICAST):
        return "not global unicast"
    return ""


def address_of(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
