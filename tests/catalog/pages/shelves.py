"""A small catalog whose pages have something in every part, and the addresses of one page of each sort."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from catalog.changes import change
from catalog.models import Artifact, Capability, CatalogState, Category, Publisher, Related, Source, Synonym
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_identifier,
    make_lineage,
    make_offering,
    make_price,
    make_publisher,
    make_reading,
    make_result,
    make_source,
)


@dataclass(frozen=True)
class Shelves:
    full: Artifact  # with everything a page can show
    rival: Artifact  # which offers nearly the same
    sparse: Artifact  # published, with nothing but an offering
    draft: Artifact
    withdrawn: Artifact
    capability: Capability
    category: Category
    source: Source
    publisher: Publisher


def make_shelves(*, more: int = 0, text: str = "") -> Shelves:
    """`more` rows of everything beside what there is; `text` goes into every field that takes words."""
    with change(why="An editor filled the shelves."):  # one recomputation instead of one a row
        shelves = _filled(more, text)
    _relate(shelves, count=more)
    return shelves


def _filled(more: int, text: str) -> Shelves:
    def say(words: str, length: int = 10_000) -> str:
        return f"{words}{text}"[:length]

    publisher = make_publisher(name=say("Acme", 200), homepage="https://acme.example/")
    category = make_category(
        slug="text-models", name=say("Text models", 120), description=say("What reads and writes.")
    )
    source = make_source(
        slug="model-card", title=say("Model card", 300), url="https://acme.example/card", publisher=publisher
    )
    broader = make_capability(key="text.generation", slug="text-generation", name=say("Writing", 120))
    capability = make_capability(
        key="text.summarisation",
        slug="summarisation",
        name=say("Summarisation", 120),
        description=say("Says it shorter."),
        broader=broader,
    )
    Synonym.objects.create(capability=capability, text=say("tl;dr", 120))
    full = make_artifact(
        slug="full",
        name=say("Full"),
        tagline=say("Does everything", 160),
        description=say("It does *everything*.\n\n"),
        publisher=publisher,
        licence="Apache-2.0",
        homepage="https://acme.example/full",
        repository="https://github.com/acme/full",
        categories=[category],
    )
    rival = make_artifact(slug="rival", name=say("Rival"), publisher=publisher, categories=[category], licence="MIT")
    base = make_artifact(slug="base", name=say("Base"))
    make_lineage(artifact=full, parent=base, detail=say("Fine-tune", 120), source=source)
    make_identifier(artifact=full, value="acme/full")
    make_alias(artifact=full, slug="full-v1")
    for artifact in (full, rival):
        offering = make_offering(
            artifact=artifact,
            capability=capability,
            title=say("Condenses reports", 300),
            description=say("It condenses long reports."),
            unique=say("Keeps the numbers."),
            intents=[say("summarise a 50 page contract")],
            best_for=[say("long reports")],
            limitations=[say("poetry")],
            requires=[say("a GPU")],
            failure_modes=[
                {"mode": say("Invents a figure"), "frequency": "rare", "mitigation": say("Check the figures.")}
            ],
        )
        make_evidence(offering=offering, source=source, quote=say("It summarises.", 300))
        if artifact is full:
            make_contrast(offering=offering, artifact=rival, text=say("Rival is quicker."))
    second = make_source(slug="founding-documents", title=say("Founding documents", 300), url="", kind="report")
    make_fact(artifact=full, source=source, value=32_768, retrieved_on=dt.date(2026, 5, 31))
    make_fact(artifact=full, source=second, value=65_536)
    make_fact(artifact=full, source=source, name="architecture", value=say("Mixture of experts", 200))
    make_price(artifact=full, source=source, provider=say("OpenRouter", 120))
    make_price(artifact=full, source=source, provider="Other", amount="1.00", tier=say("at night", 120))
    make_price(
        artifact=full, source=source, amount="3.00", valid_from=dt.date(2024, 1, 1), valid_to=dt.date(2025, 1, 1)
    )
    make_result(artifact=full, source=source, benchmark=say("MT-Bench", 120), metric=say("score of 10", 120))
    for month in (1, 3, 5):
        at = dt.datetime(2026, month, 1, tzinfo=dt.UTC)
        make_reading(artifact=full, source=source, value=100.0 * month, observed_at=at)
    sparse = make_artifact(slug="sparse", name="Sparse", tagline="", description="")
    make_offering(artifact=sparse, capability=broader)
    draft = make_artifact(slug="draft", name="Draft", lifecycle="draft", published_at=None)
    reason = say("Its maker asked for it.")
    withdrawn = make_artifact(slug="withdrawn", name=say("Withdrawn"), lifecycle="withdrawn", withdrawn_reason=reason)
    for number in range(more):
        _one_more(number, full, category, capability, source)
    return Shelves(full, rival, sparse, draft, withdrawn, capability, category, source, publisher)


def _one_more(number: int, full: Artifact, category: Category, capability: Capability, source: Source) -> None:
    kind = ("model", "dataset", "mcp", "agent")[number % 4]
    other = make_artifact(
        slug=f"more-{number}", kind=kind, publisher=make_publisher(), categories=[category, make_category()]
    )
    own = make_capability(broader=capability)
    make_evidence(
        offering=make_offering(artifact=other, capability=capability), source=make_source(publisher=make_publisher())
    )
    make_price(artifact=other, source=source, amount=number + 1)
    make_fact(artifact=other, source=source, value=1_000 * (number + 1))
    offering = make_offering(artifact=full, capability=own)
    make_evidence(offering=offering, source=make_source(publisher=make_publisher()))
    make_contrast(offering=offering, artifact=other)
    make_price(artifact=full, provider=f"Provider {number}", source=make_source())
    make_result(artifact=full, benchmark=f"Benchmark {number}", benchmark_artifact=other, source=source)
    make_lineage(artifact=full, parent=other, relation="runs_on", source=source)
    make_fact(
        artifact=full, name=("released", "version", "task", "languages")[number % 4], value="2026", source=make_source()
    )
    make_alias(artifact=full, slug=f"full-alias-{number}")


def _relate(shelves: Shelves, *, count: int) -> None:
    """Written down as the job does it, for the catalog's present version."""
    full, rival, capability = shelves.full, shelves.rival, shelves.capability
    others = [rival, *Artifact.objects.filter(slug__startswith="more-").order_by("pk")[:count]]
    for position, other in enumerate(others):
        for one, two in ((full, other), (other, full)):
            Related.objects.create(
                artifact=one, other=two, overlap=0.8, shared=[capability.pk], shared_count=4, is_alternative=True,
                position=position if one is full else 0,
            )  # fmt: skip
    CatalogState.objects.filter(pk=1).update(related_version=CatalogState.objects.get(pk=1).version)


