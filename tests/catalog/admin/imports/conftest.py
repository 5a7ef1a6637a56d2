"""Somebody who may steer imports at the desk, and a worker who does what it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.catalog.admin.imports.shared import sign_in, text


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    settings.IMPORT_FOLDERS = [str(tmp_path)]


@pytest.fixture
def desk(client: Client) -> Client:
    sign_in(client, "Senior editor")
    return client


@pytest.fixture
def press(desk: Client, django_capture_on_commit_callbacks: Any) -> Any:
    """Sends a form, and lets the worker do what it was given; answers with the page that comes next."""

    def pressed(address: str, said: dict[str, Any]) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post(address, said)
        assert answer.status_code == 302, answer.content.decode()
        return text(desk.get(answer["Location"]))

    return pressed
