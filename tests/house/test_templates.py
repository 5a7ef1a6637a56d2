"""Templates: nothing unescaped, nothing that the Content-Security-Policy refuses, nothing that nobody uses."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import allauth
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.sources import ROOT, app_modules, project_files, relative

#: Modules that may say “this text is markup already”, and how they know.
MAY_MARK_SAFE = {
    "catalog/admin/rendering.py": "as Django's own widgets put their inputs together, attributes and texts escaped",
    "catalog/prose.py": "cleaned by nh3 in the line above",
    "catalog/pages/structured_data.py": "JSON without the characters that end a script element",
    "catalog/templatetags/dossier.py": "constants, and pieces of which each text was escaped",
    "catalog/templatetags/glyphs.py": "drawn from numbers and constants, texts escaped",
    "catalog/templatetags/rows.py": "constants, and pieces of which each text was escaped",
    "ranking/templatetags/comparisons.py": "constants, and pieces of which each text was escaped",
    "ranking/graph/pictures.py": "drawn from numbers and constants, names escaped",
    "ranking/charts.py": "drawn from numbers and constants, texts escaped",
}
#: Rendered by Django itself when something goes wrong.
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
#: Addresses that only machines ask for, by the path and not by the name.
BY_PATH = {
    "healthz": "probes",
    "readyz": "probes",
    "catalog:sitemap": "robots",
    "catalog:sitemap-section": "the sitemap index",
}

#: Of allauth: parts of its own pages, and what we have switched off.
NOT_SHOWN = (
    r"/base|snippets/|phone|passkey|webauthn|mfa/trust|login_redirect|verified_email_required|request_login_code|"
    r"account/email\.html|email/email_confirm_[ms]|_code\.html|password_reset_code|verification_code"
)


def templates() -> list[tuple[str, str]]:
    return [
        (relative(path), path.read_text())
        for path in project_files(".html", ".txt", ".xml")
        if "templates" in path.parts
    ]


def of_allauth() -> set[str]:
    folder = Path(allauth.__file__).parent / "templates"
    return {str(path.relative_to(folder)) for path in folder.rglob("*.*")}


def faults(text: str) -> list[str]:
    """What in a template the policy refuses, or would let text through as markup."""
    found = re.findall(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off", text)
    bare = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    found += re.findall(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:", bare)
    for script in re.findall(r"<script\b[^>]*>", bare):
        if "src=" not in script and "application/ld+json" not in script:
            found.append(script)
    return found


def marks_safe(text: str) -> bool:
    """Whether a module makes safe strings itself. format_html does not count: it escapes."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            if name in ("mark_safe", "SafeString", "SafeText"):
                return True
    return False


@cache
def mentioned_in_python() -> frozenset[str]:
    """Every string literal of the apps' modules."""
    nodes = (node for path in app_modules() for node in ast.walk(ast.parse(path.read_text())))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def included_by(text: str) -> set[str]:
    return set(re.findall(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']", text))


def url_names() -> set[str]:
    """All names under which our own addresses can be reversed."""
    found: set[str] = set()

    def collect(patterns: list[URLPattern | URLResolver], space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                if not inner.startswith("admin:"):
                    collect(pattern.url_patterns, inner)
            elif pattern.name:
                found.add(f"{space}{pattern.name}")

    collect(get_resolver().url_patterns, "")
    return found


@pytest.mark.parametrize(("path", "text"), templates(), ids=[path for path, _ in templates()])
def test_a_template_escapes_all_text_and_has_nothing_inline(path: str, text: str) -> None:
    assert faults(text) == []


def test_only_listed_modules_declare_text_to_be_markup() -> None:
    found = {relative(path) for path in app_modules() if marks_safe(path.read_text())}
    assert found == set(MAY_MARK_SAFE)


def test_every_template_is_used() -> None:
    used = BY_DJANGO | mentioned_in_python()
    for _, text in templates():
        used |= included_by(text)
    names = {relative(path).partition("templates/")[2] for path in project_files(".html") if "templates" in path.parts}
    # Found by Django and allauth, by their names.
    ours = {name for name in names if not name.startswith(("admin/", "registration/"))} - of_allauth()
    assert ours - used == set()


def test_every_template_that_is_named_exists() -> None:
    there = {relative(path).partition("templates/")[2] for path in project_files() if "templates" in path.parts}
    named = {name for _, text in templates() for name in included_by(text)}
    assert {name for name in named if name not in there and not name.startswith("admin/")} == set()


def test_every_address_is_used_by_its_name() -> None:
    texts = " ".join([*mentioned_in_python(), *(text for _, text in templates())])
    unused = {name for name in url_names() if not re.search(rf"\b{re.escape(name)}\b", texts)}
    # As `f"catalog:{page}"` where one view serves several.
    unused = {name for name in unused if name.partition(":")[2] not in mentioned_in_python()}
    assert unused - set(BY_PATH) == set()


def test_exceptions_are_still_needed() -> None:
    assert set(BY_PATH) <= url_names()
    assert all((ROOT / path).exists() for path in MAY_MARK_SAFE)


def test_no_page_of_an_account_is_allauths_own() -> None:
    """What we do not have ourselves would come out of its package, in other words and looks."""
    shown = {name for name in of_allauth() if name.split("/")[0] in ("account", "mfa", "socialaccount")}
    shown = {name for name in shown if not re.search(NOT_SHOWN, name)}
    there = {relative(path).partition("templates/")[2] for path in project_files() if "templates" in path.parts}
    assert shown - there == set()


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ artifact.name|safe }}",
        "{{ names|safeseq|join:', ' }}",
        "{% autoescape off %}{{ name }}{% endautoescape %}",
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_a_faulty_template_is_seen(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "site/js/site.js" %}"></script>',
        '<script type="application/ld+json">{{ structured_data }}</script>',
        "{% comment %} No style= and no <script> here. {% endcomment %}",
        '<p class="stylesheet">unsafe, safe</p>',
    ],
)
def test_a_sound_template_is_fine(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize("text", ["mark_safe(x)", "safestring.mark_safe(x)", "SafeString(x)"])
def test_a_module_that_declares_text_to_be_markup_is_seen(text: str) -> None:
    assert marks_safe(text)
    assert not marks_safe("format_html('<b>{}</b>', x)")


def test_includes_are_found() -> None:
    assert included_by('{% extends "base.html" %}{% include "_includes/_seam.html" with upright=True %}') == {
        "base.html",
        "_includes/_seam.html",
    }