def addresses(shelves: Shelves) -> dict[str, str]:
    """One page of each sort, by the name of its address."""
    arguments = {
        "artifact-detail": [shelves.full.slug], "artifact-alternatives": [shelves.full.slug],
        "artifact-changes": [shelves.full.slug], "capability-detail": [shelves.capability.slug],
        "category-detail": [shelves.category.slug], "kind-detail": [shelves.full.kind],
        "source-detail": [shelves.source.slug], "ranking:rank-detail": [shelves.full.slug],
        "ranking:kind-leaderboard": [shelves.full.kind], "ranking:category-leaderboard": [shelves.category.slug],
        "ranking:capability-leaderboard": [shelves.capability.slug],
        "ranking:comparison": [f"{shelves.full.slug}-vs-{shelves.rival.slug}"],
    }  # fmt: skip
    return {name: reverse(name if ":" in name else f"catalog:{name}", args=arguments.get(name, [])) for name in PAGES}


PAGES = (
    "home", "artifact-list", "artifact-detail", "artifact-alternatives", "artifact-changes", "capability-list",
    "capability-detail", "category-list", "category-detail", "kind-list", "kind-detail", "source-detail",
    "ranking:rank-detail", "ranking:leaderboard-list", "ranking:kind-leaderboard", "ranking:category-leaderboard",
    "ranking:capability-leaderboard", "ranking:rising", "ranking:methodology", "ranking:comparison",
)  # fmt: skip
