"""One artifact's page: everything that is known of it, each value with its source, and no empty box."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Artifact
from catalog.publishing import deprecate
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Element, empty_headings
from tests.catalog.pages.shelves import Shelves
from tests.factories import (
    make_alias,
    make_artifact,
    make_contrast,
    make_evidence,
    make_fact,
    make_offering,
    make_price,
    make_result,
    make_source,
    make_standing,
)

pytestmark = pytest.mark.django_db

SECTIONS = [
    "about",
    "capabilities",
    "fit",
    "facts",
    "prices",
    "benchmarks",
    "lineage",
    "readings",
    "related",
    "sources",
]


def rows(section: Element) -> dict[str, str]:
    return {row.all("th")[0].text: row.text for row in section.all("tr") if row.all("th") and row.all("td")}


def test_it_holds_all_parts_in_order(look: Look, shelves: Shelves) -> None:
    page = look("/artifacts/full/")
    assert page.one("h1").text == "Full"
    assert [section["id"] for section in page.main.all("section") if section["id"]] == SECTIONS
    assert page.main.one(class_="tagline").text == "Does everything"
    assert "Does everything" in page.meta("description")


def test_its_contents_lead_to_all_parts(look: Look, shelves: Shelves) -> None:
    page = look("/artifacts/full/")
    contents = [link["href"] for link in page.one("nav", aria_label="On this page").all("a")]
    assert contents == [f"#{name}" for name in SECTIONS if name != "about"]


def test_results_stand_benchmark_by_benchmark_the_newest_first(look: Look) -> None:
    """And what has no date behind them, which databases put at either end."""
    artifact, source = make_artifact(slug="full"), make_source()
    for version, day in (("none", None), ("old", dt.date(2024, 1, 1)), ("new", dt.date(2025, 1, 1))):
        for benchmark in ("Reeds", "Herons"):
            make_result(artifact=artifact, source=source, benchmark=benchmark, version=version, measured_on=day)
    rows_there = look("/artifacts/full/").one("section", id="benchmarks").all("tbody")[0].all("tr")
    assert [row.all("th")[0].text for row in rows_there] == [
        f"{benchmark} {version}" for benchmark in ("Herons", "Reeds") for version in ("new", "old", "none")
    ]


def test_an_offering_with_much_of_everything_says_each_once(look: Look) -> None:
    """Evidence and words against others come in one query, of which each would else be told with each."""
    artifact = make_artifact(slug="full")
    offering = make_offering(artifact=artifact, title="Condenses reports")
    for number in range(3):
        make_evidence(offering=offering, quote=f"Quote {number}.")
        make_contrast(offering=offering, artifact=make_artifact(name=f"Rival {number}"), text=f"Shorter {number}.")
    told = look("/artifacts/full/").one("section", id="capabilities").text
    assert [told.count(f"Quote {n}.") for n in range(3)] == [1, 1, 1]
    assert [told.count(f"Shorter {n}.") for n in range(3)] == [1, 1, 1]
    assert told.index("Quote 0.") < told.index("Quote 1.") < told.index("Quote 2.")
    assert told.index("Shorter 0.") < told.index("Shorter 1.") < told.index("Shorter 2.")


def test_a_part_without_content_is_not_there(look: Look, shelves: Shelves) -> None:
    page = look("/artifacts/sparse/")
    assert [section["id"] for section in page.main.all("section") if section["id"]] == ["capabilities"]
    assert empty_headings(page.main) == []
    assert [
        e.tag for e in page.main.all() if e.tag in ("ul", "ol", "dl", "table", "tbody", "p", "dd") and not _seen(e)
    ] == []


def _seen(element: Element) -> bool:
    """Whether a reader sees words, a picture or a mark of it."""
    return bool(element.text) or any(e.tag == "svg" for e in element.walk())


def test_it_answers_plainly(look: Look, shelves: Shelves) -> None:
    answer = look("/artifacts/full/").main.one("dl", class_="in-short")
    lines = dict(zip(answer.texts("dt"), answer.texts("dd"), strict=True))
    assert "long reports" in lines["Good for"]
    # A limit need not name a use: “Not for: English only” says the reverse of what is known.
    assert "poetry" in lines["Known limits"]
    assert "Not for" not in lines
    assert "$2.00 per 1M input tokens" in lines["Cheapest at"]


def test_an_offering_tells_all_it_holds(look: Look, shelves: Shelves) -> None:
    offering = look("/artifacts/full/").section("capabilities").one("details", class_="offering")
    terms = dict(zip(offering.texts("dt"), offering.texts("dd"), strict=True))
    assert terms["Capability"] == "Summarisation (text in, text out)"
    assert terms["Serves"] == "“summarise a 50 page contract”"
    assert terms["Only here"] == "Keeps the numbers."
    assert terms["Against"] == "Rival: Rival is quicker."
    assert terms["Fails when"] == "Invents a figure (rare) What helps: Check the figures."
    assert "It summarises." in terms["Evidence"]
    assert "https://acme.example/card" in offering.hrefs()
    assert terms["Confidence"]
    assert "Taken apart by editor." in offering.text


def test_confidence_is_explained_by_its_evidence(look: Look, shelves: Shelves) -> None:
    """The owner's own word alone weighs little, and the page says so; several voices weigh more."""
    own = look("/artifacts/full/").section("capabilities").one("svg", class_="pips")["aria-label"]
    offering = shelves.full.offerings.get()
    for kind in ("measurement", "paper", "code"):
        source = make_source(kind=kind, publisher=None)
        make_evidence(offering=offering, source=source, dated_on=timezone.now().date())
    several = look("/artifacts/full/").section("capabilities").one("svg", class_="pips")["aria-label"]
    assert own.startswith(("Low confidence", "Medium confidence"))
    assert several.startswith("High confidence")


