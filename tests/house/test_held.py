"""What a process holds of one test's database is not shown in another's: whatever is held in a module can be dropped.

`catalog.held` knows the functions that drop; the tests call them all before and after each. Here every cache, every
variable that a function writes to and every container of a module's own is found, and has to be dropped by one of them,
or to be among what is the same whatever a database holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType

from catalog.held import everybody_who_forgets
from tests.house.sources import app_modules, module_name

#: Made of the code, of shipped files, of settings, or of nothing but what was asked: no database has a part in it.
ALIKE_EVERYWHERE = """
    catalog.api.addresses: _parts
    catalog.desk.reports: CELLS DECIDED
    catalog.held: _drops
    catalog.importers.manifest.shape: _validator
    catalog.importers.passing: code
    catalog.manifest: _validator schema
    catalog.models.kept: from_queryset
    catalog.network.dialing: trusted
    catalog.network.endpoints: _networks _origins
    catalog.planned: _told
    catalog.prose: prose
    catalog.templatetags.glyphs: _around _drawn _rank_ground confidence
    catalog.templatetags.rows: _bar
    catalog.wordvectors: _encoder
    claims.places: _suffixes
    ranking.comparison.image: _widths
    ranking.comparison.packing: _hints
    ranking.comparison.weighing: _factors
    ranking.configurations: _parsed
    ranking.formulas: shipped_formula
    ranking.graph.own_side: REGISTER
    ranking.match.configuration: shipped
    ranking.match.text: _analyzer query_stems stem telling
    ranking.prior: prior prior_origin
    unfragile_site.docs: openapi
    unfragile_site.middleware: _keeper_at
"""
#: Calls that make something to put things into.
CONTAINERS = {
    "dict",
    "list",
    "set",
    "Counter",
    "defaultdict",
    "deque",
    "OrderedDict",
    "WeakSet",
    "WeakKeyDictionary",
    "local",
}


def name_of(node: ast.expr) -> str:
    """Of `functools.lru_cache(maxsize=8)` and of `Counter[str]()` the last name."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_container(value: ast.expr | None) -> bool:
    is_empty = (isinstance(value, ast.Dict) and not value.keys) or (isinstance(value, ast.List) and not value.elts)
    return is_empty or (isinstance(value, ast.Call) and name_of(value) in CONTAINERS and not value.args)


def held_in(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and {name_of(one) for one in node.decorator_list} & {"cache", "lru_cache"}:
            yield node.name
        elif isinstance(node, ast.Global):
            yield from node.names
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_container(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))


def dropped_in(module: str) -> set[str]:
    """What the functions of the module that forget speak of, and those of its functions that they call."""
    found: set[str] = set()
    for drop in everybody_who_forgets():
        if isinstance(drop, FunctionType) and drop.__module__ == module:
            names = drop.__code__.co_names
            called = [one for one in map(drop.__globals__.get, names) if isinstance(one, FunctionType)]
            found.update(names, *(one.__code__.co_names for one in called))
    return found


def test_what_a_module_holds_is_dropped_or_the_same_everywhere() -> None:
    found = {}
    for path in app_modules():
        names = set(held_in(path.read_text()))
        if names:
            import_module(module_name(path))
            found[module_name(path)] = names - dropped_in(module_name(path))
    alike = (line.strip().split(": ") for line in ALIKE_EVERYWHERE.strip().splitlines())
    assert {module: names for module, names in found.items() if names} == {
        module: set(names.split()) for module, names in alike
    }


def test_every_way_to_hold_something_is_found() -> None:
    text = """
from functools import cache, lru_cache
import functools
from collections import Counter
A = {1: 2}
_rows: dict[int, str] = {}
_counts: Counter[str] = Counter()
_last = None
def write():
    global _last
@cache
def one(): ...
class Two:
    @functools.lru_cache(maxsize=3)
    def two(self): ...
"""
    assert set(held_in(text)) == {"_rows", "_counts", "_last", "one", "two"}


def test_each_forgets_what_it_held() -> None:
    from ranking import configurations

    configurations._behind[1] = configurations.shipped_formula()
    for drop in everybody_who_forgets():
        drop()
    assert configurations._behind == {}
