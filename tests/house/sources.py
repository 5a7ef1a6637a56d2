"""The project's own files, and what its Python modules import: read by `ast`, so nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("catalog", "ranking", "claims", "unfragile_site")
#: Folders that hold what tools, installers and running sites leave behind.
NOT_OURS = {
    ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__", "node_modules", "var",
    "htmlcov",
}  # fmt: skip


@cache
def project_files(*suffixes: str) -> tuple[Path, ...]:
    """All files of the repository with one of these suffixes, or all there are."""
    return tuple(sorted(_walk(ROOT, suffixes)))


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in NOT_OURS:
                yield from _walk(entry, suffixes)
        elif not suffixes or entry.suffix in suffixes:
            yield entry


def app_modules(*apps: str) -> list[Path]:
    """The Python files of these apps (of all, if none is named), without migrations, which Django writes."""
    return [
        p for p in project_files(".py") if relative(p).split("/")[0] in (apps or APPS) and "migrations" not in p.parts
    ]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """catalog/models/fact.py -> catalog.models.fact"""
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(text: str, module: str, *, is_package: bool = False) -> set[str]:
    """Every dotted name that the module imports anywhere in it: at the top, locally, or for types only.

    `from catalog import overlap` counts as catalog.overlap as well as catalog: which one it is, only a running
    interpreter knows, and the rules are about both. Relative imports and import_module("...") are followed.
    """
    found: set[str] = set()
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func).split(".")[-1] in (
            "import_module",
            "__import__",
            "import_string",
        ):
            found.update(a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str))
    return found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports_of_file(path: Path) -> set[str]:
    return imports_of(path.read_text(), module_name(path), is_package=path.name == "__init__.py")


def reaches(imported: str, targets: Iterable[str]) -> bool:
    """Whether an imported name is one of the targets or lies inside it."""
    return any(imported == target or imported.startswith(f"{target}.") for target in targets)
