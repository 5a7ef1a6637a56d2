"""A comparison written out: JSON of a fixed shape, CSV that nothing runs, Markdown that nothing breaks, an image."""

from __future__ import annotations

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from markdown_it import MarkdownIt

from catalog.confidence import Level
from catalog.parts import FailureMode
from ranking.comparison import Preferences, Subject, Table, Workload, table_of
from ranking.comparison.changes import Changed, Changes
from ranking.comparison.document import PARTS, Edition, document_of
from ranking.comparison.image import drawable, png_of, svg_of, width_of
from ranking.comparison.markdown import escaped, markdown_of
from ranking.comparison.rows import csv_of
from ranking.formulas import shipped_formula
from tests.ranking.comparison.subjects import DAY, fact, offering, price, ranked, result, subject, terms_of

ROOT = "https://unfragile.example"
HOSTILE = "=cmd|' /C calc'!A0"


def table(*subjects: Subject, **asked: Any) -> Table:
    return table_of(
        subjects,
        terms=terms_of(*subjects),
        formula=shipped_formula(),
        generation=14,
        at=DAY,
        preferences=Preferences(**asked),
    )


def edition(*subjects: Subject, **asked: Any) -> Edition:
    return Edition(table(*subjects, **asked), ROOT)


def pair(**overrides: Any) -> list[Subject]:
    first = subject(
        "alpha",
        ranked=ranked(70),
        facts=(fact("context_window", 32_000, 64_000), fact("open_weights", True)),
        prices=(price("2.00"),),
        results=(result("8.3"),),
        offerings=(
            offering("summaries", Level.MEDIUM, unique="Keeps figures.", limitations=["long texts"],
                     failure_modes=[FailureMode("Invents", "rare", "rare", "")]),
            offering("code"),
        ),
        **overrides,
    )  # fmt: skip
    return [first, subject("beta", ranked=ranked(50), offerings=(offering("summaries"),))]


def test_json_has_the_keys_that_are_fixed() -> None:
    """Beside them more may stand, and every value is one that JSON has."""
    it = json.loads(json.dumps(document_of(edition(*pair()))))
    assert {
        "key", "artifacts", "generation", "at", "comparable", "why_not", "facts", "capabilities", "verdict",
    } <= set(it)  # fmt: skip
    assert (it["key"], it["generation"], it["at"], it["comparable"], it["why_not"]) == (
        "alpha-vs-beta", 14, "2026-06-01", True, "",
    )  # fmt: skip
    for row in it["artifacts"]:
        assert {"slug", "name", "kind", "tagline", "url", "rank", "verified"} <= set(row)
        assert set(row["rank"]) == {"score", "low", "high", "percentile", "coverage", "generation"}
    for row in it["facts"]:
        assert {"name", "label", "cells", "differs"} <= set(row)
        assert len(row["cells"]) == 2
        for cell in row["cells"]:
            assert {"value", "text", "state", "sources"} <= set(cell)
            assert cell["state"] in ("known", "unknown", "disputed", "does_not_apply")
    for row in it["capabilities"]:
        assert {"capability", "group", "cells"} <= set(row)
        assert row["group"] in ("all", "some", "one")
        for cell in row["cells"]:
            assert {"state", "offering", "confidence"} <= set(cell)
            assert (cell["offering"] is None) == (cell["state"] != "has")
    assert {"sentence", "outcome", "winner", "probability", "findings"} <= set(it["verdict"])
    assert all({"text", "rows"} <= set(finding) for finding in it["verdict"]["findings"])


def test_json_says_what_is_disputed_and_by_whom() -> None:
    facts = {row["name"]: row for row in document_of(edition(*pair()))["facts"]}
    cell, other = facts["context_window"]["cells"]
    assert cell["state"] == "disputed"
    assert [said["value"] for said in cell["sources"]] == [32_000, 64_000]
    assert {said["url"] for said in cell["sources"]} == {"https://example.org/paper"}
    assert (other["state"], other["value"], other["sources"]) == ("unknown", None, [])


def test_json_makes_only_the_fields_that_are_asked_for() -> None:
    assert document_of(edition(*pair()), ["key", "citation"]) == {
        "key": "alpha-vs-beta",
        "citation": "Alpha and Beta. Unfragile, generation 14, 1 June 2026. https://unfragile.example/compare/alpha-vs-beta/",
    }
    assert list(document_of(edition(*pair()))) == list(PARTS)


def test_a_past_edition_is_cited_with_its_day_and_the_week_of_its_ranks() -> None:
    past = Edition(table(*pair()), ROOT, Changes(DAY, None, "", ()))
    assert past.citation.endswith("ranks of 1 June 2026, 1 June 2026. " + past.address)
    assert past.address == f"{ROOT}/compare/alpha-vs-beta/?at=2026-06-01"


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_has_a_row_for_each_row_of_the_table() -> None:
    it = edition(*pair(), workload=Workload(1_000_000))
    rows = {row[0]: row for row in cells_of(csv_of(it))}
    assert {row.name for row in (*it.table.facts, *it.table.capabilities)} <= set(rows)
    assert rows["context_window"][3:6] == ["32\u202f000 tokens", "disputed", "https://example.org/paper"]
    assert rows["rank"][3:6] == ["70 (66–74)", "known", f"{ROOT}/artifacts/alpha/rank/"]
    assert rows["price.workload"][3] == "$2.00 a month"
    assert rows["capability.code"][4] == "has it"
    assert rows["capability.code"][7] == "unknown"
    assert rows["verdict"][3] == it.table.verdict.sentence


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\u00a0=", "\u3000 =", "＝"])
def test_no_cell_of_a_csv_is_a_formula(start: str) -> None:
    """A spreadsheet that opens it runs nothing: what would be a formula begins with an apostrophe."""
    text = csv_of(edition(*pair(name=f"{start}1+1", publisher=f"{start}cmd")))
    found = [cell for row in cells_of(text) for cell in row if "1+1" in cell or "cmd" in cell]
    assert found
    assert [cell for cell in found if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "＝"))] == []