def test_the_first_eight_offerings_are_open_to_the_eye_and_the_rest_one_click_away(
    look: Look, shelves: Shelves
) -> None:
    for _ in range(10):
        make_offering(artifact=shelves.full)
    section = look("/artifacts/full/").section("capabilities")
    more = section.one("details", class_="more")
    assert more.all("summary")[0].text == "3 more"
    assert len(section.all("details", class_="offering")) == 11
    assert len(more.all("details", class_="offering")) == 3


@pytest.mark.parametrize("name", ["facts", "prices", "benchmarks", "readings"])
def test_every_number_leads_to_its_source_in_one_click(look: Look, shelves: Shelves, name: str) -> None:
    """To the source itself, or to our page about it where it is not online."""
    places = {"https://acme.example/card", "/sources/founding-documents/"}
    bodies = look("/artifacts/full/").section(name).all("tbody")
    lines = [row for body in bodies for row in body.all("tr")]
    assert lines
    assert [row.text for row in lines if not places & set(row.hrefs())] == []


def test_facts_are_said_in_words_with_their_units(look: Look, shelves: Shelves) -> None:
    make_fact(artifact=shelves.full, name="parameters_total", value=141_000_000_000)
    make_fact(artifact=shelves.full, name="open_weights", value=True)
    make_fact(artifact=shelves.full, name="released", value="2024-04")
    table = rows(look("/artifacts/full/").section("facts"))
    assert "141B" in table["Parameters"]
    assert "Yes" in table["Open weights"]
    assert "April 2024" in table["Release date"]


def test_a_dispute_is_shown_with_both_sides(look: Look, shelves: Shelves) -> None:
    row = rows(look("/artifacts/full/").section("facts"))["Context window"]
    assert "disputed" in row
    assert "32\u202f768 tokens" in row
    assert "65\u202f536 tokens" in row
    assert "Model card" in row
    assert "Founding documents" in row


def test_a_dispute_along_the_lineage_names_the_relative(look: Look, shelves: Shelves) -> None:
    """A fine-tune has its base's parameters: where the two pages say otherwise, both say so."""
    base = Artifact.objects.get(slug="base")
    make_fact(artifact=shelves.full, name="parameters_total", value=141_000_000_000)
    make_fact(artifact=base, name="parameters_total", value=176_000_000_000)
    for slug, other, there in (("full", "Base", "176B"), ("base", "Full", "141B")):
        row = rows(look(f"/artifacts/{slug}/").section("facts"))["Parameters"]
        assert "disputed" in row
        assert there in row
        assert f"for {other}" in row


