"""How often what is compared was shown and chosen: as the generation counted it, and as a week wrote it down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from ranking import generations, sheets, snapshots
from ranking.graph import folding
from tests.factories import make_capability
from tests.ranking.conftest import NOW, make_ranked
from tests.ranking.graph.events import choose, search

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture
def pair(time_machine: Any) -> tuple[Any, ...]:
    time_machine.move_to(NOW, tick=False)
    return tuple(sorted(make_ranked(3), key=lambda one: one.slug)[:2])


def ask(pair: tuple[Any, ...], people: int, *, of: int = 0, **given: Any) -> None:
    capability = make_capability()
    for who in range(of, of + people):
        one = search("draw a logo", *pair, who=who, ago=1 + who % 4, **given)
        one.shown = [[artifact.pk, capability.pk] for artifact in pair]
        one.save()
        choose(one, pair[0], **given)
    folding.fold(now=NOW)


def counts(client: Client, pair: tuple[Any, ...], query: str = "") -> dict[str, list[tuple[Any, str]]]:
    key = "-vs-".join(one.slug for one in pair)
    table = client.get(f"/compare/{key}.json{query}").json()
    return {
        row["name"]: [(cell["value"], cell["text"]) for cell in row["cells"]]
        for row in table["facts"]
        if row["name"] in ("shown", "chosen")
    }


def test_what_was_never_in_an_answer_has_no_row(client, pair):
    generations.build(now=NOW)
    assert counts(client, pair) == {}


def test_page_and_json_tell_what_the_generation_counted(client, pair):
    ask(pair, 4)
    generations.build(now=NOW)
    ask(pair, 2, of=50)  # since then: not counted yet
    assert counts(client, pair) == {"shown": [(4, "4"), (4, "4")], "chosen": [(4, "4"), (0, "0")]}
    page = client.get(f"/compare/{pair[0].slug}-vs-{pair[1].slug}/").content.decode()
    assert "Times shown" in page
    assert "(sample)" not in page


def test_made_up_searches_are_marked_and_no_finding_rests_on_them(client, pair):
    ask(pair, 4, is_sample=True)
    generations.build(now=NOW)
    assert counts(client, pair)["shown"] == [(4, "4 (sample)"), (4, "4 (sample)")]
    page = client.get(f"/compare/{pair[0].slug}-vs-{pair[1].slug}/").content.decode()
    assert page.count("Made-up searches of the demo are counted: no evidence") == 1, "once, and not in every cell"
    markdown = client.get(f"/compare/{pair[0].slug}-vs-{pair[1].slug}.md").content.decode()
    assert markdown.count("Made-up searches of the demo are counted: no evidence") == 1
    assert "Chosen when it was shown" not in page


def test_a_past_day_tells_the_counts_of_its_week(client, pair, time_machine):
    ask(pair, 4)
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    sheets.keep(now=NOW)
    ask(pair, 5, of=50)
    time_machine.move_to(NOW + WEEK, tick=False)
    generations.build(now=NOW + WEEK)
    assert counts(client, pair)["shown"] == [(9, "9"), (9, "9")]
    assert counts(client, pair, f"?at={NOW.date()}") == {"shown": [(4, "4"), (4, "4")], "chosen": [(4, "4"), (0, "0")]}