def test_markdown_holds_its_tables_together_whatever_the_names_are() -> None:
    """A pipe, a line break or HTML in a name stays text."""
    evil = "A|B\n\n# C <script>alert(1)</script> [x](javascript:alert(1)) `d`"
    html = MarkdownIt("commonmark").enable("table").render(markdown_of(edition(*pair(name=evil, tagline=evil))))
    assert "<script" not in html
    assert 'href="javascript:' not in html
    assert html.count("<h1>") == 1
    assert html.count("<table>") == 2
    assert {row.count("</td>") + row.count("</th>") for row in html.split("<tr>")[1:]} == {3}
    assert "A|B" in html


def test_markdown_says_everything_that_the_table_says() -> None:
    it = edition(*pair())
    text = markdown_of(it)
    assert text.startswith(f"# Alpha and Beta\n\n**{escaped(it.table.verdict.sentence)}**")
    assert all(escaped(row.label) in text for row in (*it.table.facts, *it.table.capabilities))
    assert "32\u202f000 tokens (disputed: Sources disagree: 32\u202f000 tokens or 64\u202f000 tokens)" in text
    assert "[70 (66–74)](https://unfragile.example/artifacts/alpha/rank/)" in text
    assert "Unique: Keeps figures." in text
    assert "| unknown |" in text
    assert text.endswith("https://unfragile.example/compare/alpha-vs-beta/\n")


def test_markdown_of_a_past_day_begins_with_what_has_changed_since() -> None:
    rows = (Changed("rank", "Rank", "alpha", "60 (56–64)", "70 (66–74)", True),)
    text = markdown_of(Edition(table(*pair()), ROOT, Changes(DAY, DAY, "Facts are kept from then on.", rows)))
    assert "As of 1 June 2026. Facts are kept from then on." in text
    assert "- Alpha, Rank: 60 (56–64) then, 70 (66–74) now, beyond its band" in text


def test_image_is_a_png_of_the_size_that_links_show() -> None:
    png = png_of(edition(*pair()))
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1200, 630)


def test_image_has_text_in_it() -> None:
    """resvg draws none, and says nothing, where it does not find the font: then both images would be the same."""
    assert png_of(edition(*pair())) != png_of(edition(*pair(name="Omega")))


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("name", ["X" * 200, "W m" * 50, "模型", "Модель-7B", "a <b> & “c”", ""])
def test_image_fits_every_name(count: int, name: str) -> None:
    """Long ones become smaller, then are cut; one the font cannot draw is named by its slug. All is valid SVG."""
    subjects = [subject(f"model-{n}", name=name, ranked=ranked(50 + n)) for n in range(count)]
    it = edition(*subjects)
    svg = svg_of(it)
    assert png_of(it).startswith(b"\x89PNG")
    drawn = [part.partition("<")[0] for part in svg.split('font-size="')[1:]]
    for part in drawn:
        size, _, rest = part.partition('"')
        text = unescape(rest.partition(">")[2])
        assert width_of(text, float(size)) <= 1200 - 2 * 64
    if name in ("模型", "Модель-7B"):
        assert "model-0" in svg


def test_letters_without_a_plain_form_are_left_out_of_images() -> None:
    assert drawable("Café 1\u202f204") == "Café 1 204"
    assert drawable("ﬁ") == "fi"
    assert drawable("模") == ""


def test_image_says_not_ranked_where_there_is_no_rank() -> None:
    assert "not ranked yet" in svg_of(edition(subject("a", ranked=ranked(50)), subject("b")))


def test_nothing_in_json_needs_a_special_encoder() -> None:
    it = document_of(edition(*pair(), workload=Workload(5, 5, 5)))
    assert json.dumps(it) == json.dumps(it, cls=DjangoJSONEncoder)


def test_every_file_says_what_comes_out_by_the_readers_weights() -> None:
    it = edition(*pair(), weights={"quality": 100.0})
    assert it.table.weighed is not None
    assert {row[0]: row for row in cells_of(csv_of(it))}["weighed"][3] == it.table.weighed.sentence
    assert escaped(it.table.weighed.sentence) in markdown_of(it)


def test_the_citation_says_by_which_weights_and_leads_back_to_them() -> None:
    """Otherwise who follows it would see another order, and not know why."""
    mine = edition(
        *pair(),
        workload=Workload(calls=5),
        weights={"quality": 30.0, "price": 62.5},
        capabilities=("summaries",),
        licences=("permissive",),
    )
    assert mine.citation == (
        "Alpha and Beta. Unfragile, generation 14, 1 June 2026, weighed by quality 30 and price 62.5. "
        "https://unfragile.example/compare/alpha-vs-beta/?calls=5&w_quality=30&w_price=62.5"
        "&capability=summaries&licence=permissive"
    )
