"""The arrows of the architecture: who may import whom. Local imports and imports for types count as well."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import app_modules, imports_of, imports_of_file, module_name, reaches

#: What lies above each app, and so may not be imported by it.
ABOVE = {
    "catalog": ("ranking", "claims", "unfragile_site"),
    "ranking": ("claims", "unfragile_site"),
    "claims": ("unfragile_site",),
}
#: Parts of an app by which the world comes in. Everything else that is neither a model nor wiring is domain.
DOORS = ("views", "api", "admin", "tasks", "management", "templatetags", "feeds", "sitemaps", "urls", "forms")
MODELS = ("models", "querysets")
#: Django's wiring, which no module of ours imports: it may reach anything in its app.
WIRING = ("apps", "receivers")
#: What models may import beside each other: leaves that import nothing of ours.
LEAVES = {
    "choices": "the closed lists of words that columns may hold",
    "slugs": "what an address may look like",
    "storable": "which characters can be kept",
    "weblinks": "which addresses may be links",
}
#: Modules without database and clock: everything they need is handed to them.
PURE = {
    "catalog": (
        "overlap", "confidence", "facts", "factsheet", "licences", "identity", "wording", "kinds", "parts",
        "wordvectors",
    ),
    "ranking": (
        "scoring", "comparison", "signals", "wording",
        "match.choices", "match.confidence", "match.configuration", "match.documents", "match.engine",
        "match.evidence", "match.index", "match.lexical", "match.manifest", "match.parts", "match.reasons",
        "match.scoring", "match.text", "match.understanding",
    ),
}  # fmt: skip
OF_HTTP = ("django.http", "django.shortcuts", "django.views", "rest_framework", "drf_spectacular")


def part_of(module: str) -> str:
    """catalog.models.fact -> models"""
    return module.split(".")[1] if "." in module else ""


def is_domain(module: str) -> bool:
    return module.split(".")[0] in ABOVE and part_of(module) not in ("", *DOORS, *MODELS, *WIRING)


def is_pure(module: str) -> bool:
    app = module.split(".")[0]
    return reaches(module, [f"{app}.{name}" for name in PURE.get(app, ())])


def upward(module: str, imports: set[str]) -> set[str]:
    return {name for name in imports if reaches(name, ABOVE.get(module.split(".")[0], ()))}


def beyond_models(module: str, imports: set[str]) -> set[str]:
    """What a model or queryset imports of its app that is neither of the two, nor a leaf."""
    app = module.split(".")[0]
    allowed = [f"{app}.{name}" for name in (*MODELS, *LEAVES)]
    # `from catalog.models import x` counts as `catalog.models`, never as bare `catalog`.
    return {name for name in imports if reaches(name, [app]) and name != app and not reaches(name, allowed)}


def of_doors(module: str, imports: set[str]) -> set[str]:
    """What a domain module imports that belongs to a door: ours, or the framework's."""
    doors = [f"{app}.{door}" for app in ABOVE for door in DOORS]
    return {name for name in imports if reaches(name, [*doors, *OF_HTTP])}


def impure(module: str, text: str) -> set[str]:
    """What keeps a module from being pure: the database, a clock, or an import of something that is not pure."""
    app = module.split(".")[0]
    allowed = [f"{app}.{name}" for name in (*PURE[app], *LEAVES)] + [
        f"catalog.{name}" for name in (*PURE["catalog"], *LEAVES)
    ]
    found = set()
    for name in imports_of(text, module, is_package=module.count(".") == 1):
        if reaches(
            name, ["django.db", "django.core.cache", "django.conf", "django.utils.timezone", "time", "random", "os"]
        ) or (reaches(name, ABOVE) and name not in ABOVE and not reaches(name, allowed)):
            found.add(name)
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("now", "utcnow", "today")
        ):
            found.add(f"{node.func.attr}() in line {node.lineno}")
    return found


