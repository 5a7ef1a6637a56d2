"""Text from outside stays text: in every field, on every page, in admin, JSON-LD, feed and sitemap.

The shelves are filled with one hostile text in every field that takes words; then every place that shows any of it is
read by a parser and must contain nothing but what our templates put there.
"""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from catalog.models import Offering
from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import PAGES, addresses, make_shelves
from tests.factories import make_artifact, make_offering, make_source

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script><!--",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "picture": "<img src=x onerror=alert(1)><svg onload=alert(1)>",
    "markdown": "[x](javascript:alert(1)) ![x](https://tracker.example/x.png) <iframe src=//x.example>",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#60;script&#62;",
    "cdata": "]]><script>alert(1)</script><![CDATA[",
    "separators": "\u2028\u2029\u0085<script>alert(1)</script>",
    "emoji": "\U0001f9d1\u200d\U0001f52c\U0001f3f3\ufe0f\u200d\U0001f308",
    "right to left": "\u202e\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd\u202c",
    "combining": "Z" + "\u0351\u036f\u0324" * 30,
    "control": "\x01\x08\x0b\x1f\x7f",
    "non-character": "\ufffe\uffff",
    "long": "x" * 9_000,
    "long words": "Wort " * 1_800,
}
#: Scripts of ours: from files, or data that no browser runs.
OURS = {"site/js/site.js", "site/js/suggest.js", "site/js/tray.js", "site/js/compare.js", "django_htmx/htmx-2.min.js"}


