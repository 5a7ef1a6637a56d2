"""An address that a browser would run becomes a link nowhere: the database refuses it, and pages look again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string
from django.test import Client

from catalog.models import Artifact, Publisher, Source
from catalog.parts import Cited
from catalog.prose import prose
from catalog.weblinks import linkable
from tests.factories import make_artifact, make_source

RUN = ("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", " javascript:alert(1)", "vbscript:x", "//x.y")


@pytest.mark.parametrize("url", RUN)
def test_what_a_browser_would_run_is_no_link(url: str) -> None:
    assert linkable(url) == ""
    assert "href" not in prose(f"[x]({url.replace('//x.y', 'data:x')})")


@pytest.mark.parametrize("url", ["http://a.example/", "HTTPS://A.example", "mailto:a@b.example"])
def test_the_web_and_post_are_links(url: str) -> None:
    assert linkable(url) == url


FIELDS: list[tuple[type[models.Model], str]] = [
    (Source, "url"),
    (Artifact, "homepage"),
    (Artifact, "repository"),
    (Publisher, "homepage"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), FIELDS)
@pytest.mark.parametrize("url", RUN[:3])
def test_the_database_keeps_no_such_address(model: type[models.Model], field: str, url: str) -> None:
    given: dict[str, Any] = {"slug": "one", "name": "One"}
    given |= {"kind": "model"} if model is Artifact else {}
    if model is Source:
        given = {"slug": "one", "title": "One", "kind": "paper"}
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.bulk_create([model(**given, **{field: url})])
    assert model._default_manager.bulk_create([model(**given, **{field: "HTTP://a.example/"})])


def test_a_source_of_a_past_sheet_leads_to_our_page_about_it() -> None:
    """Sheets were written before the database refused such addresses."""
    source = Cited(1, "one", "One", "javascript:alert(1)", "paper", "Paper", None, "", "")
    assert source.link == "/sources/one/"


@pytest.mark.django_db
def test_pages_link_what_is_linkable_only(client: Client) -> None:
    """As templates see them, whatever the row holds."""
    source = make_source(url="https://a.example/")
    source.url = "javascript:alert(1)"
    assert source.link == f"/sources/{source.slug}/"
    artifact = make_artifact(slug="heron")
    page = client.get("/artifacts/heron/")
    dossier = page.context["dossier"]
    for url, found in (("javascript:alert(1)", False), ("https://a.example/", True)):
        artifact.homepage = artifact.repository = url
        artifact.publisher = Publisher(slug="p", name="P", homepage=url)
        context = {"artifact": artifact, "dossier": dossier}
        drawn = render_to_string("catalog/artifact_detail.html", context, page.wsgi_request)
        assert (f'href="{url}"' in drawn) is found
