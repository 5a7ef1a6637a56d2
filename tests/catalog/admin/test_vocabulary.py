"""The vocabulary's pages at the desk: the tree, merging one capability into another, moving it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import Capability, Distinction, Merge, Synonym
from tests.cast import erin
from tests.factories import make_artifact, make_capability, make_evidence, make_offering

pytestmark = pytest.mark.django_db
TREE = "/admin/catalog/capability/tree/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def merging(capability: Capability) -> str:
    return f"/admin/catalog/capability/{capability.pk}/merge/"


def moving(capability: Capability) -> str:
    return f"/admin/catalog/capability/{capability.pk}/move/"


@pytest.fixture
def words() -> dict[str, Capability]:
    """Summaries and gists that are one thing, prose above verse, and a word that nobody offers."""
    made = {
        key: make_capability(key=f"text.{key}", slug=f"text-{key}", name=key.capitalize())
        for key in ("summary", "gist", "prose", "unused")
    }
    made["verse"] = make_capability(key="text.verse", slug="text-verse", name="Verse", broader=made["prose"])
    Synonym.objects.create(capability=made["summary"], text="the gist of it")
    for capability in (made["summary"], made["gist"], made["verse"]):
        make_offering(capability=capability)
    return made


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_the_tree_shows_each_word_with_its_use_and_what_can_be_done(desk: Client, words: dict[str, Capability]) -> None:
    page = text(desk.get(TREE))
    for capability in words.values():
        assert f'id="c{capability.pk}"' in page
        assert merging(capability) in page
        assert moving(capability) in page
        assert f"/admin/catalog/capability/{capability.pk}/change/?back=tree" in page
        assert f"/admin/catalog/capability/add/?broader={capability.pk}&amp;back=tree" in page
    assert "the gist of it" in page
    assert "+ 1 below" in row(page, words["prose"])
    assert 'class="depth-1"' in row(page, words["verse"])
    assert "5 capabilities" in page


def row(page: str, capability: Capability) -> str:
    (found,) = [row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f'id="c{capability.pk}"' in row]
    return str(found)


def shown(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'<a data-row id="c(\d+)"', page)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"summary", "gist", "prose", "verse", "unused"}),
        ("?q=GIST", {"summary", "gist"}),
        ("?q=verse", {"prose", "verse"}),
        ("?show=unused", {"unused"}),
        ("?show=unused&q=gist", set()),
        ("?show=nonsense", {"summary", "gist", "prose", "verse", "unused"}),
        ("?q=%00", set()),
    ],
)
def test_a_filter_is_an_address(desk: Client, words: dict[str, Capability], query: str, expected: set[str]) -> None:
    assert shown(text(desk.get(TREE + query))) == {words[key].pk for key in expected}


def test_what_is_nearly_the_same_leads_to_its_merge(desk: Client, words: dict[str, Capability]) -> None:
    page = text(desk.get(TREE + "?show=alike"))
    assert f"{merging(words['gist'])}?into=Summary" in page
    assert f"{merging(words['summary'])}?into=Gist" in page
    assert merging(words["verse"]) not in page


def test_not_the_same_is_remembered(desk: Client, words: dict[str, Capability]) -> None:
    gist, summary = words["gist"], words["summary"]
    said = {"apart": f"{gist.pk}-{summary.pk}"}
    assert said["apart"] in text(desk.get(TREE + "?show=alike"))
    assert desk.post(TREE, said)["Location"] == f"{TREE}?show=alike"
    page = text(desk.get(TREE + "?show=alike"))
    assert said["apart"] not in page
    assert "you will not be asked again" in page
    kept = Distinction.objects.get()
    assert ({kept.first, kept.second}, kept.decided_by) == ({gist, summary}, erin())


def test_not_the_same_is_taken_back(desk: Client, words: dict[str, Capability]) -> None:
    """It is listed with a way back; twice does no harm; what is no number is said; the pair is asked about again."""
    said = {"apart": f"{words['gist'].pk}-{words['summary'].pk}"}
    desk.post(TREE, said)
    again = Distinction.objects.get().pk
    assert f'name="again" value="{again}"' in text(desk.get(TREE + "?show=alike"))
    assert "Choose a pair" in text(desk.post(TREE, {"again": "x"}, follow=True))
    for _ in range(2):
        assert "asked again" in text(desk.post(TREE, {"again": str(again)}, follow=True))
    assert not Distinction.objects.exists()
    assert said["apart"] in text(desk.get(TREE + "?show=alike"))


@pytest.mark.parametrize(
    ("apart", "sentence"),
    [
        ("", "Choose a pair"),
        ("1", "Choose a pair"),
        ("one-two", "Choose a pair"),
        ("1-999999", "One of the two is gone"),
        ("1-1", "One of the two is gone"),
        (f"1-{10**30}", "Choose a pair"),
    ],
)
def test_what_is_no_pair_is_not_told_apart(
    desk: Client, words: dict[str, Capability], apart: str, sentence: str
) -> None:
    assert sentence in text(desk.post(TREE, {"apart": apart}, follow=True))
    assert not Distinction.objects.exists()


def test_hostile_names_are_text(desk: Client) -> None:
    made = make_capability(name="<script>x</script>", key="text.evil", slug="evil")
    Synonym.objects.create(capability=made, text='"><img src=x>')
    other = make_capability(name="<b>y</b>", key="text.evil-too", slug="evil-too")
    pages = [desk.get(TREE), desk.get(moving(made)), desk.get(merging(made)), desk.get(merging(made), {"into": "y"})]
    said = {"into": other.name, "why": "<i>So.</i>"}
    pages += [desk.get(merging(made), {"into": other.name}), desk.post(merging(made), said, follow=True)]
    for answer in pages:
        for markup in ("<script>x", "<img src=x", "<b>y", "<i>So"):
            assert markup not in text(answer)
    assert "&lt;b&gt;y&lt;/b&gt;" in text(pages[-2])
    assert Merge.objects.exists()


def test_the_list_the_form_and_the_front_page_lead_to_the_tree(desk: Client, words: dict[str, Capability]) -> None:
    assert TREE in text(desk.get("/admin/"))
    assert TREE in text(desk.get("/admin/catalog/capability/"))
    form = text(desk.get(f"/admin/catalog/capability/{words['gist'].pk}/change/"))
    assert all(address in form for address in (TREE, merging(words["gist"]), moving(words["gist"])))


def test_the_number_of_queries_is_constant(
    desk: Client, words: dict[str, Capability], django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        make_offering(capability=make_capability(broader=words["prose"]))
    with django_assert_max_num_queries(3 + 4):  # beside the tree: session, user and the user's rights twice
        desk.get(TREE)


def test_renamed_from_the_tree_one_is_back_at_its_row(desk: Client, words: dict[str, Capability]) -> None:
    gist = words["gist"]
    said = {
        "key": "text.gists", "slug": "gists", "name": "Gists", "description": "", "broader": "",
        "synonyms-TOTAL_FORMS": "0", "synonyms-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = desk.post(f"/admin/catalog/capability/{gist.pk}/change/?back=tree", said)
    assert answer["Location"] == f"{TREE}#c{gist.pk}"
    assert desk.get("/capabilities/text-gist/")["Location"] == "/capabilities/gists/"
    new = {**said, "key": "text.ode", "slug": "ode", "name": "Ode", "broader": words["verse"].pk}
    answer = desk.post("/admin/catalog/capability/add/?back=tree", new)
    made = Capability.objects.get(key="text.ode")
    assert (answer["Location"], made.broader) == (f"{TREE}#c{made.pk}", words["verse"])
    again = {**said, "name": "Gist"}
    answer = desk.post(f"/admin/catalog/capability/{gist.pk}/change/", again)
    assert answer["Location"] == "/admin/catalog/capability/"


def test_one_added_below_starts_with_what_is_broader(desk: Client, words: dict[str, Capability]) -> None:
    page = text(desk.get(f"/admin/catalog/capability/add/?broader={words['verse'].pk}&back=tree"))
    assert f'<option value="{words["verse"].pk}" selected>Verse</option>' in page


# --- merging ----------------------------------------------------------------------------------------------------------


def test_merged_and_undone(desk: Client, words: dict[str, Capability]) -> None:
    gist, summary = words["gist"], words["summary"]
    both = make_artifact(name="Heron")
    make_offering(artifact=both, capability=summary, title="Sums up")
    make_evidence(offering=make_offering(artifact=both, capability=gist, title="Gets the gist"))
    assert "Summary" in text(desk.get(merging(gist)))
    preview = text(desk.get(merging(gist), {"into": "the gist of it"}))
    assert all(said in preview for said in ("Heron", "Sums up", "Gets the gist", "text-gist"))
    answer = desk.post(merging(gist), {"into": "Summary", "why": "One thing under two words."})
    assert answer["Location"] == f"{TREE}#c{summary.pk}"
    record = Merge.objects.get()
    assert (record.kept_capability, record.merged_capability, record.by) == (summary, gist, erin())
    undo = f"/admin/catalog/merge/{record.pk}/undo/"
    page = text(desk.get(TREE))
    assert undo in page
    assert gist.pk not in shown(page)
    assert desk.get("/capabilities/text-gist/")["Location"] == "/capabilities/text-summary/"
    assert desk.post(undo).status_code == 302
    assert gist.pk in shown(text(desk.get(TREE)))
    assert Capability.objects.get(pk=gist.pk).offerings.count() == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"into": "Summary", "why": ""}, "This field is required."),
        ({"into": "Summary", "why": "   "}, "This field is required."),
        ({"into": "", "why": "So."}, "This field is required."),
        ({"why": "So."}, "This field is required."),
        ({"into": "Sumary", "why": "So."}, "Nothing in the vocabulary is called “Sumary”."),
        ({"into": "Gist", "why": "So."}, "A capability cannot be merged with itself."),
        ({"into": "text-gist", "why": "So."}, "A capability cannot be merged with itself."),
        ({"into": "a\x00b", "why": "So."}, "Null characters are not allowed."),
    ],
)
def test_a_merge_that_says_too_little_is_refused(
    desk: Client, words: dict[str, Capability], said: dict[str, str], sentence: str
) -> None:
    assert sentence in text(desk.post(merging(words["gist"]), said))
    assert not Merge.objects.exists()


def test_a_merge_in_a_circle_is_refused_before_and_when_sent(desk: Client, words: dict[str, Capability]) -> None:
    ode = make_capability(name="Ode", broader=words["verse"])
    for answer in (
        desk.get(merging(words["prose"]), {"into": "Ode"}),
        desk.post(merging(words["prose"]), {"into": "Ode", "why": "So."}),
    ):
        assert "“Ode” would become broader than itself" in text(answer)
    ode.refresh_from_db()
    assert ode.broader == words["verse"]


def test_what_was_merged_is_not_merged_again(desk: Client, words: dict[str, Capability]) -> None:
    """Its page says where it is; its words lead to where it is."""
    gist, prose = words["gist"], words["prose"]
    said = {"into": "Summary", "why": "One thing."}
    desk.post(merging(gist), said)
    for answer in (desk.get(merging(gist)), desk.post(merging(gist), {"into": "Prose", "why": "So."})):
        page = text(answer)
        assert "was merged into" in page
        assert "<textarea" not in page
    assert "becomes part of" in text(desk.get(merging(prose), {"into": "Gist"}))
    assert 'value="Summary"' in text(desk.get(merging(prose), {"into": "Gist"}))
    assert Merge.objects.count() == 1
    assert desk.get("/admin/catalog/capability/999999/merge/").status_code == 404


# --- moving -----------------------------------------------------------------------------------------------------------


def test_moved_below_another_and_to_the_top(desk: Client, words: dict[str, Capability]) -> None:
    gist = words["gist"]
    assert "at the top" in text(desk.get(moving(gist)))
    answer = desk.post(moving(gist), {"to": "the gist of it", "why": "It is narrower."})
    assert answer["Location"] == f"{TREE}#c{gist.pk}"
    gist.refresh_from_db()
    assert (gist.broader, gist.history.latest().history_change_reason) == (words["summary"], "It is narrower.")
    assert gist.history.latest().history_user == erin()
    assert "“Gist” stands below “Summary” now." in text(desk.get(TREE))
    desk.post(moving(gist), {"to": ""})
    gist.refresh_from_db()
    assert gist.broader is None


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("Verse", "“Verse” is narrower than “Prose”, which would then be above itself."),
        ("Prose", "A capability cannot be broader than itself."),
        ("", "“Prose” stands at the top already."),
        ("Nowhere", "Nothing in the vocabulary is called “Nowhere”."),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_in_words(
    desk: Client, words: dict[str, Capability], to: str, sentence: str
) -> None:
    page = text(desk.post(moving(words["prose"]), {"to": to}))
    assert sentence in page
    assert f'value="{to}"' in page or not to
    words["prose"].refresh_from_db()
    assert words["prose"].broader is None


def test_what_was_merged_cannot_be_moved(desk: Client, words: dict[str, Capability]) -> None:
    desk.post(merging(words["gist"]), {"into": "Summary", "why": "One thing."})
    assert "was merged into" in text(desk.get(moving(words["gist"])))
    assert "was merged into" in text(desk.post(moving(words["gist"]), {"to": "Prose"}))
    assert Capability.objects.get(pk=words["gist"].pk).broader is None
    assert desk.get("/admin/catalog/capability/999999/move/").status_code == 404


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "tree", "change"), [("nobody", 403, 403), ("Editor", 200, 403), ("Senior editor", 200, 200)]
)
def test_who_may_open_what(client: Client, words: dict[str, Capability], who: str, tree: int, change: int) -> None:
    person = User.objects.create_user("somebody", is_staff=True)
    if who != "nobody":
        person.groups.add(Group.objects.get(name=who))
    client.force_login(person)
    answer = client.get(TREE)
    assert answer.status_code == tree
    assert client.get(TREE + "?show=alike").status_code == tree
    gist = words["gist"]
    assert client.get(moving(gist)).status_code == change
    assert client.get(merging(gist)).status_code == change
    may = change == 200
    told = {"apart": f"{gist.pk}-{words['prose'].pk}"}
    assert (client.post(TREE, told).status_code == 302) == may
    assert (client.post(moving(gist), {"to": "Prose"}).status_code == 302) == may
    assert (client.post(merging(gist), {"into": "Summary", "why": "So."}).status_code == 302) == may
    if tree == 200:
        assert (merging(words["prose"]) in answer.content.decode()) == may
        assert ("/capability/add/" in answer.content.decode()) == may
    assert Capability.objects.live().count() == (4 if may else 5)


def test_who_may_change_words_but_not_merge_is_offered_the_one_and_not_the_other(
    desk: Client, words: dict[str, Capability]
) -> None:
    erin().user_permissions.remove(*erin().user_permissions.filter(codename="merge_artifact"))
    page = text(desk.get(TREE))
    assert moving(words["gist"]) in page
    assert merging(words["gist"]) not in page
    assert desk.post(merging(words["gist"]), {"into": "Summary", "why": "So."}).status_code == 403
    assert not Merge.objects.exists()


@pytest.mark.parametrize("address", [TREE, "/admin/catalog/capability/1/merge/", "/admin/catalog/capability/1/move/"])
def test_strangers_are_sent_to_the_door(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/admin/login/")
