"""Who asked, without knowing who: digests of an address under salts that are destroyed.

    actor      one reader for one day (address and browser)
    network    a /24 or /48 for thirty days, so that a crowd from one place counts as few

No address and no browser's name is ever written down. Once its salt is destroyed a digest says nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import secrets
from dataclasses import dataclass

from catalog.held import forgets
from ranking.models import Salt, SaltPurpose

SIZE = 8  # bytes
#: Days that the salt of networks lives.
PERIOD = 30


@dataclass(frozen=True)
class Asker:
    actor: bytes
    network: bytes


def asker(address: str, agent: str, *, on: dt.date) -> Asker:
    """`address` is the reader's as our own proxies tell it."""
    return Asker(
        _digest(f"{address}|{agent}", salt_of(SaltPurpose.ACTOR, on)),
        _of_network(address, on),
    )


def network_digest(address: str, *, on: dt.date) -> str:
    """As a search of that day has it."""
    return _of_network(address, on).hex()


def _of_network(address: str, on: dt.date) -> bytes:
    return _digest(network_of(address), salt_of(SaltPurpose.NETWORK, period_of(on)))


def network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def period_of(on: dt.date) -> dt.date:
    """The first day of the thirty that it belongs to."""
    return dt.date.fromordinal(on.toordinal() - on.toordinal() % PERIOD)


_held: dict[tuple[str, dt.date], bytes] = {}


def salt_of(purpose: str, starts_on: dt.date) -> bytes:
    """One for all processes: whoever comes first makes it."""
    held = _held.get((purpose, starts_on))
    if held is None:
        row, _ = Salt.objects.get_or_create(
            purpose=purpose, starts_on=starts_on, defaults={"value": secrets.token_hex(32)}
        )
        held = bytes.fromhex(row.value)
        # The last few: a process that runs for months must not remember what the table has forgotten.
        while len(_held) >= 4:
            del _held[min(_held, key=lambda key: key[1])]
        _held[purpose, starts_on] = held
    return held


def destroy_old_salts(*, today: dt.date) -> int:
    """Those of days before yesterday, and of periods that ended before yesterday. Returns how many."""
    yesterday = today - dt.timedelta(days=1)
    days = Salt.objects.filter(purpose=SaltPurpose.ACTOR, starts_on__lt=yesterday)
    periods = Salt.objects.filter(purpose=SaltPurpose.NETWORK, starts_on__lte=yesterday - dt.timedelta(days=PERIOD))
    for purpose, starts_on in [key for key in _held if key[1] < yesterday - dt.timedelta(days=PERIOD)]:
        del _held[purpose, starts_on]
    return days.delete()[0] + periods.delete()[0]


@forgets
def forget() -> None:
    """Drops what this process holds; tests start each with nothing."""
    _held.clear()


def _digest(text: str, salt: bytes) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), key=salt, digest_size=SIZE).digest()
