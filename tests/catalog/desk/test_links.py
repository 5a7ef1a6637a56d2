"""Links in our texts that lead nowhere: found, kept up to date, mended by an editor."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.desk import links, mending
from catalog.desk.addresses import path_within
from catalog.desk.merging import merge
from catalog.models import Artifact, BrokenLink, CapabilityAlias
from catalog.tasks import check_links
from tests.cast import erin
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_evidence,
    make_lineage,
    make_offering,
    make_source,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
LAST = LATER + dt.timedelta(days=1)


def linking(url: str, **overrides: Any) -> Artifact:
    return make_artifact(description=f"See [it]({url}).", **overrides)


def broken() -> BrokenLink:
    return BrokenLink.objects.get()


@pytest.fixture
@remembered
def catalog() -> None:
    """A page of each sort, and of each sort of trouble."""
    heron = make_artifact(slug="heron")
    make_alias(artifact=heron, slug="heron-old")
    make_artifact(slug="draft", lifecycle="draft", published_at=None)
    make_artifact(slug="gone", lifecycle="withdrawn", withdrawn_reason="Unsafe.")
    make_artifact(slug="replaced", lifecycle="withdrawn", withdrawn_reason="Old.", deprecated_by=heron)
    merged = make_artifact(slug="merged", lifecycle="withdrawn", withdrawn_reason="The same.", merged_into=heron)
    make_artifact(slug="twice", lifecycle="withdrawn", withdrawn_reason="The same.", merged_into=merged)
    make_alias(artifact=merged, slug="merged-old")
    search = make_capability(slug="search")
    CapabilityAlias.objects.create(capability=search, slug="searching")
    make_capability(slug="find", merged_into=search)
    make_category(slug="tools")
    make_evidence(source=make_source(slug="card"))
    make_source(slug="uncited")
    make_lineage(artifact=heron, source=make_source(slug="lineage"))


@pytest.mark.parametrize(
    ("url", "wrong", "leads_to"),
    [
        ("/", None, ""),
        ("/artifacts/?kind=mcp", None, ""),
        ("/artifacts/heron/", None, ""),
        ("/artifacts/heron/changes/#x", None, ""),
        ("../heron/", None, ""),
        ("/capabilities/search/", None, ""),
        ("/categories/tools/", None, ""),
        ("/kinds/mcp/", None, ""),
        ("/sources/card/", None, ""),
        ("/sources/lineage/", None, ""),
        ("/docs/api/", None, ""),
        ("https://elsewhere.example/artifacts/nothing/", None, ""),
        ("//elsewhere.example/artifacts/nothing/", None, ""),
        ("#nothing", None, ""),
        ("mailto:a@b.example", None, ""),
        ("http://[/", None, ""),
        ("/artifacts/heron-old/#facts", "moved", "/artifacts/heron/#facts"),
        ("/artifacts/heron-old/alternatives/", "moved", "/artifacts/heron/alternatives/"),
        ("/artifacts/merged/", "moved", "/artifacts/heron/"),
        ("/artifacts/twice/", "moved", "/artifacts/heron/"),
        ("/artifacts/merged-old/", "moved", "/artifacts/heron/"),
        ("/artifacts/heron", "moved", "/artifacts/heron/"),
        ("/capabilities/searching/", "moved", "/capabilities/search/"),
        ("/artifacts/gone/", "gone", ""),
        ("/artifacts/replaced/", "gone", "/artifacts/heron/"),
        ("/artifacts/draft/", "unpublished", ""),
        ("/artifacts/nothing/", "not_found", ""),
        ("/artifacts/nothing", "not_found", ""),
        ("../nothing/", "not_found", ""),
        ("/capabilities/nothing/", "not_found", ""),
        ("/capabilities/find/", "not_found", ""),
        ("/categories/nothing/", "not_found", ""),
        ("/kinds/nothing/", "not_found", ""),
        ("/sources/uncited/", "not_found", ""),
        ("/reports/nothing/", "not_found", ""),
        ("/nothing/", "not_found", ""),
        ("/artifacts/%00/", "not_found", ""),
        ("/admin/catalog/artifact/", "not_found", ""),
        ("/api/v1/nothing/", "not_found", ""),
    ],
)
def test_every_address_is_judged_as_its_page_answers(
    catalog: None, client: Client, url: str, wrong: str | None, leads_to: str
) -> None:
    """What is called broken does not answer 200, and what is not, does."""
    artifact = linking(url)
    links.check(now=NOW)
    found = [(row.artifact, row.url, row.wrong, row.leads_to) for row in BrokenLink.objects.all()]
    assert found == ([(artifact, url, wrong, leads_to)] if wrong else [])
    path = path_within(url, artifact.get_absolute_url())
    if path and not path.startswith("/admin/"):
        answers = {None: {200}, "moved": {301}, "gone": {410}, "unpublished": {404}, "not_found": {404}}
        status = client.get(path).status_code
        assert status in answers[wrong] or (wrong == "not_found" and client.get(path, follow=True).status_code == 404)


def test_an_address_with_the_sites_name_is_one_of_ours() -> None:
    linking(f"{settings.SITE_URL}/artifacts/nothing/")
    assert links.check(now=NOW) == 1


def test_every_text_that_readers_see_is_read() -> None:
    text = "See [it](/nothing/)."
    offering = make_offering(description=text, artifact=make_artifact(description=text))
    capability, category = make_capability(description=text), make_category(description=text)
    hidden = make_artifact(description=text, lifecycle="draft", published_at=None)
    make_offering(description=text, artifact=hidden)
    make_capability(description=text, merged_into=capability)
    links.check(now=NOW)
    assert set(BrokenLink.objects.values_list("where", "artifact")) == {
        (f"artifact:{offering.artifact_id}:description", offering.artifact_id),
        (f"offering:{offering.pk}:description", offering.artifact_id),
        (f"capability:{capability.pk}:description", None),
        (f"category:{category.pk}:description", None),
    }


def test_the_task_run_twice_changes_nothing_further() -> None:
    linking("/nothing/")
    linking("/nothing/")
    seen = []
    for _ in range(2):
        check_links()
        seen.append(list(BrokenLink.objects.order_by("pk").values("pk", "where", "url", "state", "found_at")))
    assert len(seen[0]) == 2
    assert seen[0] == seen[1]


def test_a_link_that_leads_somewhere_again_is_closed_and_opened_when_it_breaks_again() -> None:
    linking("/artifacts/heron/")
    assert links.check(now=NOW) == 1
    heron = make_artifact(slug="heron")
    assert links.check(now=LATER) == 0
    assert (broken().state, broken().decided_at, broken().decided_by) == ("mended", LATER, None)
    Artifact.objects.filter(pk=heron.pk).update(lifecycle="withdrawn", withdrawn_reason="Unsafe.")
    assert links.check(now=LAST) == 1
    assert (broken().wrong, broken().found_at, broken().decided_at) == ("gone", LAST, None)


def test_a_link_that_left_the_text_is_closed() -> None:
    artifact = linking("/nothing/")
    links.check(now=NOW)
    artifact.description = "No link."
    artifact.save()
    assert links.check(now=LATER) == 0


def test_a_link_goes_with_its_offering_to_the_listing_that_took_it_over() -> None:
    """A merge leaves the rows of links alone: the next check says whose they are."""
    twin, kept = make_artifact(), make_artifact()
    make_offering(artifact=twin, description="See [it](/nothing/).")
    links.check(now=NOW)
    merge(twin, into=kept, why="The same.")
    assert links.check(now=LATER) == 1
    assert (broken().artifact, broken().found_at) == (kept, NOW)


def test_what_is_set_aside_stays_aside() -> None:
    linking("/nothing/")
    links.check(now=NOW)
    mending.set_aside(broken(), note="It will come back.", by=erin())
    assert links.check(now=LATER) == 0
    assert (broken().state, broken().note, broken().decided_by) == ("aside", "It will come back.", erin())


def test_links_that_lead_elsewhere_are_left_to_whoever_checks_them() -> None:
    BrokenLink.objects.create(where="source:1:url", url="https://example.org/", wrong="not_found", status=404)
    assert links.check(now=LATER + dt.timedelta(days=3650)) == 1


def test_the_number_of_queries_does_not_grow_with_the_links() -> None:
    """But for the rows written, some hundred at a time: 360 links more."""

    def text(start: int) -> str:
        return " ".join(f"[it](/artifacts/a{n}/) [c](/capabilities/c{n}/)" for n in range(start, start + 20))

    def asked() -> int:
        links.check(now=NOW)
        with CaptureQueriesContext(connection) as captured:
            links.check(now=LATER)
        return len(captured)

    make_artifact(description=text(0))
    few = asked()
    for n in range(1, 10):
        make_artifact(description=text(n * 20))
    assert asked() <= few + 3
    assert BrokenLink.objects.count() == 400


def test_more_than_one_batch_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "BATCH", 2)
    monkeypatch.setattr(links, "PAGE", 2)
    for n in range(5):
        linking(f"/nothing-{n}/")
    assert links.check(now=NOW) == 5
    BrokenLink.objects.filter(url="/nothing-3/").update(checked_at=NOW)
    Artifact.objects.update(description="No link.")
    assert links.check(now=LATER) == 0


@pytest.mark.parametrize(
    ("url", "suggested"),
    [
        ("/artifacts/heron-old/?a=1#facts", "/artifacts/heron/?a=1#facts"),
        ("/artifacts/herron/changes/", "/artifacts/heron/changes/"),
        ("../herron/", "/artifacts/heron/"),
        ("/capabilities/serch/", "/capabilities/search/"),
        ("/categories/tool/", "/categories/tools/"),
        ("/kinds/modle/", "/kinds/model/"),
        ("/artifacts/gon/", ""),
        ("/artifacts/quite-something-else/", ""),
        ("/reports/nothing/", ""),
        ("/nothing/", ""),
    ],
)
def test_what_took_its_place_or_is_nearest_is_suggested(catalog: None, url: str, suggested: str) -> None:
    """Never a page that is itself withdrawn."""
    linking(url)
    links.check(now=NOW)
    assert mending.suggestion(broken()) == suggested


def test_the_address_is_replaced_in_the_text_with_a_reason_in_its_history() -> None:
    make_artifact(slug="heron")
    artifact = linking("/nothing/")
    links.check(now=NOW)
    mending.replace(broken(), url="/artifacts/heron/", by=erin())
    artifact.refresh_from_db()
    assert artifact.description == "See [it](/artifacts/heron/)."
    version = artifact.history.first()
    assert version.history_change_reason == "Mended a link: /nothing/ → /artifacts/heron/"
    assert version.history_user == erin()
    assert (broken().state, broken().decided_by) == ("mended", erin())
    assert links.check(now=LATER) == 0


@pytest.mark.parametrize("sort", ["offering", "capability", "category", "source"])
def test_every_sort_of_text_can_be_mended(sort: str) -> None:
    text = "See [it](/nothing/)."
    make = {"offering": make_offering, "capability": make_capability, "category": make_category}
    if sort == "source":
        row: Any = make_source(url="https://example.org/old")
        BrokenLink.objects.create(where=f"source:{row.pk}:url", url=row.url, wrong="not_found", status=404)
    else:
        row = make[sort](description=text)
        links.check(now=NOW)
    mending.replace(broken(), url="https://example.org/there", by=erin())
    row.refresh_from_db()
    expected = "https://example.org/there"
    assert row.url == expected if sort == "source" else row.description == f"See [it]({expected})."


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Enter an address"),
        ("heron", "Enter an address"),
        ("javascript:alert(1)", "Enter an address"),
        ("https://no address", "Enter an address"),
        ("/nothing/", "no page either"),
        ("/artifacts/gone/", "no page either"),
        ("/artifacts/merged/", "moved itself, to /artifacts/heron/"),
    ],
)
def test_an_address_that_leads_nowhere_either_is_refused(catalog: None, url: str, words: str) -> None:
    artifact = linking("/wrong/")
    links.check(now=NOW)
    with pytest.raises(mending.CannotMend, match=words):
        mending.replace(broken(), url=url, by=erin())
    artifact.refresh_from_db()
    assert (artifact.description, broken().state) == ("See [it](/wrong/).", "open")


def test_a_text_that_has_changed_meanwhile_is_left_alone() -> None:
    artifact = linking("/nothing/")
    links.check(now=NOW)
    artifact.description = "Quite another text."
    artifact.save()
    with pytest.raises(mending.CannotMend, match="any more"):
        mending.replace(broken(), url="/artifacts/", by=erin())
    artifact.refresh_from_db()
    assert (artifact.description, broken().state) == ("Quite another text.", "open")


def test_a_link_is_decided_once_and_set_aside_with_a_note() -> None:
    artifact = linking("/nothing/")
    links.check(now=NOW)
    with pytest.raises(mending.CannotMend, match="Say why"):
        mending.set_aside(broken(), note=" ", by=erin())
    mending.set_aside(broken(), note="So.", by=erin())
    with pytest.raises(mending.CannotMend, match="meanwhile"):
        mending.replace(broken(), url="/artifacts/", by=erin())
    artifact.refresh_from_db()
    assert artifact.description == "See [it](/nothing/)."


def test_a_row_that_is_no_more_is_said_to_be() -> None:
    offering = make_offering(description="See [it](/nothing/).")
    links.check(now=NOW)
    offering.delete()
    with pytest.raises(mending.CannotMend, match="removed meanwhile"):
        mending.replace(broken(), url="/artifacts/", by=erin())
