"""Every route outside the admin, asked with every method by every kind of person; and the table of it as a text.

route    the pattern as the URL conf has it: owner/claims/<int:pk>/
person   one of PEOPLE; to pages signed in, to the API with a key of theirs that has every scope
answer   the status; `in` for the way to log-in
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from catalog.desk import reports
from claims import digests, keys, listing, ownership, tokens
from claims.choices import ClaimState, ProofState, Role, Scope
from claims.models import Claim, DigestSubscription, Invitation, Member, Proof, Transfer
from ranking.models import Intent
from tests import cast
from tests.catalog.admin.routes import FRONT, patterns
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_fact,
    make_generation,
    make_offering,
    make_source,
    make_standing,
)

METHODS = ("get", "post", "put", "patch", "delete")
PEOPLE = (
    *("anonymous", "user", "other owner", "analyst", "maintainer", "owner"),
    *("editor", "senior editor", "superuser"),
)
#: Names for many of them, in the table.
ALL = {"everybody": PEOPLE, "signed in": PEOPLE[1:]}
HERE = Path(__file__).parent
Row = tuple[str, ...]  # an answer for each method
Table = dict[str, dict[str, Row]]  # by route and person


def routes() -> Iterator[str]:
    """Those of the admin have a table of their own, beside its tests."""
    return (route for route in patterns(get_resolver().url_patterns) if not route.startswith("admin/"))


def proven(slug: str, owner: User) -> Claim:
    """A claim whose proof was seen this minute."""
    now = timezone.now()
    artifact = make_artifact(slug=slug, homepage=f"https://{slug}.dev/", repository=f"https://github.com/{slug}/{slug}")
    claim = Claim.objects.create(
        artifact=artifact, opened_by=owner, opened_at=now, state=ClaimState.PROVEN, first_proven_at=now
    )
    place = ownership.places(artifact)[0]
    Proof.objects.create(
        claim=claim, method=place.method, place=place.where, scope=place.scope, token=tokens.challenge(),
        state=ProofState.STANDING, issued_at=now, first_present_at=now, last_present_at=now, last_checked_at=now,
    )  # fmt: skip
    Member.objects.create(claim=claim, user=owner, role=Role.OWNER, since=now)
    ownership.publish(claim)
    return claim


class Stage:
    """The people, what is whose, and a row for every argument of a route: such that only the right to it decides."""

    def __init__(self) -> None:
        now = timezone.now()
        self.claim = proven("scribe", cast.olga())
        self.others = proven("heron", cast.oskar())
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "user": cast.rui(),
            "other owner": cast.oskar(),
            "analyst": self._member("ana", Role.ANALYST),
            "maintainer": self._member("max", Role.MAINTAINER),
            "owner": cast.olga(),
            "editor": self._editor("erin", "Editor"),
            "senior editor": self._editor("sven", "Senior editor"),
            "superuser": User.objects.create_superuser("sue", "sue@unfragile.example", "sue"),
        }
        artifact = self.claim.artifact
        category, capability = make_category(slug="shelf"), make_capability(slug="skill")
        artifact.categories.add(category)
        make_offering(artifact=artifact, capability=capability)
        generation = make_generation()
        for score, one in ((60.0, artifact), (55.0, self.others.artifact)):
            make_standing(generation=generation, artifact=one, score=score)
        source = make_source()
        make_fact(artifact=artifact, source=source)
        intent = Intent.objects.create(
            key="0" * 32, slug="draw-a-logo", name="draw a logo", vector=bytes(1_024),
            born_at=now, first_at=now, last_at=now,
        )  # fmt: skip
        told = reports.report(
            address="/artifacts/scribe/", text="It is another one.", section="facts", artifact=artifact
        )
        # The reader is asked to join, and to take it over.
        asked = {"email": "rui@unfragile.example", "made_at": now, "expires_at": now + dt.timedelta(days=3)}
        asked |= {"claim": self.claim, "token_digest": tokens.digest_of("word")}
        invitation = Invitation.objects.create(role=Role.ANALYST, invited_by=cast.olga(), **asked)
        transfer = Transfer.objects.create(by=cast.olga(), **asked)
        member = self.claim.members.get(role=Role.ANALYST)
        done = listing.submit(
            self.claim, "listing", {"tagline": "Writes what you say"}, by=cast.olga(), now=timezone.now()
        )
        proposal = done.proposed[0]
        mine = {
            "pk": self.claim.pk,
            "member": member.pk,
            "invitation": invitation.pk,
            "proposal": proposal.pk,
            "reply": 1,
        }
        self.key, _ = keys.make(cast.olga(), name="Hers", scopes=Scope.values, days=30, now=now)
        letter = DigestSubscription.objects.create(member=self.claim.members.get(user=cast.olga()), since=now)
        #: By how the route begins, the longest first; then by the name of the argument.
        self.arguments: dict[str, dict[str, object]] = {
            "capabilities/": {"slug": capability.slug},
            "api/v1/capabilities/": {"slug": capability.slug},
            "categories/": {"slug": category.slug},
            "intents/": {"slug": intent.slug},
            "sources/": {"slug": source.slug},
            "reports/": {"code": told.code},
            "compare/": {"key": "heron-vs-scribe", "suffix": "json"},
            "api/v1/comparisons/": {"key": "heron-vs-scribe"},
            "sitemap-": {"section": "artifacts"},
            "accounts/confirm-email/": {"key": "nothing"},
            "accounts/password/reset/key/": {"uidb36": "1", "key": "nothing"},
            "owner/claims/": mine,
            "owner/digest/": {"token": digests.token_of(letter)},
            "owner/invitations/": {"pk": invitation.pk, "token": "word"},
            "owner/transfers/": {"pk": transfer.pk, "token": "word"},
            "owner/keys/": {"pk": self.key.pk},
            "api/v1/me/claims/": mine,
            "api/(": {"rest": "v1/nowhere/"},
            "": {"slug": artifact.slug, "kind": artifact.kind},
        }
        self.clients = {name: self._client(person) for name, person in self.people.items()}

    def _member(self, name: str, role: Role) -> User:
        user = User.objects.create_user(name, f"{name}@unfragile.example", name)
        Member.objects.create(claim=self.claim, user=user, role=role, since=timezone.now())
        return user

    def _editor(self, name: str, group: str) -> User:
        user = User.objects.create_user(name, f"{name}@unfragile.example", name, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return user

    def _client(self, person: User | None) -> tuple[Client, dict[str, str], dict[str, str]]:
        client = Client()
        if person is None:
            return client, {}, {}
        client.force_login(person)
        _, text = keys.make(person, name="All", scopes=Scope.values, days=30, now=timezone.now())
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        return client, cookies, {"Authorization": f"Bearer {text}"}

    def address(self, route: str) -> str:
        """Raises KeyError for an argument that nobody gave a value yet."""
        if route == FRONT:
            return "/"
        prefix = max((one for one in self.arguments if re.sub(r"[\^$]", "", route).startswith(one)), key=len)
        values = self.arguments[prefix]
        # Patterns that are expressions: their groups, then what is escaped.
        route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", lambda found: str(values[found[1]]), route)
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)
        return "/" + re.sub(r"[\^$\\]", "", route)

    def answer(self, who: str, route: str, method: str) -> str:
        """Nothing that was done stays done, and nobody is asking too often."""
        client, cookies, headers = self.clients[who]
        client.cookies.clear()
        is_api = route.startswith("api/")
        if not is_api:
            client.cookies.load(cookies)
        caches["limits"].clear()
        with transaction.atomic():
            got = client.generic(method.upper(), self.address(route), headers=headers if is_api else {})
            transaction.set_rollback(True)
        return "in" if got.status_code == 302 and "/login/" in got["Location"] else str(got.status_code)

    def table(self, which: Iterable[str]) -> Table:
        """With `?` where a route has an argument that nobody gave a value yet."""
        return {
            route: {who: tuple(self.answer(who, route, method) for method in METHODS) for who in PEOPLE}
            if self.can_ask(route)
            else dict.fromkeys(PEOPLE, ("?",) * len(METHODS))
            for route in which
        }

    def can_ask(self, route: str) -> bool:
        try:
            return bool(self.address(route))
        except KeyError:
            return False


def read(name: str) -> Table:
    """Blocks of lines: who gets what at the left, and indented below them the routes of which that is true."""
    found: Table = {}
    people: dict[str, Row] = {}
    was_route = True
    for line in (HERE / name).read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            assert line.strip() not in found, f"{line.strip()} stands there twice."
            assert set(people) == set(PEOPLE), f"{line.strip()}: it is not said of everybody."
            found[line.strip()] = dict(people)
        else:
            people = {} if was_route else people
            names, *answers = re.split(r" {2,}", line.strip())
            assert len(answers) == len(METHODS), line
            people |= dict.fromkeys(ALL.get(names) or names.split(", "), tuple(answers))
        was_route = line.startswith(" ")
    return found


def written(table: Mapping[str, Mapping[str, Row]]) -> str:
    """As `read` reads it."""
    blocks: dict[str, list[str]] = {}
    for route, rows in table.items():
        by_row: dict[Row, list[str]] = {}
        for who in PEOPLE:
            by_row.setdefault(rows[who], []).append(who)
        named = {those: name for name, those in ALL.items()}
        lines = [
            f"{named.get(tuple(names)) or ', '.join(names):<72}  {'  '.join(row)}" for row, names in by_row.items()
        ]
        blocks.setdefault("\n".join(lines), []).append(route)
    return "\n\n".join(head + "".join(f"\n    {route}" for route in those) for head, those in blocks.items()) + "\n"
