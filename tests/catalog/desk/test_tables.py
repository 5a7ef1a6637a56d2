"""Tables in files: written, read back, and what a table would do to each artifact."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog.desk import table_plan, tables
from catalog.desk.planned import Edit, Planned
from catalog.desk.table_plan import TablePlan
from catalog.desk.tables import CannotReadTable
from catalog.models import Artifact
from tests.cast import erin
from tests.factories import make_alias, make_artifact, make_category, make_fact, make_publisher

pytestmark = pytest.mark.django_db


def planned(text: str, form: str = "csv", **options: Any) -> list[Planned]:
    table = TablePlan(**{"by": erin(), **options})
    return [one for rows in table.chunks(tables.read(text, form)) for one in table.plan(rows)]


def only(text: str) -> Planned:
    (one,) = planned(text)
    return one


def write(text: str, form: str = "csv") -> None:
    table_plan.apply(planned(text, form), by=erin(), why="From a table.")


# --- out and back -----------------------------------------------------------------------------------------------------

HOSTILE = (
    '=HYPERLINK("https://evil.example","x")', "+1", "-1", "@SUM(A1)", "\tx", "'=1", "''+1", "'quoted'", 'a, "b"\nc',
    "null", "~", "1.10", "2026-01-01", "[]", "Ünïcode 🪶", "#x", "- x", "a: b",
)  # fmt: skip


@pytest.mark.parametrize("form", tables.FORMS)
def test_what_is_exported_and_imported_again_changes_nothing(form: str) -> None:
    """Formulas, quotation marks and lines in cells survive."""
    publisher, shelf, other = make_publisher(), make_category(), make_category()
    for text in HOSTILE:
        make_artifact(name=f"{text}x", tagline=text, description=f"{text}\r\n{text}", licence="MIT OR Apache-2.0")
    make_artifact(
        publisher=publisher, categories=[shelf, other], homepage="https://example.org/a", tagline="", name="="
    )
    ids = list(Artifact.objects.values_list("pk", flat=True))
    text = "".join(tables.export(ids, form))
    again = planned(tables.decoded(text.encode()), form)
    assert len(again) == len(ids)
    assert [(one.slug, one.edits, one.refusals) for one in again if one.outcome] == []


def test_no_cell_of_a_csv_is_a_formula() -> None:
    for text in HOSTILE:
        make_artifact(name=text, tagline=text, description=text)
    exported = "".join(tables.export(list(Artifact.objects.values_list("pk", flat=True)), "csv"))
    cells = [cell for row in csv.reader(io.StringIO(exported, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "'=HYPERLINK" in exported


@given(st.text(alphabet="'=+-@\t\rab", max_size=6))
def test_exactly_the_mark_is_taken_off_again(text: str) -> None:
    assert tables.unmarked(tables.marked(text)) == text


def test_an_export_takes_the_same_queries_for_many() -> None:
    counts = []
    for many in (2, 20):
        ids = [make_artifact(publisher=make_publisher(), categories=[make_category()]).pk for _ in range(many)]
        with CaptureQueriesContext(connection) as asked:
            "".join(tables.export(ids, "json"))
        counts.append(len(asked))
    assert counts == [2, 2]


def test_an_empty_export_is_a_table_still() -> None:
    assert "".join(tables.export([], "csv")) == f"{','.join(tables.COLUMNS)}\n"
    assert json.loads("".join(tables.export([], "json"))) == []
    assert "".join(tables.export([], "yaml")) == "[]\n"


# --- files that are no tables -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b" \n\n", "This file is empty."),
        ("slug,name\na,b\n".encode("utf-16"), "This file is UTF-16. Save it again"),
        ("slug,name\na,b\n".encode("utf-16-be").join([b"\xfe\xff", b""]), "This file is UTF-16."),
        ("slug,name\na,b\nc,Ü\n".encode("latin-1"), "in line 3, byte 17 of the file is 0xdc. Save it again"),
        (b"slug,name\na,\x00b\n", "a null character in line 2"),
    ],
)
def test_a_file_in_another_encoding_says_where_and_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(CannotReadTable, match=re.escape(words)):
        tables.decoded(content)


def test_the_mark_that_spreadsheets_write_is_no_part_of_the_text() -> None:
    assert tables.decoded(b"\xef\xbb\xbfslug,name\n") == "slug,name\n"


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("name\nx\n", "csv", "has no column “slug”"),
        ("slug,colour\na,b\n", "csv", "There is no column “colour”; there are slug, name"),
        ("slug,name,Name\na,b,c\n", "csv", "There are two columns “name”"),
        ("slug", "csv", "no row below it"),
        ('slug,name\na,"b\nc,d\n', "csv", "A quotation mark is probably not closed"),
        ("%PDF-1.7", "csv", "This is no table of artifacts"),
        ("{}", "json", "it has to be a list"),
        ("[]", "json", "it has to be a list"),
        ("[{", "json", "This is no JSON"),
        ("a: [", "yaml", "This is no YAML"),
        ("[" * 100_000, "json", "This is no JSON"),
    ],
)
def test_what_is_no_table_says_so(text: str, form: str, words: str) -> None:
    with pytest.raises(CannotReadTable, match=re.escape(words)):
        list(tables.read(text, form))


def test_a_file_is_known_by_its_name() -> None:
    assert [tables.form_of(name) for name in ("a.CSV", "b.json", "c.yml", "d.x.yaml")] == [
        "csv",
        "json",
        "yaml",
        "yaml",
    ]
    with pytest.raises(CannotReadTable):
        tables.form_of("sheet.xlsx")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_parted_as_spreadsheets_of_other_countries_do(delimiter: str) -> None:
    rows = list(tables.read(delimiter.join(["slug", "Name "]) + "\r\n" + delimiter.join(["a", "b"]) + "\r\n", "csv"))
    assert [(row.number, row.values) for row in rows] == [(2, {"slug": "a", "name": "b"})]


def test_a_row_is_named_by_the_line_it_begins_in() -> None:
    rows = list(tables.read('slug,name\na,"b\nb"\n\nc,d\ne\n', "csv"))
    assert [row.number for row in rows] == [2, 5, 6]
    assert rows[2].problem == "It has 1 cells, and the line of headings has 2."


# --- what a row would do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("known,,app,,,,", "Readers need its name; it cannot be emptied."),
        ("known,x,aap,,,,", "There is no kind “aap”; there are agent, api"),
        ("known,x,app,,no licence!,,", "“no licence!” is not an SPDX expression."),
        ("known,x,app,,,nobody,", "There is no publisher with the slug “nobody”."),
        ("known,x,app,,,,shelf; attic", "There is no category “attic”."),
        (f"known,x,app,{'t' * 161},,,", "The tagline has 161 characters; it takes at most 160."),
        ("old-name,x,app,,,,", "“old-name” is an old address of “known”. Use that slug."),
        (",x,app,,,,", "It has no slug."),
        ("No Slug,x,app,,,,", "“No Slug” is no slug"),
        ("a-vs-b,x,app,,,,", "A slug cannot contain -vs-"),
        ("a-vs,x,app,,,,", "end with -vs"),
        (f"{'s' * 121},x,app,,,,", "The slug has 121 characters; it takes at most 120."),
        ("=cmd|calc,x,app,,,,", "“=cmd|calc” is no slug"),
        ("fresh,,app,,,,", "A new artifact needs its name."),
        ("fresh,x,,,,,", "A new artifact needs its kind."),
        ("merged,x,app,,,,", "It was merged into “known”."),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_words(row: str, words: str) -> None:
    make_category(slug="shelf")
    known = make_artifact(slug="known", kind="app")
    make_alias(slug="old-name", artifact=known)
    make_artifact(slug="merged", lifecycle="withdrawn", withdrawn_reason="Merged.", merged_into=known)
    one = only(f"slug,name,kind,tagline,licence,publisher,categories\n{row}\n")
    assert words in " ".join(one.refusals)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "nowhere", "ftp://example.org/"])
def test_an_address_leads_to_the_web(address: str) -> None:
    make_artifact(slug="known")
    assert only(f"slug,homepage\nknown,{address}\n").refusals == [f"The homepage “{address}” is no web address."]


def test_a_slug_that_stands_twice_is_refused_the_second_time() -> None:
    make_artifact(slug="known", name="Old")
    first, second = planned("slug,name\nknown,A\nknown,B\n")
    assert (first.outcome, second.refusals) == ("changed", ["“known” stands in line 2 already."])


def test_a_double_is_found_across_thousands_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_plan, "CHUNK", 2)
    text = "slug,name,kind\n" + "".join(f"a{n},A,app\n" for n in (1, 2, 3, 1))
    assert [one.refusals for one in planned(text)] == [[], [], [], ["“a1” stands in line 2 already."]]


def test_the_lifecycle_is_read_and_never_set() -> None:
    make_artifact(slug="known")
    same, other, fresh = planned(
        "slug,name,kind,lifecycle\nknown,A,model,published\n,,,\nx,A,app,published\ny,A,app,draft\n"
    )
    assert same.refusals == []
    assert other.refusals == ["A table cannot change the lifecycle (new artifacts are drafts). Take the column out."]
    assert fresh.outcome == "new"


def test_columns_that_are_absent_stay_and_empty_cells_empty() -> None:
    shelf = make_category()
    make_artifact(slug="known", name="A", licence="MIT", categories=[shelf], homepage="https://example.org/a")
    write("slug,homepage\nknown,\n")
    known = Artifact.objects.get()
    assert (known.homepage, known.licence, known.categories.count()) == ("", "MIT", 1)
    write("slug,categories\nknown,\n")
    assert known.categories.count() == 0


def test_rows_are_written_with_their_history() -> None:
    shelf, publisher = make_category(slug="shelf"), make_publisher(slug="acme", name="Acme")
    make_artifact(slug="known", name="Old name")
    text = "slug,name,kind,publisher,categories\nknown,Élan,model,acme,shelf\nfresh,Fresh,app,acme,\n"
    known, fresh = planned(text)
    assert known.edits == [
        Edit("name", "Old name", "Élan"), Edit("publisher", "", "acme"), Edit("categories", "", "shelf"),
    ]  # fmt: skip
    assert fresh.outcome == "new"
    write(text)
    written = {row.slug: row for row in Artifact.objects.all()}
    assert (written["fresh"].lifecycle, written["fresh"].publisher) == ("draft", publisher)
    assert written["known"].sort_name == "elan"
    assert list(written["known"].categories.all()) == [shelf]
    assert written["known"].facts_changed_at is not None
    for row in written.values():
        newest = row.history.first()
        assert (newest.history_user, newest.history_change_reason) == (erin(), "From a table.")
    assert [one.outcome for one in planned(text)] == [None, None], "written twice, nothing changes"


def test_a_kind_that_its_facts_do_not_have_is_refused() -> None:
    make_fact(artifact=make_artifact(slug="known", kind="model"))
    assert "context window" in only("slug,kind\nknown,dataset\n").refusals[0]


@pytest.mark.parametrize("column", ["tagline", "description"])
def test_what_readers_need_of_a_public_one_cannot_be_emptied(column: str) -> None:
    make_artifact(slug="known")
    make_artifact(slug="draft", lifecycle="draft", published_at=None)
    public, own = planned(f"slug,{column}\nknown,\ndraft,\n")
    assert (public.outcome, own.outcome) == ("refused", "changed")


def test_values_that_are_no_texts_are_refused() -> None:
    make_artifact(slug="known")
    text = '[{"slug": "known", "name": 7}, {"slug": 8}, "x", {"slug": "a", "colour": "b"}, '
    text += '{"slug": "b", "name": "\\ud800"}]'
    said = [" ".join(one.refusals) for one in planned(text, "json")]
    expected = ("has to be a text", "The slug has to be a text", "no entry", "no column “colour”", "half a character")
    for sentence, words in zip(said, expected, strict=True):
        assert words in sentence


def test_who_may_not_add_only_changes() -> None:
    make_artifact(slug="known")
    person = User.objects.create_user("somebody", is_staff=True)
    known, fresh = planned("slug,name,kind\nknown,A,model\nfresh,B,app\n", by=person)
    assert (known.outcome, fresh.refusals) == ("changed", ["There is no artifact “fresh”, and you may not add any."])
    person.groups.add(Group.objects.get(name="Editor"))
    assert planned("slug,name,kind\nfresh,B,app\n", by=User.objects.get(pk=person.pk))[0].outcome == "new"


def test_a_preview_shows_where_two_long_texts_part() -> None:
    shown = Edit("description", "x" * 500 + "old", "x" * 500 + "new").shown()
    assert shown[1].endswith("old")
    assert shown[2].endswith("new")
    assert len(shown[1]) < 200


@pytest.mark.parametrize("name", ["slug", "categories", "colour\\ud800"])
@pytest.mark.parametrize("escape", ["\\ud800", "\\u0000"])
def test_a_character_that_cannot_be_stored_is_refused_wherever_it_stands(name: str, escape: str) -> None:
    """What is said of a row is stored too: the job would fail over a slug that it only quotes."""
    text = f'[{{"slug": "heron", "name": "Heron", "kind": "app", "{name}": "a{escape}"}}]'
    (row,) = tables.read(text, "json")
    assert "cannot be stored" in row.problem
    assert not row.values
