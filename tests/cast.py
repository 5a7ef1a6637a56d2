"""The people whose relations every test can rely on. Each is made at the first call, and found again at the next."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission, User


def erin() -> User:
    """An editor: may do everything with the catalog in the admin, and nothing beyond it."""
    editor, is_new = User.objects.get_or_create(
        username="erin", defaults={"email": "erin@unfragile.example", "is_staff": True}
    )
    if is_new:
        editor.set_password("erin")
        editor.save()
        editor.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog"))
    return editor


def sven() -> User:
    """A senior editor: Erin's second pair of eyes."""
    senior, is_new = User.objects.get_or_create(
        username="sven", defaults={"email": "sven@unfragile.example", "is_staff": True}
    )
    if is_new:
        senior.set_password("sven")
        senior.save()
        senior.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog"))
    return senior


def olga() -> User:
    """An owner."""
    return _plain("olga")


def oskar() -> User:
    """Another owner, of something else."""
    return _plain("oskar")


def rui() -> User:
    """A reader who is signed in and owns nothing."""
    return _plain("rui")


def _plain(name: str) -> User:
    person, is_new = User.objects.get_or_create(username=name, defaults={"email": f"{name}@unfragile.example"})
    if is_new:
        person.set_password(name)
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
