"""What this site's operator has said of the network in the settings: endpoints of their own, and addresses of ours.

An endpoint, such as a file server in the same rack or a local model, is named by its origin and may have any host,
address and port. Only profiles for what operators configure may use it, and no redirect from elsewhere leads there.
"""

from __future__ import annotations

from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_network

from django.conf import settings

from catalog.network.addresses import Network
from catalog.network.errors import CannotFetch
from catalog.network.profiles import Profile
from catalog.network.url import Url, split

VERSION = "0.1"


def is_endpoint(url: Url, profile: Profile) -> bool:
    return profile.may_use_endpoints and url.origin in _origins(tuple(settings.NETWORK_ENDPOINTS))


def own_addresses() -> tuple[Network, ...]:
    return _networks(tuple(settings.OWN_ADDRESSES))


def user_agent() -> str:
    """Who asks, and where one complains."""
    contact = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"Unfragile/{VERSION} (+{settings.SITE_URL}; {contact})".encode("ascii", "ignore").decode()


def misread() -> list[str]:
    """Settings that say what cannot be understood. Nothing may be fetched with them, so the site does not start."""
    found = []
    for name, read in (("NETWORK_ENDPOINTS", _origins), ("OWN_ADDRESSES", _networks)):
        try:
            read(tuple(getattr(settings, name)))
        except (CannotFetch, ValueError):
            found.append(name)
    return found


@lru_cache(maxsize=8)
def _origins(named: tuple[str, ...]) -> frozenset[tuple[str, str, int]]:
    return frozenset(split(text).origin for text in named)


@lru_cache(maxsize=8)
def _networks(named: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in named)
