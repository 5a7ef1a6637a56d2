"""Mixtral 8x22B and its Instruct fine-tune, in the demo catalog with three catalogs of models imported on top.

Loaded once for each place that the catalogs come from, in a transaction that is rolled back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog.desk.duplicates import find_pairs
from catalog.desk.queues import QUEUES
from catalog.desk.settling import choose, dispute_of
from catalog.importers.run import import_from
from catalog.models import Artifact, Entry, Fact, Lineage, Pair
from tests.catalog.pages.markup import Page
from tests.conftest import REAL_DATA_DIR, ROOT

pytestmark = pytest.mark.django_db

SAMPLES = ROOT / "tests" / "data" / "mixtral"
REAL = REAL_DATA_DIR / "sources"
PLACES = {
    "samples": [(name, SAMPLES / f"{name}.json") for name in ("models-dev", "litellm", "openrouter")],
    "real files": [
        ("models-dev", REAL / "models.dev" / "api.2026-05-31.json"),
        ("litellm", REAL / "litellm" / "model_prices_and_context_window.v1.90.0.json"),
        ("openrouter", REAL / "openrouter" / "models.2025-12-02.json"),
    ],
}
#: Whose prices each is to have, at the least.
PROVIDERS = {
    ("samples", "mixtral-8x22b"): {"Hugging Face", "Nscale"},
    ("samples", "mixtral-8x22b-instruct"): {"OpenRouter", "Kilo Gateway", "Nvidia", "Fireworks AI"},
    ("real files", "mixtral-8x22b"): {"Hugging Face"},
    ("real files", "mixtral-8x22b-instruct"): {
        "OpenRouter", "Kilo Gateway", "Nvidia", "Fireworks AI", "Vercel AI Gateway",
    },
}  # fmt: skip
SLUGS = ("mixtral-8x22b", "mixtral-8x22b-instruct")


@pytest.fixture(
    scope="module",
    params=["samples", pytest.param("real files", marks=pytest.mark.real_data)],
)
def place(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # so that what has to be outermost may be inside of it
    with django_db_blocker.unblock(), around:
        now = timezone.now()
        import_from("manifest", str(ROOT / "unfragile_site" / "demo"), now=now, why="The demo catalog.")
        for name, file in PLACES[request.param]:
            import_from(name, str(file), now=now + dt.timedelta(minutes=1), is_confirmed=True)
        find_pairs()
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture
def both(place: str, db: None) -> tuple[Artifact, Artifact]:
    """The base and the fine-tune."""
    base, tuned = (Artifact.objects.get(slug=slug) for slug in SLUGS)
    return base, tuned


def page_of(slug: str) -> Page:
    return Page(Client().get(f"/artifacts/{slug}/"))


def price_rows(slug: str) -> list[list[str]]:
    table = page_of(slug).section("prices").all("table")[0]
    return [[cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in table.one("tbody").all("tr")]


def test_they_are_two_artifacts_linked_by_lineage(both: tuple[Artifact, Artifact]) -> None:
    base, tuned = both
    assert (base.kind, tuned.kind) == ("model", "finetune")
    assert Lineage.objects.filter(artifact=tuned, parent=base).exists()
    assert f"/artifacts/{tuned.slug}/" in page_of(base.slug).section("lineage").hrefs()
    assert f"/artifacts/{base.slug}/" in page_of(tuned.slug).section("lineage").hrefs()


@pytest.mark.parametrize("slug", SLUGS)
def test_each_has_the_prices_of_its_providers(place: str, both: Any, slug: str) -> None:
    assert {row[0] for row in price_rows(slug)} >= PROVIDERS[place, slug]


def test_what_providers_ask_for_one_is_not_asked_for_the_other(place: str, both: tuple[Artifact, Artifact]) -> None:
    """The base is continued by nobody who sells the Instruct fine-tune alone."""
    base, _ = both
    assert not {"Kilo Gateway", "Vercel AI Gateway"} & set(base.prices.values_list("provider", flat=True))


def test_a_providers_prices_are_one_row_with_their_range(both: Any) -> None:
    """Two catalogs state $2.00 for what a third says is $0.65."""
    rows = [row for row in price_rows("mixtral-8x22b-instruct") if row[0] == "OpenRouter" and "input" in row[2]]
    plain = [row for row in rows if "cached" not in row[2]]
    assert [row[1] for row in plain] == ["$0.65–$2.00"]
    assert plain[0][4].count("$2.00 ·") >= 2
    keys = [
        (row[0].casefold(), row[2]) for row in price_rows("mixtral-8x22b-instruct") if row[1] not in ("$0.00", "Free")
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_costs_from_zero(both: Any, slug: str) -> None:
    """What costs nothing at one provider is said of that provider, in a row of its own."""
    artifact = Artifact.objects.get(slug=slug)
    assert all(row[1] == "$0.00" or "$0.00" not in row[1] for row in price_rows(slug))
    page = page_of(slug)
    page.section("prices").children = []
    for text in (page.text, Page(Client().get("/artifacts/", {"q": artifact.name})).text):
        assert not re.search(r"(?i)from\s+\$0(?!\.\d*[1-9])|\$0\.00\b|cheapest at\s+nvidia", text)


def test_an_offer_that_is_named_like_the_other_waits_among_likely_duplicates(
    both: tuple[Artifact, Artifact], admin_client: Client
) -> None:
    """`open-mixtral-8x22b` is sold under the name of the base, and is an old address of the fine-tune."""
    listed = Entry.objects.get(importer="models-dev", key="mistral/open-mixtral-8x22b").artifact
    assert (listed.name, listed.lifecycle) == ("Mixtral 8x22B", "in_review")
    for one in both:
        pair = Pair.objects.get(first=min(one.pk, listed.pk), second=max(one.pk, listed.pk))
        assert pair.state == "open"
        assert pair.reasons
        asked = admin_client.get(f"/admin/catalog/pair/{pair.pk}/").text
        assert one.name in asked


def test_the_contradicting_sizes_are_one_dispute(both: tuple[Artifact, Artifact], admin_user: User) -> None:
    """It comes up at the base, and what is settled there is settled for the fine-tune."""
    base, tuned = both
    waiting = QUEUES["disputes"].rows(admin_user, timezone.now())
    sizes = waiting.filter(artifact__in=both, name="parameters_total")
    assert [fact.artifact for fact in sizes] == [base]
    dispute = dispute_of(base, "parameters_total")
    assert dispute
    assert {fact.artifact for fact in dispute.of_relatives} == {tuned}
    right = next(fact for fact in dispute.own if fact.value == 141_000_000_000)
    choose(right, why="The weights add up to it.")
    assert not waiting.filter(artifact__in=both, name="parameters_total").exists()
    assert not Fact.objects.filter(artifact__in=both, name="parameters_total", is_disputed=True).exists()
