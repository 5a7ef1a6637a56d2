from __future__ import annotations

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.desk import links
from catalog.importers.errors import CannotImport
from catalog.importers.run import import_from
from catalog.models import Artifact, Generation
from catalog.relating import relate
from ranking import generations, indexing, sheets, snapshots
from unfragile_site import demo_owner, demo_searches
from unfragile_site.demo_notes import add_views, write_notes
from unfragile_site.demo_work import COLLEAGUE, lay_out

FOLDER = Path(__file__).resolve().parents[2] / "demo"
#: How far back its charts go: half a year.
WEEKS = 26
EDITOR = "editor"

TOUR = """
  {name} is at {url}

  Five minutes:
    reader   {url}/search/?q=transcribe+a+podcast      what serves a need, and why; say which one you take
             {url}/intents/                            what people look for, and what they chose
             {url}/artifacts/mixtral-8x22b/            a listing whose sources contradict each other, shown so
             {url}/artifacts/?kind=mcp&output=text     every list is an address you can share
             {url}/capabilities/web-search/            who is best at one thing
    program  {url}/docs/api/                           the same by program: curl {url}/api/v1/artifacts/
    owner    {url}/owner/                              name {owner}, password {owners_password}
             {url}/artifacts/brave-search-mcp/changes/ what changed of the listing that is theirs in this demo
    editor   {url}/admin/                              name {editor}, password {password}
"""


class Command(BaseCommand):
    help = "Loads the demo catalog, makes an editor account and prints a tour. Twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Load the catalog only where there is none yet.")
        parser.add_argument("--no-sample", action="store_true", help="Without the made-up searches and choices.")
        parser.add_argument("--remove-sample", action="store_true", help="Only take those out again, exactly.")
        parser.add_argument("--tour-only", action="store_true", help="Only print the tour.")

    def handle(self, *, if_empty: bool, tour_only: bool, no_sample: bool, remove_sample: bool, **options: Any) -> None:
        if remove_sample:
            count = demo_searches.remove(now=timezone.now())
            self.stdout.write(f"{count} sample searches were taken out.")
            return
        is_new = False
        if not tour_only and not (if_empty and Artifact.objects.exists()):
            try:
                counts = import_from("manifest", str(FOLDER), now=timezone.now(), why="The demo catalog.").counts
            except CannotImport as error:
                raise CommandError(f"The demo catalog does not load:\n{error}") from error
            self.stdout.write(f"demo catalog: {counts}")
            relate()
            links.check(now=timezone.now())
            is_new = True
        passwords = [_password_of(EDITOR, "Senior editor"), _password_of(demo_owner.OWNER, "")]
        if is_new and not settings.PRODUCTION:
            editor = User.objects.get(username=EDITOR)
            lay_out(editor, FOLDER)
            write_notes(FOLDER, author=User.objects.get(username=COLLEAGUE), editor=editor)
            add_views()
            demo_owner.lay_out(User.objects.get(username=demo_owner.OWNER), now=timezone.now())
        if is_new:
            indexing.refresh(now=timezone.now())
            if not no_sample and not settings.PRODUCTION:
                count = demo_searches.add(now=timezone.now())
                self.stdout.write(f"sample searches: {count}; `manage.py demo --remove-sample` takes them out")
        if is_new and not Generation.objects.exists():
            _rank()
        self.stdout.write(
            TOUR.format(
                name=settings.SITE_NAME,
                url=settings.SITE_URL,
                editor=EDITOR,
                password=passwords[0],
                owner=demo_owner.OWNER,
                owners_password=passwords[1],
            ).rstrip()
            + "\n"
        )


def _rank() -> None:
    """Ranks at the first start, and the weeks that a catalog of that age would have on record."""
    generations.build(now=timezone.now(), clock=timezone.now)
    snapshots.take(now=timezone.now())
    snapshots.reconstruct(weeks=WEEKS, now=timezone.now())
    sheets.keep(now=timezone.now())


def _password_of(username: str, group: str) -> str:
    """Makes the account at the first start. Its password lies in a file that only this user of the machine can read.
    Whoever is in no group of editors is none of them.
    """
    if settings.PRODUCTION:
        return "none: make accounts with `manage.py createsuperuser`"
    user, is_new = get_user_model().objects.get_or_create(username=username, defaults={"is_staff": bool(group)})
    file = Path(settings.VAR_DIR) / f"{username}_password"
    if is_new:
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        user.save()
        user.groups.set(Group.objects.filter(name=group))
        file.touch(mode=0o600)
        file.write_text(password, encoding="ascii")
        return password
    if file.exists() and user.check_password(kept := file.read_text(encoding="ascii")):
        return kept
    return "as you set it"
