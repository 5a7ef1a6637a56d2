"""What ranks are computed from is the same, to the bit, before and after whatever owners do."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User

from catalog.changes import change
from catalog.choices import Origin
from catalog.models import Artifact, Fact
from claims import disputes, keys, ownership
from claims.choices import ClaimState, DisputeState, Outcome, ProofState, Scope
from claims.models import AuditEntry, Claim, Dispute, Key, Proof
from claims.proofs import Seen
from ranking import loading
from ranking.formulas import shipped_formula
from tests import cast
from tests.factories import make_artifact, make_fact, make_reading, make_source

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
ARTIFACTS, ACTS = 40, 1_000


def digest_of(found: Any) -> str:
    """Of everything that is in it, however deep: arrays by their bytes."""
    digest = hashlib.sha256()

    def take(one: Any) -> None:
        if isinstance(one, np.ndarray):
            digest.update(f"{one.dtype}{one.shape}".encode() + one.tobytes())
        elif is_dataclass(one):
            for field in fields(one):
                digest.update(field.name.encode())
                take(getattr(one, field.name))
        elif isinstance(one, dict):
            for name in sorted(one):
                digest.update(str(name).encode())
                take(one[name])
        elif isinstance(one, list | tuple):
            for each in one:
                take(each)
        else:
            digest.update(repr(one).encode())

    take(found)
    return digest.hexdigest()


def rank_inputs() -> str:
    """All that scoring is handed, for a fixed moment."""
    at = loading.moment(now=START + dt.timedelta(days=400))
    return digest_of([at, list(loading.loaded(at, shipped_formula()))])


class Owners:
    """People who do at random what owners can do, one act after the other, some hours apart."""

    def __init__(self, artifacts: list[Artifact]) -> None:
        self.draw, self.now = random.Random(15), START
        self.artifacts = artifacts[:8]  # so that they get into each other's way
        self.people = [cast.olga(), cast.oskar(), cast.rui()]
        self.editor, self.second = cast.erin(), cast.sven()
        self.done: dict[str, int] = {}
        self.acts: list[Callable[[], bool]] = [
            self.claim, self.claim, self.look, self.look, self.look, self.give_up, self.revoke, self.settle,
            self.make_key, self.make_key, self.revoke_key, self.edit, self.state_fact, self.pass_time,
        ]  # fmt: skip

    def act(self) -> None:
        one = self.draw.choice(self.acts)
        self.now += dt.timedelta(hours=self.draw.randint(1, 6))
        self.done[one.__name__] = self.done.get(one.__name__, 0) + one()

    def person(self) -> User:
        return self.draw.choice(self.people)

    def one_of(self, rows: Any) -> Any:
        found = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.draw.choice(found)) if found else None

    def claim(self) -> bool:
        artifact = self.draw.choice(self.artifacts)
        try:
            ownership.open_claim(artifact, self.draw.choice(ownership.places(artifact)), by=self.person(), now=self.now)
        except ownership.CannotClaim:
            return False
        return True

    def look(self) -> bool:
        proof = self.one_of(Proof.objects.exclude(state=ProofState.OVER))
        outcome = self.draw.choice([Outcome.PRESENT] * 8 + [Outcome.ABSENT, Outcome.UNKNOWN, Outcome.MISMATCH])
        if proof:
            ownership.took_place(proof.pk, Seen(outcome, "there"), host="maker.dev", by=None, now=self.now)
        return proof is not None

    def give_up(self) -> bool:
        claim = self.one_of(Claim.objects.filter(state=ClaimState.PROVEN))
        if claim:
            ownership.give_up(claim, by=self.person(), now=self.now)
        return claim is not None

    def revoke(self) -> bool:
        claim = self.one_of(Claim.objects.filter(state=ClaimState.PROVEN))
        if claim:
            ownership.revoke(claim, by=self.editor, why="Not theirs.", now=self.now, agreed_by=self.second)
        return claim is not None

    def settle(self) -> bool:
        dispute = self.one_of(Dispute.objects.exclude(state=DisputeState.SETTLED))
        if dispute:
            outcome = self.draw.choice(["holder", "challenger", "both"])
            disputes.settle(dispute, outcome, why="So it is.", by=self.editor, now=self.now, agreed_by=self.second)
        return dispute is not None

    def make_key(self) -> bool:
        try:
            keys.make(self.person(), name="A", scopes=Scope.values, days=30, now=self.now)
        except keys.CannotMake:
            return False
        return True

    def revoke_key(self) -> bool:
        key = self.one_of(Key.objects.filter(revoked_at=None))
        if key:
            keys.revoke(key, by=key.person, now=self.now)
        return key is not None

    def edit(self) -> bool:
        """What an editor accepts of an owner's words."""
        artifact = Artifact.objects.get(pk=self.draw.choice(self.artifacts).pk)
        with change(why="Accepted."):
            artifact.tagline = f"Does {self.draw.randint(1, 999)} things"
            artifact.save()
        return True

    def state_fact(self) -> bool:
        artifact = self.draw.choice(self.artifacts)
        with change(why="Stated by its owner."):
            Fact.objects.filter(artifact=artifact, origin=Origin.OWNER).delete()
            make_fact(artifact=artifact, value=self.draw.randint(1, 10**6), origin=Origin.OWNER)
        return True

    def pass_time(self) -> bool:
        self.now += dt.timedelta(days=3)
        return ownership.pass_time(now=self.now) > 0


@pytest.fixture
def artifacts() -> list[Artifact]:
    """With readings that could be bent, of several kinds."""
    draw, source, made = random.Random(1), make_source(), []
    with change():
        for n in range(ARTIFACTS):
            one = make_artifact(
                kind=("model", "repo", "mcp")[n % 3],
                homepage=f"https://thing-{n}.dev/",
                repository=f"https://github.com/maker/thing-{n}",
            )
            for days in (1, 30, 200):
                at = START - dt.timedelta(days=days)
                make_reading(artifact=one, source=source, signal="stars", value=draw.randint(1, 9_999), observed_at=at)
            made.append(one)
    return made


def test_a_thousand_acts_of_owners_leave_rank_inputs_as_they_were(artifacts: list[Artifact]) -> None:
    before, owners = rank_inputs(), Owners(artifacts)
    for _ in range(ACTS):
        owners.act()
    assert rank_inputs() == before
    assert {name for name, times in owners.done.items() if not times} == set(), "Each of the acts was really done."
    happened = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {*ClaimState.values, "disputed", "key made", "key revoked"} - happened == {ClaimState.PENDING}


def test_the_digest_sees_one_reading_more(artifacts: list[Artifact]) -> None:
    before = rank_inputs()
    make_reading(artifact=artifacts[0], source=make_source(), signal="stars", value=1, observed_at=START)
    assert rank_inputs() != before


def test_the_digest_sees_a_listing_that_is_published_or_withdrawn(artifacts: list[Artifact]) -> None:
    before = rank_inputs()
    with change():
        Artifact.objects.filter(pk=artifacts[0].pk).update(lifecycle="draft")
    assert rank_inputs() != before