def offences(rule: object, *, only: object = None) -> dict[str, set[str]]:
    found = {}
    for path in app_modules():
        module = module_name(path)
        if (only is None or only(module)) and (wrong := rule(module, imports_of_file(path))):  # type: ignore[operator]
            found[module] = wrong
    return found


def test_no_app_imports_one_above_it() -> None:
    assert offences(upward) == {}


def test_models_and_querysets_import_no_domain_module() -> None:
    assert offences(beyond_models, only=lambda module: part_of(module) in MODELS) == {}


def test_leaves_import_nothing_of_ours() -> None:
    """Otherwise models would reach a domain module through them."""
    paths = {module_name(path): path for path in app_modules("catalog")}
    for name in LEAVES:
        assert {i for i in imports_of_file(paths[f"catalog.{name}"]) if reaches(i, ABOVE)} == set()


def test_domain_modules_know_no_door_and_no_request() -> None:
    assert offences(of_doors, only=is_domain) == {}


def test_pure_modules_have_neither_database_nor_clock() -> None:
    found = {
        module_name(p): wrong
        for p in app_modules()
        if is_pure(module_name(p)) and (wrong := impure(module_name(p), p.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize("name", [f"{app}.{name}" for app, names in PURE.items() for name in names])
def test_pure_modules_exist(name: str) -> None:
    """A renamed module must not slip out of its rule."""
    assert name in {module_name(path) for path in app_modules()}


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("catalog.facts", "import ranking"),
        ("catalog.models.fact", "from ranking.models import Match"),
        ("catalog.api.artifacts", "def view():\n    from claims import ownership"),
        ("catalog.views.front", "if TYPE_CHECKING:\n    from unfragile_site import health"),
        ("ranking.publish", "from claims.models import Claim"),
        ("ranking.brief", "importlib.import_module('claims.models')"),
        ("claims.badge", "import unfragile_site.settings"),
    ],
)
def test_an_upward_import_is_seen(module: str, text: str) -> None:
    assert upward(module, imports_of(text, module))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("ranking.publish", "from catalog import publishing"),
        ("claims.views.own", "import ranking.models"),
        ("catalog.facts", "import rankings"),
    ],
)
def test_a_downward_import_is_fine(module: str, text: str) -> None:
    assert upward(module, imports_of(text, module)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "from catalog.facts import verdict_of",
        "from catalog import facts",
        "from .. import facts",
        "def save(self):\n    import catalog.derived",
    ],
)
def test_a_model_that_imports_a_domain_module_is_seen(text: str) -> None:
    assert beyond_models("catalog.models.fact", imports_of(text, "catalog.models.fact"))


@pytest.mark.parametrize(
    "text",
    ["from catalog.choices import Kind", "from catalog.models.fields import one_of", "from .fields import one_of"],
)
def test_a_model_may_import_models_and_leaves(text: str) -> None:
    assert beyond_models("catalog.models.fact", imports_of(text, "catalog.models.fact")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "from django.http import QueryDict",
        "from catalog.views import caching",
        "from catalog.tasks import relate",
        "import rest_framework.status",
    ],
)
def test_a_domain_module_that_knows_a_door_is_seen(text: str) -> None:
    assert is_domain("catalog.pages.listing")
    assert of_doors("catalog.pages.listing", imports_of(text, "catalog.pages.listing"))


@pytest.mark.parametrize(
    "text",
    [
        "from django.db import models",
        "from django.utils import timezone",
        "import time",
        "import datetime as dt\nnow = dt.datetime.now(dt.UTC)",
        "import datetime as dt\nday = dt.date.today()",
        "from catalog.models import Artifact",
        "from catalog.derived import refresh",
    ],
)
def test_an_impure_module_is_seen(text: str) -> None:
    assert impure("catalog.confidence", text)


def test_dates_are_no_clock() -> None:
    assert (
        impure("catalog.confidence", "import datetime as dt\nfrom catalog.choices import Origin\nDAY = dt.timedelta(1)")
        == set()
    )
