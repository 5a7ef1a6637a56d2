"""How far we go for whom: the bounds of a fetch, by what it is for. Seconds and bytes (unpacked) throughout."""

from __future__ import annotations

from dataclasses import dataclass, replace

KIB, MIB = 1024, 1024 * 1024
#: For all of them alike.
DNS_SECONDS, CONNECT_SECONDS = 5.0, 3.0
HEAD_BYTES, HEAD_FIELDS = 32 * KIB, 100


@dataclass(frozen=True)
class Profile:
    name: str
    #: The whole exchange, with name, connection and all redirects, but without waiting for one's turn.
    seconds: float
    most_bytes: int
    redirects: int = 0
    schemes: frozenset[str] = frozenset({"https"})
    #: The only hosts asked, redirects included; None: any public one.
    hosts: frozenset[str] | None = None
    #: Whether it may go to the endpoints that this site's operator has named, see endpoints.py.
    may_use_endpoints: bool = False
    #: Whether gzip is asked for. One layer of it is taken off in any case.
    may_be_packed: bool = False
    #: Whether the body is read at all.
    has_body: bool = True
    #: No failure is reported earlier than this: how long it took would say what went wrong.
    floor: float = 0

    def only(self, *hosts: str) -> Profile:
        return replace(self, hosts=frozenset(hosts))


_WEB = frozenset({"https", "http"})

#: A proof of ownership at a place that a stranger names: a small file, from there and nowhere else.
CLAIMS = Profile("claims", seconds=10, most_bytes=16 * KIB, floor=10)
#: The same on somebody's page, or in a README.
CLAIMS_PAGE = replace(CLAIMS, name="claims-page", most_bytes=512 * KIB)
CLAIMS_README = replace(CLAIMS, name="claims-readme", most_bytes=1 * MIB)
#: A page of a registry's answers.
IMPORTS = Profile(
    "imports", seconds=30, most_bytes=10 * MIB, redirects=3, schemes=_WEB, may_use_endpoints=True, may_be_packed=True
)
#: A registry's whole file, by `download`: it goes to disk and takes as long as such files do.
FILES = replace(IMPORTS, name="files", seconds=600, most_bytes=2048 * MIB)
#: Whether a page is still there. Publishers name them, so nothing of the operator's may be asked.
LINKS = Profile("links", seconds=10, most_bytes=0, redirects=3, schemes=_WEB, has_body=False)