def foreign_markup(page: Page) -> list[str]:
    """Elements and attributes that our templates never write."""
    found = []
    for e in page.all():
        if e.tag == "script" and e["type"] not in ("application/ld+json", "application/json"):
            if not any(e["src"].split("?")[0].endswith(name) for name in OURS) or "".join(map(str, e.children)).strip():
                found.append(f"script {e.attributes}")
        elif e.tag in ("iframe", "object", "embed", "img", "base", "style", "math", "template", "marquee"):
            found.append(f"{e.tag} {e.attributes}")
        found += [f"{e.tag} {name}" for name in e.attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction"):
            if e[name].strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                found.append(f"{e.tag} {name}={e[name]}")
    return found


def foreign_markup_of_admin(page: Page) -> list[str]:
    """The admin has scripts, pictures and styles of its own; what matters is what the text could have started."""
    scripts = [e for e in page.all("script") if not e["src"].startswith("/static/") and e["type"] != "application/json"]
    found = [f"script {e.attributes}" for e in scripts if "alert" in "".join(map(str, e.children))]
    found += [f"script {e['src']}" for e in scripts if e["src"] not in ("", "/admin/jsi18n/")]
    found += [
        f"{e.tag} {name}"
        for e in page.all()
        for name, value in e.attributes.items()
        if name.startswith("on") and "alert" in value
    ]
    return found + [
        e.tag for e in page.all() if e.tag == "iframe" or (e.tag == "img" and not e["src"].startswith("/static/"))
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_inert_on_every_page(client: Client, text: str) -> None:
    where = addresses(make_shelves(text=text))
    for name in PAGES:
        response = client.get(where[name])
        assert response.status_code == 200, name
        assert foreign_markup(Page(response)) == [], name
    assert foreign_markup(Page(client.get("/artifacts/withdrawn/"))) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_inert_in_structured_data(client: Client, text: str) -> None:
    shelves = make_shelves(text=text)
    page = Page(client.get("/artifacts/full/"))
    script = page.one("script", type="application/ld+json")
    assert "<" not in "".join(map(str, script.children))
    data = page.json_ld
    assert data["name"] == shelves.full.name[:300]
    assert data["description"] == shelves.full.tagline


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_inert_in_feed_and_sitemap(client: Client, text: str) -> None:
    make_shelves(text=text)
    for address in ("/feeds/new.xml", "/sitemap.xml", "/sitemap-artifacts.xml"):
        response = client.get(address)
        assert response.status_code == 200, address
        ET.fromstring(response.content)  # well-formed, or an error
    # Some readers take titles for HTML: what they would unescape must be escaped once more, or be text.
    feed = ET.fromstring(client.get("/feeds/new.xml").content)
    atom = "{http://www.w3.org/2005/Atom}"
    for element in [*feed.iter(f"{atom}title"), *feed.iter(f"{atom}summary")]:
        assert element.get("type", "text") in ("text", "html")
        if element.get("type") == "html":
            assert "<" not in (element.text or "")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_inert_in_the_admin(admin_client: Client, text: str) -> None:
    make_shelves(text=text)
    for model in apps.get_app_config("catalog").get_models():
        name = model._meta.model_name
        try:
            lists = reverse(f"admin:catalog_{name}_changelist")
        except Exception:
            continue
        row = model._default_manager.order_by("-pk").first()
        places = [lists] + ([reverse(f"admin:catalog_{name}_change", args=[row.pk])] if row else [])
        for address in places:
            response = admin_client.get(address)
            assert response.status_code == 200, address
            assert foreign_markup_of_admin(Page(response)) == [], address


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_inert_in_what_a_reader_types(client: Client, text: str) -> None:
    make_shelves()
    for parameter in ("q", "kind", "capability", "sort", "page", "verified"):
        response = client.get("/artifacts/", {parameter: text})
        assert response.status_code == (200 if len(text) < 8_000 else 414), parameter
        assert foreign_markup(Page(response)) == [], parameter


def test_names_keep_their_own_direction(client: Client) -> None:
    """A right-to-left name must not turn the words beside it around."""
    make_shelves(text=HOSTILE["right to left"])
    page = Page(client.get("/artifacts/"))
    for row in page.main.all("li", class_="row"):
        assert row.one("h3").one("a").all("bdi")
    assert Page(client.get("/artifacts/full/")).one("h1")["dir"] == "auto"


def test_a_name_of_ten_thousand_characters_is_cut_where_it_is_not_the_subject(client: Client) -> None:
    artifact = make_artifact(slug="long", name="x" * 10_000)
    page = Page(client.get("/artifacts/long/"))
    assert len(page.title) < 120
    assert len(page.meta("og:title")) < 120
    assert page.one("h1").text == artifact.name
    assert "clamp" in page.one("h1")["class"].split()  # which the style sheet cuts with an ellipsis


def test_markdown_is_rendered_and_cleaned(client: Client) -> None:
    description = "# Big\n\n*soft* [here](https://example.org) [bad](javascript:alert(1))\n\n<b>raw</b>\n\n![pixel](https://t.example/x)"
    make_artifact(slug="marked", description=description)
    about = Page(client.get("/artifacts/marked/")).section("about")
    assert about.texts("em") == ["soft"]
    assert about.texts("h3") == ["Big"]  # the page's own heading is the only h1
    assert about.hrefs() == [
        "https://example.org",
        "https://t.example/x",
    ]  # a picture becomes a link: nothing is fetched
    assert all({"nofollow", "ugc", "noopener"} <= set(link["rel"].split()) for link in about.all("a"))
    assert about.all("img") == []
    assert "<b>raw</b>" in about.text


# --- bytes and code points that databases and encoders stumble over ---------------------------------------------------


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
def test_a_null_character_is_refused_by_the_form(admin_client: Client, text: str) -> None:
    artifact = make_artifact()
    data = {"slug": artifact.slug, "name": text, "kind": "model", "lifecycle": "published"}
    response = admin_client.post(f"/admin/catalog/artifact/{artifact.pk}/change/", data)
    assert response.status_code == 200
    assert "Null characters are not allowed." in response.content.decode()


@pytest.mark.parametrize("text", ["\ud800", "\udfff tail", "\x00"], ids=["high", "low", "null"])
def test_a_list_of_texts_cannot_smuggle_in_what_no_page_can_hold(
    admin_client: Client, client: Client, text: str
) -> None:
    """JSON may escape a lone surrogate or a null character; neither can be written to a page or to PostgreSQL."""
    offering = make_offering()
    data = form_of(offering, intents=json.dumps([f"do {text} for me, please"]))
    response = admin_client.post(reverse("admin:catalog_offering_change", args=[offering.pk]), data)
    assert response.status_code == 200  # the form again, with the error
    assert Offering.objects.get().intents == []
    client.raise_request_exception = False
    assert client.get(offering.artifact.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("intents", {"a": 1}),
        ("intents", [1]),
        ("best_for", "words"),
        ("input_types", ["smell"]),
        ("failure_modes", ["fails"]),
    ],
)
def test_a_list_of_the_wrong_shape_is_refused_by_the_form(admin_client: Client, field: str, value: object) -> None:
    """Pages trust the shape of these columns: the import checks it, so must the form."""
    offering = make_offering()
    data = form_of(offering, **{field: json.dumps(value)})
    response = admin_client.post(reverse("admin:catalog_offering_change", args=[offering.pk]), data)
    assert response.status_code == 200
    offering.refresh_from_db()
    assert getattr(offering, field) != value


@pytest.mark.parametrize(
    ("name", "value"),
    [("context_window", "many"), ("context_window", -1), ("released", "yesterday"), ("no_such_fact", 1)],
)
def test_a_fact_of_the_wrong_type_is_refused_by_the_form(admin_client: Client, name: str, value: object) -> None:
    artifact, source = make_artifact(), make_source()
    data = {
        "artifact": artifact.pk,
        "name": name,
        "value": json.dumps(value),
        "source": source.pk,
        "origin": "observed",
    }
    response = admin_client.post(reverse("admin:catalog_fact_add"), data)
    assert response.status_code == 200
    assert artifact.facts.count() == 0


def form_of(offering: Offering, **changes: str) -> dict[str, object]:
    """What the browser sends for an offering that is saved as it is, but for the changes."""
    prefixes = ("evidence", "contrasts")
    management = {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}
    lists = ("intents", "best_for", "limitations", "requires", "input_types", "output_types", "failure_modes")
    columns = {
        "artifact": offering.artifact_id,
        "capability": offering.capability_id,
        "title": offering.title,
        "description": offering.description,
        "taken_apart_by": offering.taken_apart_by,
        "position": offering.position,
    }
    return {**columns, **{name: json.dumps(getattr(offering, name)) for name in lists}, **management, **changes}


def test_a_sound_form_is_accepted(admin_client: Client) -> None:
    """Else the refusals above would prove nothing."""
    offering = make_offering()
    data = form_of(offering, intents='["read a page"]', title="Sound")
    response = admin_client.post(reverse("admin:catalog_offering_change", args=[offering.pk]), data)
    assert response.status_code == 302
    offering.refresh_from_db()
    assert (offering.intents, offering.title) == (["read a page"], "Sound")