def test_a_settled_dispute_gives_its_reason(look: Look, shelves: Shelves) -> None:
    fact = shelves.full.facts.get(value=32_768)
    fact.settled_at, fact.settled_reason = timezone.now(), "The configuration in the repository says so."
    fact.save()
    row = rows(look("/artifacts/full/").section("facts"))["Context window"]
    assert "The configuration in the repository says so." in row
    assert "disputed" not in row


def test_prices_are_said_as_people_say_them_and_old_ones_kept_apart(look: Look, shelves: Shelves) -> None:
    section = look("/artifacts/full/").section("prices")
    past = section.one("details", class_="more")
    assert past.all("summary")[0].text == "1 past price"
    assert "$3.00" in past.text
    current = section.all("table")[0]
    assert "$2.00" in current.text
    assert "1M input tokens" in current.text
    assert "$3.00" not in current.text


def test_a_tiny_price_has_no_exponent(look: Look, shelves: Shelves) -> None:
    make_price(artifact=shelves.full, amount="0.000000002", per=1, provider="Tiny")
    text = look("/artifacts/full/").section("prices").text
    assert "e-" not in text.lower()
    assert "$0.000000002" in text


def test_readings_show_the_latest_and_the_way_there(look: Look, shelves: Shelves) -> None:
    row = look("/artifacts/full/").section("readings").one("tbody").one("tr")
    assert row.one("th").text == "Likes"
    assert row.all("td")[0].text == "500"
    assert "3 readings" in row.one("svg", class_="spark")["aria-label"]


def test_lineage_leads_both_ways(look: Look, shelves: Shelves) -> None:
    child = look("/artifacts/full/").section("lineage")
    assert (child.texts("dt"), child.one("dd").all("a")[0]["href"]) == (["Derived from"], "/artifacts/base/")
    parent = look("/artifacts/base/").section("lineage")
    assert (parent.texts("dt"), parent.one("dd").all("a")[0]["href"]) == (["Basis of"], "/artifacts/full/")


def test_related_ones_say_why(look: Look, shelves: Shelves) -> None:
    section = look("/artifacts/full/").section("related")
    assert section.all("li", class_="card")[0].one("h3").one("a")["href"] == "/artifacts/rival/"
    assert section.texts("p", class_="card-note") != []
    assert "/artifacts/full/alternatives/" in section.hrefs()


def test_sources_say_how_much_rests_on_them(look: Look, shelves: Shelves) -> None:
    section = look("/artifacts/full/").section("sources")
    first = section.all("li")[0]
    assert "/sources/model-card/" in first.hrefs()
    assert "https://acme.example/card" in first.hrefs()
    # One evidence, two facts, three prices, one result, three readings, one lineage.
    assert "11 statements" in first.text
    assert "read 31 May 2026" in first.text


def test_an_unknown_licence_is_said_to_be_unknown(look: Look, shelves: Shelves) -> None:
    glance = look("/artifacts/sparse/").main.one("dl", class_="glance")
    assert glance.one("svg", class_="state-mark-unknown")["aria-label"]
    assert "Apache-2.0 permissive" in look("/artifacts/full/").main.one("dl", class_="glance").text


def test_identity_and_places_elsewhere_are_given(look: Look, shelves: Shelves) -> None:
    glance = look("/artifacts/full/").main.one("dl", class_="glance")
    terms = dict(zip(glance.texts("dt"), glance.texts("dd"), strict=True))
    assert terms["Hugging Face"] == "acme/full"
    assert terms["Categories"] == "Text models"
    assert {"https://acme.example/full", "https://github.com/acme/full"} <= set(glance.hrefs())


def test_links_to_elsewhere_pass_no_trust_on(look: Look, shelves: Shelves) -> None:
    links = [link for link in look("/artifacts/full/").all("a") if link["href"].startswith("http")]
    assert links
    assert [link["href"] for link in links if "nofollow" not in link["rel"] or "noopener" not in link["rel"]] == []


