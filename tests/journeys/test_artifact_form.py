"""From a README to a published artifact on one screen, and two editors who save at once."""

from __future__ import annotations

import re
from typing import Any

from catalog.models import Artifact, Fact, Source
from tests.journeys.conftest import Open
from tests.journeys.looks import faults, violations


def pick(page: Any, field: str, words: str, *, option: str) -> None:
    """Opens a picker, types, and takes the line that says so."""
    page.locator(f"#{field} + .select2-container").click()
    page.locator(".select2-search__field:visible").last.fill(words)
    page.locator(".select2-results__option", has_text=option).first.click()


def test_from_a_readme_to_its_readers_on_one_screen(desk: Any) -> None:
    desk.goto("/admin/catalog/artifact/add/")
    page = desk.page
    page.locator("#id_name").press_sequentially("Quillwright")
    assert page.input_value("#id_slug") == "quillwright"
    page.select_option("#id_kind", "cli")
    pick(page, "id_publisher", "Quillwright Works", option="Quillwright Works (new)")
    page.fill("#id_repository", "https://github.com/quillwright/quillwright")
    page.fill("#id_tagline", "Turns meeting notes into minutes, offline")
    page.fill("#id_description", "It reads notes and writes minutes. Nothing leaves the machine.")
    page.fill("#id_licence", "mit")
    # A fact in words, whose source is made by pasting its address.
    page.get_by_role("button", name="Add another Fact").or_(page.get_by_text("Add another Fact")).first.click()
    page.select_option("#id_facts-0-name", "programming_language")
    page.fill("#id_facts-0-value", "Rust")
    readme = "https://github.com/quillwright/quillwright/blob/main/README.md"
    pick(page, "id_facts-0-source", readme, option="(new)")
    # A capability with its evidence.
    page.get_by_text("Add another Offering").click()
    pick(page, "id_offerings-0-capability", "summar", option="ummar")
    page.fill("#id_offerings-0-title", "Writes minutes from notes")
    page.fill("#id_offerings-0-description", "Reads a folder of notes and writes one page of minutes.")
    pick(page, "id_offerings-0-evidence-0-source", readme, option="(new)")
    page.fill("#id_offerings-0-evidence-0-quote", "quillwright notes/ > minutes.md")
    assert violations(page) == []
    page.get_by_role("button", name="Save and publish").click()
    page.wait_for_url(re.compile(r"/admin/catalog/artifact/\d+/change/"))
    assert "is published" in page.locator(".messagelist").inner_text()

    artifact = Artifact.objects.get(slug="quillwright")
    assert (artifact.licence, artifact.publisher and artifact.publisher.name) == ("MIT", "Quillwright Works")
    assert Fact.objects.get(artifact=artifact).source == Source.objects.get(url=readme)
    assert artifact.offerings.get().evidence.get().source.url == readme
    desk.goto("/artifacts/quillwright/")
    assert "Writes minutes from notes" in page.locator("main").inner_text()
    assert "Rust" in page.locator("#facts").inner_text()
    artifact.delete()


def test_a_draft_is_previewed_as_its_readers_will_see_it(desk: Any) -> None:
    artifact = Artifact.objects.get(slug="mixtral-8x22b")
    desk.goto(f"/admin/catalog/artifact/{artifact.pk}/change/")
    desk.page.get_by_role("link", name="Preview").click()
    desk.page.wait_for_url(re.compile("/preview/$"))
    assert desk.page.get_by_role("heading", level=1).inner_text() == artifact.name
    assert "as its readers will see it" in desk.page.locator("main").inner_text()


def test_two_editors_save_at_once_and_nothing_is_lost(desk: Any, visit: Open) -> None:
    artifact = Artifact.objects.get(slug="brave-search-mcp")
    was = (artifact.tagline, artifact.description)
    other = visit(expects_errors=True)  # a conflict is answered with 409
    other.page.context.add_cookies(desk.page.context.cookies())
    for window in (desk, other):
        window.goto(f"/admin/catalog/artifact/{artifact.pk}/change/")
    desk.page.fill("#id_tagline", "The first editor's words")
    desk.page.fill("#id_description", "The first editor's description.")
    desk.page.get_by_role("button", name="Save", exact=True).click()
    desk.page.wait_for_selector(".messagelist")
    other.page.fill("#id_tagline", "The second editor's words")
    other.page.get_by_role("button", name="Save", exact=True).click()
    other.page.wait_for_selector(".desk-conflict")
    asked = other.page.locator(".desk-conflict")
    assert asked.count() == 1, "the description, which only one of them changed, is not asked about"
    assert asked.locator(".desk-version").all_inner_texts() == ["The first editor's words", "The second editor's words"]
    assert faults(other.page) == {}
    other.page.locator("input[type=submit][value='Save this way']").press("Enter")  # with nothing chosen: it stays
    assert other.page.locator(".desk-conflict").count() == 1
    other.page.evaluate("document.activeElement.blur()")
    other.tab_to("input[value=theirs]")
    other.page.keyboard.press("ArrowDown")
    assert other.focused("e.value + e.checked") == "minetrue"
    other.tab_to("input[value='Save this way']")
    other.page.keyboard.press("Enter")
    other.page.wait_for_selector(".messagelist")
    artifact.refresh_from_db()
    assert (artifact.tagline, artifact.description) == ("The second editor's words", "The first editor's description.")
    artifact.tagline, artifact.description = was
    artifact.save()
