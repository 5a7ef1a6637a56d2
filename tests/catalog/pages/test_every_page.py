"""What holds for every public page: its frame, its metadata, and nothing that a reader should never see."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Element, Page, empty_headings
from tests.catalog.pages.shelves import PAGES, Shelves, addresses

pytestmark = pytest.mark.django_db
#: What programs print where they have nothing to say.
PLACEHOLDERS = re.compile(
    r"\b(None(?! yet)|undefined|nan|NaN|null|inf)\b|\[object|\{\{|\{%|&lt;catalog\.|datetime\.date|Decimal\("
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_a_title_and_its_landmarks(look: Look, where: dict[str, str], name: str) -> None:
    page = look(where[name])
    assert len(page.all("h1")) == 1
    assert page.one("h1").text
    assert page.title.endswith("Unfragile") or page.title.startswith("Unfragile")
    assert page.main["id"] == "main"
    assert page.one("html")["lang"] == "en"
    landmarks = [
        e.tag for e in page.one("body").children if isinstance(e, Element) and e.tag in ("header", "main", "footer")
    ]
    assert landmarks == ["header", "main", "footer"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_its_own_address(look: Look, where: dict[str, str], name: str) -> None:
    page = look(where[name])
    assert page.canonical == f"{settings.SITE_URL}{where[name]}"
    assert page.meta("og:url") == page.canonical


@pytest.mark.parametrize("name", PAGES)
def test_a_page_introduces_itself_to_those_who_link_to_it(look: Look, where: dict[str, str], name: str) -> None:
    page = look(where[name])
    assert page.meta("og:site_name") == settings.SITE_NAME
    assert page.meta("og:type") in ("website", "article")
    assert page.meta("og:description")
    assert page.meta("description")
    # The same thing by the same name: what stands in the title stands on the card.
    assert page.meta("og:title") == page.title.removesuffix(f" · {settings.SITE_NAME}")


def test_no_two_pages_have_the_same_title(look: Look, where: dict[str, str]) -> None:
    titles = [look(where[name]).title for name in PAGES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", PAGES)
def test_no_placeholder_reaches_a_page(look: Look, where: dict[str, str], name: str) -> None:
    page = look(where[name])
    assert PLACEHOLDERS.findall(page.text) == []
    attributes = " ".join(
        value for element in page.all() for key, value in element.attributes.items() if key != "content"
    )
    assert PLACEHOLDERS.findall(attributes) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_heading_is_empty(look: Look, where: dict[str, str], name: str) -> None:
    assert empty_headings(look(where[name]).main) == []


@pytest.mark.parametrize("address", ["/", "/artifacts/", "/capabilities/", "/categories/", "/kinds/", "/kinds/model/"])
def test_an_empty_catalog_has_pages_too(look: Look, db: None, address: str) -> None:
    """Without one artifact nothing is empty, undefined or broken."""
    page = look(address)
    assert empty_headings(page.main) == []
    assert PLACEHOLDERS.findall(page.text) == []
    assert [e.tag for e in page.main.all() if e.tag in ("ul", "ol", "table", "dl", "tbody") and not e.text] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: Client, look: Look, where: dict[str, str], name: str) -> None:
    page = look(where[name])
    here = {element["id"] for element in page.all() if element["id"]}
    for href in set(page.hrefs()):
        assert href, "an empty link"
        if href.startswith("#"):
            assert href[1:] in here, href
        elif href.startswith("?"):
            assert client.get(f"{where[name]}{href}").status_code == 200, href
        elif href.startswith("/"):
            answer = client.get(href)
            if href.startswith("/owner/"):  # asks who one is first
                assert answer["Location"] == f"/accounts/login/?next={href}"
                answer = client.get(answer["Location"])
            assert answer.status_code == 200, href
        else:
            assert href.startswith("https://"), href


@pytest.mark.parametrize("name", PAGES)
def test_an_anchor_on_another_page_is_there(client: Client, look: Look, where: dict[str, str], name: str) -> None:
    for href in {href for href in look(where[name]).hrefs() if href.startswith("/") and "#" in href}:
        address, _, anchor = href.partition("#")
        assert Page(client.get(address)).all(id=anchor), href


@pytest.mark.parametrize("name", PAGES)
def test_no_id_stands_twice_on_a_page(look: Look, where: dict[str, str], name: str) -> None:
    ids = [element["id"] for element in look(where[name]).all() if element["id"]]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_else_for_anything(look: Look, where: dict[str, str], name: str) -> None:
    """Fonts, styles, scripts and pictures are our own; links elsewhere are followed by readers only."""
    page = look(where[name])
    asked = [e["src"] for e in page.all() if "src" in e.attributes]
    asked += [e["href"] for e in page.all("link") if e["rel"] in ("stylesheet", "icon", "preload")]
    assert asked
    assert [address for address in asked if not address.startswith("/")] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_forbids_the_browser_what_it_does_not_need(client: Client, where: dict[str, str], name: str) -> None:
    policy = client.get(where[name])["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["artifact-detail", "artifact-alternatives", "artifact-changes"])
def test_a_draft_is_not_there(client: Client, shelves: Shelves, name: str) -> None:
    address = addresses(shelves)[name].replace("/full/", "/draft/")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_drafts_and_withdrawn_ones_are_named_nowhere(look: Look, where: dict[str, str], name: str) -> None:
    hrefs = look(where[name]).hrefs()
    assert [href for href in hrefs if "/draft/" in href or "/withdrawn/" in href] == []


@pytest.mark.parametrize("name", ["artifact-detail", "artifact-alternatives", "artifact-changes"])
def test_an_old_address_sends_on_for_good(client: Client, shelves: Shelves, name: str) -> None:
    address = addresses(shelves)[name]
    response = client.get(address.replace("/full/", "/full-v1/"))
    assert (response.status_code, response["Location"]) == (301, address)


@pytest.mark.parametrize("name", ["artifact-detail", "artifact-alternatives", "artifact-changes"])
def test_a_withdrawn_artifact_leaves_a_tombstone_with_the_reason(look: Look, shelves: Shelves, name: str) -> None:
    page = look(addresses(shelves)[name].replace("/full/", "/withdrawn/"), status=410)
    assert page.one("h1").text == "Withdrawn"
    assert "Its maker asked for it." in page.main.text
    assert page.meta("robots") == "noindex"


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("-detail") or name.startswith("artifact-")])
def test_an_unknown_name_is_404(client: Client, where: dict[str, str], name: str) -> None:
    if name == "artifact-list":
        return
    address = re.sub(r"(?<=/)(full|model|summarisation|text-models|model-card)(?=/)", "no-such-thing", where[name])
    assert client.get(address).status_code == 404
