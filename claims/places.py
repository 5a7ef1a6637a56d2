"""Where a listing can be proven: which hosts and repositories it names, and what having one of them shows.

Pure. Names below which everybody may have one, of registries (.co.uk) and of hosting platforms (github.io), belong to
nobody; on hosts that many people share, only a page of one's own shows anything, and for that page alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from catalog.network import CannotFetch, public, split
from claims.choices import Method

#: Websites whose pages belong to many, told apart by their path alone.
SHARED = {
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co", "kaggle.com", "pypi.org",
    "npmjs.com", "www.npmjs.com", "crates.io", "hub.docker.com", "sites.google.com", "docs.google.com", "medium.com",
    "arxiv.org", "openrouter.ai", "replicate.com", "modelscope.cn", "smithery.ai", "glama.ai", "zenodo.org",
    "sourceforge.net", "gitee.com", "notion.so", "linkedin.com", "www.linkedin.com", "x.com", "twitter.com",
}  # fmt: skip
#: Those that say of a repository whose it is, by ids that stay: see proofs/repository_file.py.
FORGES = ("github.com", "gitlab.com", "huggingface.co")


@dataclass(frozen=True)
class Place:
    method: Method
    #: A host, a page's address, or a repository's host and path.
    where: str
    #: What whoever proves it has, in words that follow a colon.
    scope: str


class CannotProve(ValueError):
    """Nobody can show that this place is theirs."""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable(host: str) -> str:
    """The name that somebody has registered, of which `host` is a part. Raises CannotProve on a public suffix."""
    if _suffixes().is_public(host) or (found := _suffixes().privatesuffix(host)) is None:
        raise CannotProve(f"Nobody has {host} for themselves: others have names below it.")
    return str(found)


def places_of(*, kind: str, homepage: str, repository: str, ids: Mapping[str, str]) -> list[Place]:
    """The strongest first. Empty: nothing that the listing names can be shown to be somebody's."""
    found = [*_repositories(kind, (repository, homepage), ids), *_of_website(homepage)]
    return list(dict.fromkeys(found))


def _repositories(kind: str, addresses: Iterable[str], ids: Mapping[str, str]) -> list[Place]:
    named = [address.casefold() for address in addresses if address]
    if hub := ids.get("huggingface"):
        named.append(f"https://huggingface.co/{_hub_folder(kind)}{hub}")
    places = []
    for address in named:
        parts = urlsplit(address)
        path = parts.path.strip("/").removesuffix(".git")
        if parts.hostname in FORGES and (path := _whole(parts.hostname, path)):
            where = f"{parts.hostname}/{path}"
            places.append(Place(Method.REPOSITORY, where, f"write access to {where}"))
    return places


def _hub_folder(kind: str) -> str:
    return {"dataset": "datasets/", "space": "spaces/"}.get(kind, "")


def _whole(host: str, path: str) -> str:
    """Of a path into a repository the repository's own; empty where it is none."""
    parts = [part for part in path.split("/") if part]
    if host == "gitlab.com":  # groups within groups, and a dash before what lies within
        parts = parts[: parts.index("-")] if "-" in parts else parts
        return "/".join(parts) if len(parts) >= 2 else ""
    deep = 3 if host == "huggingface.co" and parts[:1] in (["datasets"], ["spaces"]) else 2
    return "/".join(parts[:deep]) if len(parts) >= deep else ""


def _of_website(homepage: str) -> list[Place]:
    if not homepage:
        return []
    try:
        page = public(split(homepage.replace("http://", "https://", 1)))
        above = registrable(page.host)
    except (CannotFetch, CannotProve):
        return []
    if page.host in SHARED or above in SHARED:
        if page.host in FORGES or page.target.strip("/") == "":
            return []  # what a forge shows of a repository is proven by the repository
        return [Place(Method.META, str(page), f"the page {page}, and nothing else on {page.host}")]
    hosts = list(dict.fromkeys([page.host, above]))
    return [
        *(Place(Method.DNS, host, f"{host} and everything below it") for host in hosts),
        Place(Method.WELL_KNOWN, page.host, page.host),
        Place(Method.META, str(page), f"{page.host}, by its page {page}"),
    ]
