"""TXT records of a name, as two independent resolvers give them.

One resolver can be lied to, or be asked by whoever runs it; what counts is what both say. Which resolvers are asked is
the operator's setting, and the name is a public one like any other that a stranger may have us ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from django.conf import settings

from catalog.network import url as urls
from catalog.network.errors import CannotFetch, Why
from catalog.network.profiles import DNS_SECONDS

#: Address and port of a resolver.
Resolvers = Sequence[tuple[str, int]]
MOST_RECORDS = 64


@dataclass(frozen=True)
class Records:
    #: What every resolver has.
    agreed: frozenset[str]
    #: What some have and others do not, as while a change spreads.
    disputed: frozenset[str]


def txt_records(host: str, *, below: str = "", resolvers: Resolvers | None = None) -> Records:
    """Of `host`, or of the label `below` under it. Raises CannotFetch where not every resolver answers."""
    asked = urls.public(urls.split(f"https://{host}/")).host
    name = dns.name.from_text(f"{below}.{asked}." if below else f"{asked}.")
    said = [_asked(name, *one) for one in (resolvers or named())]
    every, some = frozenset.intersection(*said), frozenset.union(*said)
    return Records(every, some - every)


def named() -> Resolvers:
    """Those of the settings."""
    return [(address, 53) for address in settings.DNS_RESOLVERS]


def _asked(name: dns.name.Name, address: str, port: int) -> frozenset[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [address], port
    resolver.cache = None  # an answer is worth what it says now
    try:
        answer = resolver.resolve(name, dns.rdatatype.TXT, lifetime=DNS_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return frozenset()
    except dns.resolver.LifetimeTimeout as error:
        raise CannotFetch(Why.SLOW, f"{address} did not answer for {name}") from error
    except (dns.exception.DNSException, OSError) as error:
        raise CannotFetch(Why.UNREACHABLE, f"{address} for {name}: {type(error).__name__}") from error
    records = [b"".join(one.strings) for one in answer]
    if len(records) > MOST_RECORDS:
        raise CannotFetch(Why.TOO_LARGE, f"{len(records)} records")
    return frozenset(one.decode("ascii", "replace") for one in records)
