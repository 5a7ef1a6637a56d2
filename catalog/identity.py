"""What makes two listings the same thing: canonical ids, in the form that is compared.

Pure. The strongest ids come first; a name alone never identifies anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Scheme and label, the strongest first. A repository is last: one may hold many artifacts, so it carries its folder.
SCHEMES = {
    "huggingface": "Hugging Face",
    "mcp-registry": "MCP registry",
    "docker": "Container image",
    "pypi": "Python package",
    "npm": "npm package",
    "openrouter": "OpenRouter",
    "models-dev": "models.dev",
    "doi": "DOI",
    "arxiv": "arXiv",
    "repository": "Repository",
}


class CannotIdentify(ValueError):
    """The text cannot be an id of that scheme."""


@dataclass(frozen=True)
class Described:
    """What a listing says of where its thing lives."""

    slug: str
    kind: str
    repository: str = ""
    homepage: str = ""
    #: Scheme and compared form of each id, the repository's aside: it is told by the field above.
    ids: frozenset[tuple[str, str]] = frozenset()

    @property
    def addresses(self) -> Iterator[tuple[str, str]]:
        """What it may share with another listing of the same thing: a repository as a whole, or a homepage."""
        try:
            key = repository_key(self.repository) if self.repository else ""
        except CannotIdentify:
            key = ""
        if key and "#" not in key:  # a folder inside is one of several things there
            yield "repository", key
        if self.homepage and not self.ids and not key:
            yield "homepage", homepage_key(self.homepage)


def same_thing(one: Described, other: Described) -> bool:
    """Of one kind, at one address, and without ids of one scheme that tell them apart."""
    if one.slug == other.slug or one.kind != other.kind:
        return False
    schemes = {scheme for scheme, _ in one.ids} & {scheme for scheme, _ in other.ids}
    return not schemes or bool(one.ids & other.ids)


def doubled(address: str, other: str) -> str:
    """The sentence about two listings of one thing."""
    return f"{other} has the same {address}: a thing is listed once, and two things need ids of their own."


def homepage_key(address: str) -> str:
    return re.sub(r"^https?://(www\.)?|/+$", "", address.casefold())


def identity_key(scheme: str, value: str) -> str:
    """The compared form of an id. Raises CannotIdentify."""
    if scheme not in SCHEMES:
        raise CannotIdentify(f"There is no id scheme “{scheme}”; there are {', '.join(SCHEMES)}.")
    text = value.strip()
    if not text or len(text) > 300 or re.search(r"\s", text):
        raise CannotIdentify(f"“{value[:60]}” is no id of the scheme {scheme}.")
    if scheme == "repository":
        key = repository_key(text)
    elif scheme == "pypi":
        key = re.sub(r"[-_.]+", "-", text).lower()
    else:
        key = text.casefold()
    if len(key) > 300:  # folding case can make a text longer
        raise CannotIdentify(f"“{value[:60]}” is no id of the scheme {scheme}.")
    return key


def repository_key(address: str) -> str:
    """host/owner/name, with the sub-folder where the address names one: `github.com/acme/tools#servers/x`."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:  # such as a bracket that opens an IPv6 address and does not close
        raise CannotIdentify(f"“{address[:100]}” is no address of a repository.") from None
    segments = [s for s in parts.path.split("/") if s]
    if not parts.hostname or len(segments) < 2:
        raise CannotIdentify(f"“{address[:100]}” is no address of a repository.")
    owner, name, *rest = segments
    key = f"{parts.hostname.removeprefix('www.')}/{owner}/{name.removesuffix('.git')}".casefold()
    # .../tree/main/servers/x and .../blob/main/servers/x name a folder inside.
    folder = "/".join(rest[2:]) if len(rest) > 2 and rest[0] in ("tree", "blob") else parts.fragment
    return f"{key}#{folder}" if folder else key
