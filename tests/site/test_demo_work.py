"""The demo's desk has something real to do in every queue at the first log-in."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from catalog.desk.queues import open_to
from catalog.digest import catalog_digest
from catalog.models import Artifact, Proposal, Report, ReviewStep
from unfragile_site.desk import WORK

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, tmp_path: Any) -> User:
    settings.VAR_DIR = tmp_path
    call_command("demo", stdout=StringIO())
    return User.objects.get(username="editor")


def test_every_queue_has_work_for_the_editor(demo: User) -> None:
    now = timezone.now()
    assert [queue.key for queue in open_to(demo, WORK)] == list(WORK), "the editor of the demo may do all of it"
    assert [queue.key for queue in open_to(demo, WORK) if not queue.count(demo, now)] == []


def test_loading_it_again_adds_nothing(demo: User) -> None:
    before = catalog_digest(), [m.objects.count() for m in (Artifact, Proposal, Report, ReviewStep)]
    call_command("demo", stdout=StringIO())
    assert (catalog_digest(), [m.objects.count() for m in (Artifact, Proposal, Report, ReviewStep)]) == before


def test_what_editors_have_begun_is_left_alone(demo: User) -> None:
    ReviewStep.objects.filter(artifact__slug="llamafile").delete()
    Artifact.objects.get(slug="llamafile").delete()
    call_command("demo", stdout=StringIO())
    assert not Artifact.objects.filter(slug="llamafile").exists()
