"""A file on the default branch of the repository. Forges say whose a repository is by ids that outlive its name: what
is kept is the ids, so a rename loses nothing, and whoever takes an old name gains nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings

from catalog.network import CLAIMS_README, Answer, CannotFetch, Profile, Why, fetch
from claims.choices import Outcome
from claims.proofs.base import Asked, Instructions, Reach, Seen, absent, evidence_of, of_status, unknown

FILE = ".unfragile-challenge"


@dataclass(frozen=True)
class Repository:
    """As the forge describes it."""

    ids: Mapping[str, str]
    path: str
    branch: str
    is_fork: bool
    is_public: bool


@dataclass(frozen=True)
class Forge:
    #: Address of what the forge says of a repository, by its path and by its id.
    by_path: Callable[[str], str]
    by_id: Callable[[str], str] | None
    read: Callable[[Any], Repository]
    #: Address of a file, by path, branch and its name.
    file: Callable[[str, str, str], str]
    headers: Callable[[], Mapping[str, str]] = dict


def _github(said: Any) -> Repository:
    return Repository(
        {"repository": str(said["id"]), "owner": str(said["owner"]["id"])},
        str(said["full_name"]),
        str(said["default_branch"]),
        bool(said["fork"]),
        not said["private"],
    )


def _gitlab(said: Any) -> Repository:
    return Repository(
        {"repository": str(said["id"]), "owner": str(said["namespace"]["id"])},
        str(said["path_with_namespace"]),
        str(said["default_branch"]),
        "forked_from_project" in said,
        said.get("visibility", "public") == "public",
    )


def _hub(said: Any) -> Repository:
    return Repository({"repository": str(said["_id"])}, str(said["id"]), "main", False, not said.get("private"))


def _hub_api(path: str) -> str:
    folder = path.split("/")[0]
    return f"https://huggingface.co/api/{path if folder in ('datasets', 'spaces') else f'models/{path}'}"


def _github_headers() -> Mapping[str, str]:
    token = settings.GITHUB_TOKEN
    return {"Accept": "application/vnd.github+json", **({"Authorization": f"Bearer {token}"} if token else {})}


FORGES = {
    "github.com": Forge(
        by_path=lambda path: f"https://api.github.com/repos/{path}",
        by_id=lambda key: f"https://api.github.com/repositories/{key}",
        read=_github,
        file=lambda path, branch, name: f"https://raw.githubusercontent.com/{path}/{branch}/{name}",
        headers=_github_headers,
    ),
    "gitlab.com": Forge(
        by_path=lambda path: f"https://gitlab.com/api/v4/projects/{quote(path, safe='')}",
        by_id=lambda key: f"https://gitlab.com/api/v4/projects/{key}",
        read=_gitlab,
        file=lambda path, branch, name: f"https://gitlab.com/{path}/-/raw/{branch}/{name}",
    ),
    "huggingface.co": Forge(
        by_path=_hub_api,
        by_id=None,
        read=_hub,
        file=lambda path, branch, name: f"https://huggingface.co/{path}/raw/{branch}/{name}",
    ),
}


def instructions(asked: Asked) -> Instructions:
    return Instructions(
        steps=(
            f"On the default branch of {asked.where}, add a file of this name with this one line.",
            "Where it is there already for another listing, add the token as a line of its own.",
        ),
        copies=(("File", FILE), ("Content", asked.token)),
    )


def look(asked: Asked, reach: Reach) -> Seen:
    found = found_in(asked, FILE, reach)
    if isinstance(found, Seen):
        return found
    file, repository = found
    lines = file.body.decode("utf-8", "replace").splitlines()
    if any(secrets.compare_digest(line.strip().encode(), asked.token.encode()) for line in lines):
        return Seen(Outcome.PRESENT, "there", evidence_of(file), repository.ids)
    return absent(file)


def found_in(
    asked: Asked, name: str, reach: Reach, *, profile: Profile = CLAIMS_README
) -> tuple[Answer, Repository] | Seen:
    """A file on the default branch of the original, public repository with these ids, or what is seen instead."""
    host, _, path = asked.where.partition("/")
    forge = FORGES[host]
    try:
        answer, repository = _described(forge, path, asked.ids, reach)
        if repository is None:
            return of_status(answer) or unknown()
        if asked.ids and dict(repository.ids) != dict(asked.ids):
            return Seen(Outcome.MISMATCH, "renamed", evidence_of(answer), repository.ids)
        if not repository.is_public or repository.is_fork:
            return Seen(
                Outcome.ABSENT, "fork" if repository.is_fork else "private", evidence_of(answer), repository.ids
            )
        file = fetch(forge.file(repository.path, repository.branch, name), profile=profile, door=reach.door)
    except CannotFetch as error:
        return unknown(error.why)
    return of_status(file) or (file, repository)


def _described(forge: Forge, path: str, ids: Mapping[str, str], reach: Reach) -> tuple[Answer, Repository | None]:
    """By its name; and where nothing is there any more, or it sends us on, by its id."""

    def asked(address: str) -> Answer:
        return fetch(address, profile=CLAIMS_README, headers=forge.headers(), door=reach.door)

    try:
        answer = asked(forge.by_path(path))
        is_gone = answer.status == 404
    except CannotFetch as error:
        if error.why != Why.REDIRECT or not ids:
            raise
        is_gone = True
    if is_gone and ids and forge.by_id is not None:
        answer = asked(forge.by_id(ids["repository"]))
    elif is_gone and ids:
        raise CannotFetch(Why.REDIRECT)
    if answer.status != 200:
        return answer, None
    try:
        return answer, forge.read(answer.json())
    except (KeyError, TypeError, AttributeError):
        return answer, None
