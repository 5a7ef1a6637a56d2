"""Connections to elsewhere are opened in catalog/network, and by nothing else of ours: neither by a library, a socket,
nor a program that is run.
"""

from __future__ import annotations

import ast

import pytest

from catalog import network
from tests.house.sources import app_modules, imports_of, imports_of_file, module_name, reaches

#: What opens connections, by itself or in the hands of a caller.
OF_THE_NETWORK = (
    "socket", "socketserver", "ssl", "asyncio", "h11", "http.client", "http.server", "http.cookiejar", "xmlrpc",
    "urllib.request", "urllib3", "requests", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "pycurl",
    "websockets", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "dns", "paramiko", "git", "dulwich",
    "feedparser", "redis", "huggingface_hub", "openai", "anthropic", "boto3",
)  # fmt: skip
DOOR = "catalog.network"
#: Who else may, and for what: with our own processes on this machine.
MAY_CONNECT = {
    "unfragile_site.management.commands.serve": "looks whether its port is free, and whether its own server answers",
}
#: What runs another program, which may be curl or git.
RUNNERS = ("subprocess", "os.system", "os.popen", "os.execv", "os.execvp", "os.spawnv", "os.posix_spawn", "pty")
MAY_RUN = {
    "unfragile_site.supervisor": "web server, worker and beat of an embedded site",
}


def connections(imports: set[str]) -> set[str]:
    return {name for name in imports if reaches(name, OF_THE_NETWORK)}


def runs(text: str, module: str) -> set[str]:
    """What it runs programs with: as imported, or as an attribute of `os`."""
    dotted = {ast.unparse(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    return {name for name in imports_of(text, module) | dotted if reaches(name, RUNNERS)}


def test_one_package_opens_connections() -> None:
    found = {module_name(path): names for path in app_modules() if (names := connections(imports_of_file(path)))}
    elsewhere = {module: names for module, names in found.items() if not reaches(module, [DOOR, *MAY_CONNECT])}
    assert elsewhere == {}
    assert any(reaches(module, [DOOR]) for module in found)


def test_one_module_runs_programs() -> None:
    found = {module_name(path): names for path in app_modules() if (names := runs(path.read_text(), module_name(path)))}
    assert {module: names for module, names in found.items() if module not in MAY_RUN} == {}


def test_every_exception_is_still_one() -> None:
    """What has gone is not kept on a list of what is allowed."""
    by_name = {module_name(path): path for path in app_modules()}
    for module in MAY_CONNECT:
        assert connections(imports_of_file(by_name[module])), module
    for module in MAY_RUN:
        assert runs(by_name[module].read_text(), module), module


def test_callers_come_in_by_the_front() -> None:
    """Only what the package itself exports, so that its parts can change; ways around the rules are among them."""
    found = {
        module_name(path): {
            name for name in imports_of_file(path) if reaches(name, [DOOR]) and name.count(".") > 1
            and name.split(".")[2] not in network.__all__
        }
        for path in app_modules()
        if not reaches(module_name(path), [DOOR])
    }  # fmt: skip
    assert {module: names for module, names in found.items() if names} == {}


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "import httpx",
        "from urllib.request import urlopen",
        "def read():\n    import socket",
        "from urllib import request",
        "import asyncio",
        "from importlib import import_module\nimport_module('requests')",
    ],
)
def test_a_connection_is_seen(text: str) -> None:
    assert connections(imports_of(text, "catalog.importers.github"))


def test_taking_an_address_apart_is_no_connection() -> None:
    assert connections(imports_of("from urllib.parse import urlsplit", "catalog.identity")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess\nsubprocess.run(['curl', 'https://x.dev'])",
        "from subprocess import run\nrun(['git', 'clone'])",
        "import os\nos.system('wget https://x.dev')",
    ],
)
def test_a_program_is_seen(text: str) -> None:
    assert runs(text, "catalog.importers.github")
