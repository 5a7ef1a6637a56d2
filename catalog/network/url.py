"""An address as it was written, read once: what is checked here is what is asked, so no second parser can disagree.

`split` says what an address means; `public` adds which hosts a stranger's address may name. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urljoin

import idna

from catalog.network.addresses import address_of
from catalog.network.errors import CannotFetch, Why

PORTS = {"https": 443, "http": 80}
#: Characters; browsers and registries take no longer ones either.
LONGEST = 2_000
#: Names that mean something on one network only: of RFC 6761 and its successors, of ICANN's list of names it will never
#: give out, and those that routers and companies have made up for themselves.
SPECIAL = {
    "alt", "arpa", "corp", "domain", "example", "fritz.box", "home", "host", "internal", "intranet", "invalid", "lan",
    "local", "localdomain", "localhost", "mail", "onion", "private", "router", "test", "workgroup",
}  # fmt: skip

_PARTS = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(#.*)?", re.I)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:@]+)(:(?P<port>[0-9]{1,5}))?", re.I)
#: Control characters and white space, and the backslash, which browsers take for a slash.
_NEVER = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff]")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
#: What some resolvers take for a part of an IPv4 address.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Url:
    scheme: str
    #: Lower case ASCII; a literal IPv6 address without its brackets.
    host: str
    port: int
    #: Path and query, quoted, as they go into the request.
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    def joined(self, location: str) -> Url:
        """Where a redirect leads."""
        try:
            return split(urljoin(str(self), location))
        except (CannotFetch, ValueError) as error:
            raise CannotFetch(Why.REDIRECT, "to no plain address") from error


def split(text: str) -> Url:
    """Raises CannotFetch on whatever is not one plain address of http or https."""
    parts = _PARTS.fullmatch(text)
    if len(text) > LONGEST or _NEVER.search(text) or not parts or parts["scheme"].lower() not in PORTS:
        raise _refused("not a plain address")
    authority = _AUTHORITY.fullmatch(parts["authority"])  # a user name has an @, which no host has
    if not authority:
        raise _refused("no plain host")
    scheme = parts["scheme"].lower()
    port = int(authority["port"] or PORTS[scheme])
    if not 0 < port < 65_536:
        raise _refused("no such port")
    try:
        target = quote((parts["path"] or "/") + (parts["query"] or ""), safe="/%:@!$&'()*+,;=-._~?[]|")
    except UnicodeError as error:
        raise _refused("half a character") from error
    return Url(scheme, _host(authority["host"]), port, target)


def public(url: Url) -> Url:
    """The same, if it names a host of the public network on its usual port; else CannotFetch."""
    labels = url.host.split(".")
    if address_of(url.host) or len(labels) < 2:
        raise _refused("no name of a host")
    # Whoever reads a last label that is a number takes the whole for an IPv4 address: 127.1, 0x7f.0.0.1.
    if any(not _LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise _refused("no name of a host")
    if {labels[-1], ".".join(labels[-2:])} & SPECIAL:
        raise _refused("a name of special use")
    if url.port != PORTS[url.scheme]:
        raise _refused("a port of its own")
    return url


def _host(text: str) -> str:
    if text.startswith("["):
        address = address_of(text[1:-1])
        if not isinstance(address, IPv6Address):
            raise _refused("no IPv6 address in brackets")
        return str(address)
    name = text.lower().removesuffix(".")
    # One dot only: IDNA has three more that look like it. And no digit but ours: some are turned into ours on the way.
    if len(name) > 253 or any(_is_foreign_digit(character) for character in name):
        raise _refused("no name of a host")
    try:
        return ".".join(_label(label) for label in name.split("."))
    except (idna.IDNAError, UnicodeError) as error:
        raise _refused("no name of a host") from error


def _label(label: str) -> str:
    """As it goes over the wire. An `xn--` that is no name's proper spelling is refused, and so is every other `--`."""
    if label.isascii() and not label.startswith("xn--"):
        if label[2:4] == "--":
            raise idna.IDNAError
        return label
    return idna.alabel(label).decode("ascii")


def _is_foreign_digit(character: str) -> bool:
    return not character.isascii() and (
        unicodedata.numeric(character, None) is not None or unicodedata.normalize("NFKC", character).isascii()
    )


def _refused(detail: str) -> CannotFetch:
    return CannotFetch(Why.ADDRESS, detail)
