"""What the repository must not contain: index addresses, and paths of somebody's machine."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT, project_files, relative

MACHINE_PATH = re.compile(
    r"(?<![\w.:/}~-])(?:/(?:home|Users|root|work|workspace|workspaces|mnt)/[\w.-]+|[A-Z]:\\\\?Users)"
)
TEXTS = {
    ".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".sh", ".cfg", ".ini", ".svg", "",
}  # fmt: skip


def faults_of_requirements(text: str) -> list[str]:
    """Lines that would install something unchecked, or from a place of their own."""
    found = []
    # A requirement and its hashes are one logical line.
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if re.search(r"://|^-|--(index|extra-index|find-links|trusted)", line):
            found.append(f"address or option: {line[:80]}")
        elif not re.match(r"[A-Za-z0-9._-]+(\[[^]]+\])?==", line):
            found.append(f"not pinned: {line[:80]}")
        elif "--hash=sha256:" not in line:
            found.append(f"without a hash: {line[:80]}")
    return found


def machine_paths(text: str) -> list[str]:
    return MACHINE_PATH.findall(text)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_index(name: str) -> None:
    assert faults_of_requirements((ROOT / name).read_text()) == []


def test_what_runs_in_production_is_the_same_in_development() -> None:
    """Tests must not run against other versions than the site has."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+(?:\[[^]]+\])?==[^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_no_path_of_a_machine_is_written_down() -> None:
    found = {}
    for path in project_files(*sorted(TEXTS)):
        if path.name != "test_boundaries.py" and (paths := machine_paths(path.read_text(errors="replace"))):
            found[relative(path)] = paths[:3]
    assert found == {}


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "django==5.2.19\n",
        "django>=5.2 \\\n    --hash=sha256:00\n",
        "--index-url https://packages.example/simple\ndjango==5.2.19 \\\n    --hash=sha256:00\n",
        "django @ https://example.org/django.whl --hash=sha256:00\n",
        "-e .\n",
    ],
)
def test_a_faulty_requirement_is_seen(text: str) -> None:
    assert faults_of_requirements(text)


def test_a_pinned_requirement_is_fine() -> None:
    text = "# by uv\npsycopg[binary]==3.3.0 ; python_version > '3' \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"
    assert faults_of_requirements(text) == []


@pytest.mark.parametrize("text", ["cd /home/ada/site", 'ROOT = "/root/.cache"', "C:\\Users\\ada", "see /Users/ada/x"])
def test_a_path_of_a_machine_is_seen(text: str) -> None:
    assert machine_paths(text)


@pytest.mark.parametrize(
    "text", ["/usr/bin/chromium", "https://example.org/home/ada", "{{ site }}/home/x", "/artifacts/home/"]
)
def test_other_paths_are_fine(text: str) -> None:
    assert machine_paths(text) == []
