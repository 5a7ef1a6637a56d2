"""From a name to a connection: resolved once, every answer judged, and one of those very addresses dialled.

Nothing resolves the name a second time, so a name that changes its mind (rebinding) gains nothing by it. One bad answer
rejects the name. The resolver and the dialer are handed in; those here are the real ones.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache

import certifi

from catalog.network.addresses import Address, address_of, blocked
from catalog.network.endpoints import own_addresses
from catalog.network.errors import CannotFetch, Why
from catalog.network.profiles import CONNECT_SECONDS, DNS_SECONDS
from catalog.network.url import Url

#: Name and seconds -> addresses. Raises OSError, as TimeoutError is.
Resolver = Callable[[str, float], Sequence[Address]]
#: Address, port and seconds -> a connected socket. Raises OSError.
Dialer = Callable[[Address, int, float], socket.socket]
#: Addresses of one name that are tried one after the other.
TRIES = 4


class Deadline:
    """One budget of time for everything that a fetch does. Each step gets what is left of it."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self, most: float = float("inf")) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise CannotFetch(Why.SLOW)
        return min(left, most)

    def extend(self, seconds: float) -> None:
        self.ends += seconds


def connected(
    url: Url, *, deadline: Deadline, resolver: Resolver, dialer: Dialer, tls: ssl.SSLContext, is_endpoint: bool
) -> socket.socket:
    """Raises CannotFetch."""
    # A name of ours is complete: no search domain of this machine is put behind it. An endpoint's is as it is written.
    name = url.host if is_endpoint else f"{url.host}."
    addresses: Sequence[Address]
    try:
        literal = address_of(url.host) if is_endpoint else None
        addresses = [literal] if literal else resolver(name, deadline.left(DNS_SECONDS))
    except OSError as error:
        raise CannotFetch(Why.UNREACHABLE, f"not resolved: {error}") from error
    if not is_endpoint:
        for address in addresses:
            if reason := blocked(address, own=own_addresses()):
                raise CannotFetch(Why.UNREACHABLE, f"{address} is blocked: {reason}")
    return _secured(_dialled(url, addresses, deadline, dialer), url, deadline, tls)


def _dialled(url: Url, addresses: Sequence[Address], deadline: Deadline, dialer: Dialer) -> socket.socket:
    failed: OSError | None = None
    for address in addresses[:TRIES]:
        try:
            return dialer(address, url.port, deadline.left(CONNECT_SECONDS))
        except OSError as error:
            failed = error
    raise CannotFetch(Why.UNREACHABLE, f"not connected: {failed}") from failed


def _secured(opened: socket.socket, url: Url, deadline: Deadline, tls: ssl.SSLContext) -> socket.socket:
    """With TLS, where the address says so; the certificate has to be of the name that was asked for."""
    if url.scheme != "https":
        return opened
    try:
        opened.settimeout(deadline.left())
        return tls.wrap_socket(opened, server_hostname=url.host)
    except BaseException as error:
        opened.close()
        if isinstance(error, TimeoutError):
            raise CannotFetch(Why.SLOW, "handshake") from error
        if isinstance(error, ssl.SSLError):
            raise CannotFetch(Why.CERTIFICATE, str(error)) from error
        if isinstance(error, OSError):
            raise CannotFetch(Why.UNREACHABLE, f"broken off: {error}") from error
        raise


# --- the real ones ----------------------------------------------------------------------------------------------------


def resolve(name: str, seconds: float) -> Sequence[Address]:
    """By the system's resolver, which takes no time limit: it works in a thread that is not waited for any longer."""
    answers: queue.SimpleQueue[Sequence[Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))
        else:
            texts = dict.fromkeys(str(where[0]) for *_, where in found)
            answers.put([address for text in texts if (address := address_of(text))])

    threading.Thread(target=ask, daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the resolver took too long") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def dial(address: Address, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((str(address), port), timeout=seconds)


@cache
def trusted() -> ssl.SSLContext:
    """TLS 1.2 or later, the machine's authorities and Mozilla's: an image without any of its own can verify, too."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
