"""Why this rank? Every point of it on one page, in words that never say anything but what the numbers say."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from contextlib import redirect_stdout
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from catalog.changes import change
from catalog.desk.merging import merge
from catalog.models import CatalogState, Reading, Source
from ranking import generations
from ranking.breakdowns import unpacked
from ranking.models import Breakdown, Hold, Quarantine, Snapshot
from ranking.quarantine import impose
from ranking.setting_aside import lift
from tests.cast import erin
from tests.catalog.pages.markup import Element, Page, empty_headings
from tests.catalog.pages.test_every_page import PLACEHOLDERS
from tests.factories import make_alias, make_artifact, make_source
from tests.ranking.conftest import add_history
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db
ADDRESS = "/artifacts/{}/rank/"
RANKED = ("full", "burst", "stale", "sparse", "disputed", "model")


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("\u202f", ""))


def breakdown(slug: str) -> Breakdown:
    live = CatalogState.objects.get(pk=1).live_generation
    return Breakdown.objects.get(generation=live, artifact__slug=slug)


def rows(page: Page) -> dict[str, Element]:
    """The told readings, by the sentence."""
    return {
        row.one("span", class_="value").text: row
        for row in page.section("readings").all("tr")
        if row.all("span", class_="value")
    }


def remarks(page: Page, state: str) -> list[str]:
    return page.texts("p", class_=f"note-{state}")


# --- the numbers ------------------------------------------------------------------------------------------------------


def test_the_headline_says_what_the_standing_says(look: Look, world: World) -> None:
    for slug in RANKED:
        standing = world.standing(getattr(world, slug))
        tagline = look(ADDRESS.format(slug)).main.one("p", class_="tagline").text
        wanted = f"Rank {round(standing.score)} ({round(standing.low)}–{round(standing.high)})"
        assert tagline.startswith(wanted)
        assert tagline.endswith(f"coverage {round(100 * standing.coverage)}\u202f%")


def test_the_numbers_on_the_page_add_up_to_the_rank(look: Look, world: World) -> None:
    """By the points as printed, and once more from weight, z and norm."""
    for slug in RANKED:
        page = look(ADDRESS.format(slug))
        norm = float(re.search(r"norm is ([\d.]+)", page.main.text)[1])  # type: ignore[index]
        cells = [
            [number(cell.text) for cell in row.all("td")] for row in page.one("table", class_="numbers").all("tr")[1:]
        ]
        rank = world.standing(getattr(world, slug)).score
        assert 50 + sum(points for *_, points in cells) == pytest.approx(rank, abs=0.005)
        assert 50 + sum(15 * weight * z / norm for weight, z, _ in cells) == pytest.approx(rank, abs=0.005)


def test_the_waterfall_has_one_step_for_each_signal(look: Look, world: World) -> None:
    for slug in RANKED:
        lines = look(ADDRESS.format(slug)).one("ol", class_="waterfall").all("li")
        used = [point for point in unpacked(breakdown(slug)).points if point.weight]
        assert len(lines) == len(used) + 2
        assert lines[0].one("span", class_="fall-points").text == "50.0"
        assert number(lines[-1].one("span", class_="fall-points").text) == pytest.approx(
            world.standing(getattr(world, slug)).score, abs=0.051
        )
        hollow = [line for line in lines if line.all("g", class_="step-estimated")]
        assert len(hollow) == sum(point.estimated for point in used)
        assert all("estimated" in line.one("span", class_="fall-name").text for line in hollow)


@pytest.mark.django_db
def test_what_was_read_but_once_is_not_called_unpublished(look: Look) -> None:
    """One count of stars says nothing of what comes in half a year; that they are published it does say."""
    artifact, source = make_artifact(kind="mcp", slug="once"), make_source()
    add_history(artifact, source, now=timezone.now())
    first = Reading.objects.filter(artifact=artifact, signal="stars").latest("observed_at")
    Reading.objects.filter(artifact=artifact, signal="stars").exclude(pk=first.pk).delete()
    generations.build(now=timezone.now())
    text = look(ADDRESS.format("once")).text
    assert "New stars: not known yet" in text
    assert "Read for too short a time; estimated from" in text
    assert "Issues closed: not published" in text


def test_words_never_contradict_numbers(look: Look, world: World) -> None:
    """An estimate says so and has no source, a reading has one; what is held back is said with its number."""
    for slug in RANKED:
        page = look(ADDRESS.format(slug))
        used = {point.spec.label: point for point in unpacked(breakdown(slug)).points if point.weight}
        told = [row for row in page.section("readings").all("tr") if row.all("td")]
        assert len(told) == len(used)
        for row in told:
            text, points = row.all("td")[0].text, number(row.one("th").text)
            estimated, source = "Not published; estimated from" in text, row.all("td")[1]
            assert ("not published" in text) == estimated
            assert (source.text == "no source says") == estimated
            if estimated:
                label = text.partition(":")[0]
                point = used[label]
                assert point.estimated
                assert points == pytest.approx(point.points, abs=0.051)
                assert f"± {point.spread:.1f}" in text
        held = sorted(round(point.held) for point in used.values() if point.held >= 1)
        assert sorted(int(number(re.search(r"\+([\d\u202f]+)", text)[1])) for text in remarks(page, "held")) == held  # type: ignore[index]


def test_the_program_on_the_page_recomputes_the_rank(look: Look, world: World, client: Client) -> None:
    """As it stands there, with nothing but the standard library, from the file that it names and the page links to."""
    program = look(ADDRESS.format("full")).one("pre", id="snippet").all("code")[0]
    source = "".join(child for child in program.children if isinstance(child, str))
    file = client.get("/artifacts/full/rank.json").json()
    assert "/artifacts/full/rank.json" in look(ADDRESS.format("full")).hrefs()
    assert said_by(source, file) == f"{round(file['rank'], 2)} is {round(file['rank'], 2)}"
    assert " is not " in said_by(source, {**file, "rank": file["rank"] + 1})
    wrong = [{**file["points"][0], "points": file["points"][0]["points"] + 1}, *file["points"][1:]]
    with pytest.raises(AssertionError, match=file["points"][0]["signal"]):
        said_by(source, {**file, "points": wrong})


def said_by(program: str, file: dict[str, Any]) -> str:
    asked: list[str] = []

    def urlopen(address: str) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO(json.dumps(file).encode())

    with mock.patch("urllib.request.urlopen", urlopen), redirect_stdout(io.StringIO()) as out:
        exec(program, {})
    assert asked[0].endswith("/artifacts/full/rank.json")
    return out.getvalue().strip()


# --- the words --------------------------------------------------------------------------------------------------------


def test_a_reading_is_told_with_value_source_date_and_points(look: Look, world: World) -> None:
    row = rows(look(ADDRESS.format("full")))["21 contributors in all"]
    link = row.one("a")
    assert (link.text, link["href"]) == ("Code host", world.source.url)
    assert row.one("time")["datetime"] == (world.now - dt.timedelta(hours=1)).date().isoformat()
    assert re.fullmatch(r"[+\u2212]?\d+\.\d", row.one("th").text)


def test_a_burst_is_held_back_and_drawn_hatched(look: Look, world: World) -> None:
    page = look(ADDRESS.format("burst"))
    assert any("Unconfirmed +" in text and "confirms if it lasts" in text for text in remarks(page, "held"))
    assert page.one("ol", class_="waterfall").all("g", class_="step-withheld")
    assert remarks(look(ADDRESS.format("full")), "held") == []


def test_what_nobody_reads_any_more_is_stale(look: Look, world: World) -> None:
    page = look(ADDRESS.format("stale"))
    assert any("Last read 4 months ago" in text for text in remarks(page, "stale"))
    assert remarks(look(ADDRESS.format("full")), "stale") == []


def test_what_is_missing_is_named_and_estimated(look: Look, world: World) -> None:
    page = look(ADDRESS.format("sparse"))
    assert "Downloads a month" in page.one("p", class_="missing").text
    assert any(text.startswith("Not published; estimated from") for text in remarks(page, "estimated"))
    assert look(ADDRESS.format("full")).all("p", class_="missing") == []


def test_sources_that_disagree_are_both_told(look: Look, world: World) -> None:
    assert any(
        text.startswith("Mirror says 9\u202f999 on ") for text in remarks(look(ADDRESS.format("disputed")), "disputed")
    )


def test_a_reading_that_cannot_be_is_named_and_not_used(look: Look, world: World) -> None:
    text = look(ADDRESS.format("disputed")).section("unused").text
    assert "Forks, \u22125: not used, since it is below zero." in text


def test_readings_of_a_quarantined_source_are_said_to_be_left_out(look: Look, world: World) -> None:
    Quarantine.objects.create(source=world.source, since=world.now.date(), why="It counts bots.", set_at=world.now)
    assert "Readings of Code host" not in look(ADDRESS.format("full")).text  # the live generation still has them
    generations.build(now=timezone.now())
    assert "Readings of Code host are not used for now: It counts bots." in look(ADDRESS.format("full")).text


def test_a_burst_that_waits_for_an_editor_says_so(look: Look, world: World) -> None:
    assert Hold.objects.filter(artifact=world.burst, state="open").exists()
    assert remarks(look(ADDRESS.format("burst")), "decided") == ["An editor is asked whether it counts already."]


def test_an_editors_word_on_a_burst_is_told(look: Look, world: World) -> None:
    Hold.objects.filter(artifact=world.burst).delete()
    Hold.objects.create(
        artifact=world.burst, signal="stars", reason="burst", state="accepted", held=4_000, counted=10,
        seen_on=world.now.date(), until=world.now.date(), decided_by=erin(), decided_at=world.now,
        why="A conference talk.",
    )  # fmt: skip
    told = remarks(look(ADDRESS.format("burst")), "decided")
    assert [text for text in told if text.endswith(": A conference talk.")] == told != []


def test_a_component_without_evidence_says_no_data(look: Look, world: World) -> None:
    page = look(ADDRESS.format("full"))
    assert "no data" in page.one("h3", id="part-match").text
    scores = dict(
        zip(
            page.one("div", class_="rank-head").texts("dt"),
            page.one("div", class_="rank-head").texts("dd"),
            strict=True,
        )
    )
    assert scores["Match"] == "no data"
    assert scores["Adoption"].isdigit()


def test_a_rank_that_rests_on_a_prior_says_so(look: Look, world: World) -> None:
    assert "rests on a prior" in look(ADDRESS.format("full")).text


# --- over time --------------------------------------------------------------------------------------------------------


def test_history_is_drawn_with_its_band_and_told_in_words(look: Look, world: World) -> None:
    section = look(ADDRESS.format("full")).section("history")
    chart = section.one("svg", role="img")
    assert chart["aria-label"].startswith("Rank from ")
    assert "the first 3 of 4 weeks are computed afterwards" in chart["aria-label"]
    assert chart.all("path", class_="rank-band")
    assert "The first 3 weeks are computed afterwards" in section.text
    assert section.one("table").texts("td")[2::3] == ["at the time", *["afterwards"] * 3]


def test_one_week_alone_makes_no_history(look: Look, world: World) -> None:
    Snapshot.objects.all().delete()
    page = look(ADDRESS.format("full"))
    assert page.all("section", id="history") == page.all("section", id="changes") == []
    assert "History" not in page.one("nav", class_="toc").text


def test_what_changed_adds_up(look: Look, world: World) -> None:
    """The steps that are told and the rest are the whole difference to the older rank."""
    for artifact in (world.full, world.burst):
        section = look(ADDRESS.format(artifact.slug)).section("changes")
        told = [number(text) for text in section.texts("span", class_="amount")]
        before, now = re.search(r"from (\d+\.\d) to (\d+\.\d)", section.text).groups()  # type: ignore[union-attr]
        assert sum(told) == pytest.approx(float(now) - float(before), abs=0.05 * (len(told) + 2) - 0.001)
        old = Snapshot.objects.get(artifact=artifact, on=section.all("time")[0]["datetime"])
        assert float(before) == pytest.approx(old.score, abs=0.051)


def test_a_step_that_moved_is_told_with_its_points(look: Look, world: World) -> None:
    week = Snapshot.objects.filter(artifact=world.full).order_by("-on").first()
    assert week is not None
    week.points["downloads"] -= 3
    week.save()
    first = look(ADDRESS.format("full")).section("changes").all("li")[0]
    assert "Downloads a month: read again: " in first.text
    now = next(point.points for point in unpacked(breakdown("full")).points if point.signal == "downloads")
    assert number(first.one("span", class_="amount").text) == pytest.approx(now - week.points["downloads"], abs=0.051)


def test_what_would_raise_it_is_at_most_three_things_that_would(look: Look, world: World) -> None:
    for slug in RANKED:
        gains = [
            number(text.removeprefix("up to "))
            for text in look(ADDRESS.format(slug)).section("raise").texts("span", class_="amount")
        ]
        assert 1 <= len(gains) <= 3
        assert gains == sorted(gains, reverse=True)
        assert min(gains) > 0


# --- without a rank ---------------------------------------------------------------------------------------------------


def test_without_enough_evidence_it_says_what_is_needed(look: Look, world: World) -> None:
    page = look(ADDRESS.format("bare"))
    assert "Not ranked yet" in page.main.text
    assert page.main.text.casefold().count("not ranked yet") == 1
    assert "families" not in page.main.text, "nobody has said what a family is"
    assert "There is none so far" in page.main.text
    assert any(line.startswith("Usage: ") for line in page.section("lacking").texts("li"))
    assert page.all("ol", class_="waterfall") == page.all("pre") == []
    assert empty_headings(page.main) == []


def test_what_is_newer_than_the_ranks_waits_for_the_next(look: Look, world: World) -> None:
    make_artifact(slug="newest")
    assert "newer than the live generation" in look(ADDRESS.format("newest")).text


def test_before_the_first_generation_it_says_so(look: Look, db: None) -> None:
    make_artifact(slug="first")
    assert "Not ranked yet" in look(ADDRESS.format("first")).main.text


# --- the page ---------------------------------------------------------------------------------------------------------


def test_nothing_is_empty_twice_or_undefined(look: Look, world: World) -> None:
    for slug in [*RANKED, "bare"]:
        page = look(ADDRESS.format(slug))
        assert empty_headings(page.main) == []
        assert PLACEHOLDERS.findall(page.text) == []
        ids = [element["id"] for element in page.all() if element["id"]]
        assert sorted(set(ids)) == sorted(ids)
        assert [href for href in page.hrefs() if href.startswith("#") and href[1:] not in ids] == []
        assert page.all(style="") == []


def test_addresses_behave_as_the_artifacts_own(client: Client, world: World) -> None:
    make_alias(artifact=world.full, slug="full-v1")
    make_artifact(slug="gone", lifecycle="withdrawn", withdrawn_reason="Its maker asked for it.")
    make_artifact(slug="draft", lifecycle="draft", published_at=None)
    moved = client.get(ADDRESS.format("full-v1"))
    assert (moved.status_code, moved["Location"]) == (301, ADDRESS.format("full"))
    assert client.get(ADDRESS.format("gone")).status_code == 410
    assert client.get(ADDRESS.format("draft")).status_code == 404
    assert client.get(ADDRESS.format("nobody")).status_code == 404


def test_a_copy_is_current_until_the_next_generation(client: Client, world: World) -> None:
    tag = client.get(ADDRESS.format("full"))["ETag"]
    assert client.get(ADDRESS.format("full"), headers={"if-none-match": tag}).status_code == 304
    generations.build(now=timezone.now())
    assert client.get(ADDRESS.format("full"), headers={"if-none-match": tag}).status_code == 200


def test_after_a_merge_the_page_says_when_its_file_can_be_verified_again(look: Look, world: World) -> None:
    assert "verify_rank" in look("/artifacts/full/rank/").section("recompute").text
    merge(world.burst, into=world.full, why="One thing, listed twice.")
    recompute = look("/artifacts/full/rank/").section("recompute").text
    assert "From the next generation on it can be computed again" in recompute
    assert "verify_rank" not in recompute


def test_a_quarantine_lifted_since_is_told_as_what_this_generation_left_out(look: Look, world: World) -> None:
    """Until the next one: its readings are in none of the numbers on the page."""
    mirror = Source.objects.get(slug="mirror")
    it = impose(mirror, why="It counted its own visits.", by=erin(), now=timezone.now())
    assert it.waits_since is None
    generations.build(now=timezone.now())
    lift(it, why="Their numbers were right.", by=erin(), now=timezone.now() + dt.timedelta(minutes=1))
    later = impose(mirror, why="Another one.", by=erin(), now=timezone.now() + dt.timedelta(minutes=2))
    with change(why="So that no kept page stands in the way.") as touching:
        touching.is_touched = True
    unused = look("/artifacts/disputed/rank/").section("unused").text
    assert "Readings of Mirror were not used for this rank: It counted its own visits." in unused
    assert "They count again from the next generation on: Their numbers were right." in unused
    assert later.why not in unused


def test_made_another_kind_it_is_told_among_those_it_was_ranked_with(look: Look, world: World) -> None:
    standing = world.standing(world.full)
    standing.percentile = 92.0
    standing.save()
    world.full.kind = "dataset"
    world.full.save()
    page = look("/artifacts/full/rank/")
    assert "top 8\u202f% of MCP servers" in page.main.one("p", class_="tagline").text
    assert "of datasets" not in page.main.text
    assert "top 8\u202f% of MCP servers" in look("/artifacts/full/").main.text