def test_a_deprecated_one_says_what_takes_its_place(look: Look, shelves: Shelves) -> None:
    deprecate(shelves.full, by=shelves.rival)
    page = look("/artifacts/full/")
    note = page.main.one("p", class_="message")
    assert note.text == "Deprecated: Rival takes its place."
    assert note.hrefs() == ["/artifacts/rival/"]


def test_rank_appears_with_band_and_components_once_there_is_one(look: Look, shelves: Shelves) -> None:
    assert look("/artifacts/full/").all(class_="rank-line") == []
    make_standing(artifact=shelves.full, score=57.4, low=51, high=63, percentile=80, adoption=60, quality=None)
    rank = look("/artifacts/full/").main.one("section", class_="glance-rank")
    assert rank.one("svg", class_="rank-line")["aria-label"] == "Rank 57 of 100, likely between 51 and 63"
    parts = dict(zip(rank.texts("dt"), rank.texts("dd"), strict=True))
    assert parts["Adoption"] == "60"
    assert parts["Quality"] == "no data"  # never 0: missing evidence is not bad evidence


def test_a_lapsed_proof_shows_no_badge(look: Look, shelves: Shelves) -> None:
    now = timezone.now()
    for until, badges in ((now + dt.timedelta(days=1), 1), (now - dt.timedelta(seconds=1), 0)):
        shelves.full.verified_until = until
        shelves.full.save()
        assert len(look("/artifacts/full/").all(class_="badge")) == badges


def test_structured_data_says_what_the_page_says(look: Look, shelves: Shelves) -> None:
    make_fact(artifact=shelves.full, name="released", value="2024-04-17")
    page = look("/artifacts/full/")
    data = page.json_ld
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "SoftwareApplication"
    assert data["name"] == page.one("h1").text
    assert data["description"] == page.main.one(class_="tagline").text
    assert data["url"] == page.canonical == f"{settings.SITE_URL}/artifacts/full/"
    assert data["publisher"]["name"] == "Acme"
    assert data["keywords"] == ["Summarisation"]
    assert data["license"] == "https://spdx.org/licenses/Apache-2.0.html"
    assert data["datePublished"] == "2024-04-17"
    assert data["identifier"] == ["huggingface:acme/full"]
    assert data["sameAs"] == ["https://acme.example/full", "https://github.com/acme/full"]


def test_structured_data_of_a_sparse_one_claims_nothing(look: Look, shelves: Shelves) -> None:
    assert set(look("/artifacts/sparse/").json_ld) == {
        "@context",
        "@type",
        "name",
        "url",
        "keywords",
        "applicationCategory",
    }


@pytest.mark.parametrize(
    ("kind", "expected"), [("dataset", "Dataset"), ("repo", "SoftwareSourceCode"), ("api", "WebAPI")]
)
def test_structured_data_knows_the_kind(look: Look, db: None, kind: str, expected: str) -> None:
    artifact = make_artifact(kind=kind)
    assert look(artifact.get_absolute_url()).json_ld["@type"] == expected


def test_an_artifacts_own_address_wins_over_anothers_old_one(look: Look, shelves: Shelves) -> None:
    """An alias that collides with a slug must not hide the artifact that is there."""
    newcomer = make_artifact(slug="newcomer", name="Newcomer")
    make_alias(artifact=shelves.full, slug="newcomer")
    assert look("/artifacts/newcomer/").one("h1").text == newcomer.name


def test_the_cheapest_price_is_the_cheapest_and_leads_to_its_source(look: Look, shelves: Shelves) -> None:
    cheap = make_source(url="https://cheap.example/")
    make_price(artifact=shelves.full, provider="Cheap", amount="0.50", source=cheap)
    make_price(artifact=shelves.full, provider="Dear", amount="9.00")
    answer = look("/artifacts/full/").main.one("dl", class_="in-short")
    assert "Cheap, $0.50 per 1M input tokens" in answer.text
    assert answer.hrefs() == ["https://cheap.example/"]
