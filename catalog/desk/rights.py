"""Who may do what at the desk, in words: what a right allows, which groups have it, and who of today is in them.

A right is `catalog.withdraw_artifact`, as `has_perm` takes it. The doors refuse, see catalog/admin/rights.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User

MOST_NAMED = 10
#: Django's own verbs -> ours.
VERBS = {"view": "see", "add": "add", "change": "change", "delete": "delete"}


@dataclass(frozen=True)
class Right:
    #: As in “You may not …”.
    does: str
    #: Names of groups that have it; none where only an administrator does.
    groups: tuple[str, ...]
    #: Who may today, by the names they sign in with, administrators last.
    people: tuple[str, ...]
    is_more: bool


def right_called(name: str) -> Right | None:
    """None for what is no right."""
    app, _, codename = name.partition(".")
    permissions = Permission.objects.select_related("content_type")
    permission = permissions.filter(content_type__app_label=app, codename=codename).first()
    if permission is None:
        return None
    people = User.objects.with_perm(permission).filter(is_staff=True).order_by("is_superuser", "username")
    names = list(people.values_list("username", flat=True)[: MOST_NAMED + 1])
    return Right(
        does=_does(permission),
        groups=tuple(Group.objects.filter(permissions=permission).order_by("name").values_list("name", flat=True)),
        people=tuple(names[:MOST_NAMED]),
        is_more=len(names) > MOST_NAMED,
    )


def _does(permission: Permission) -> str:
    """“Can withdraw and restore artifacts” is ours and says it; “Can add fact” is Django's."""
    model = permission.content_type.model_class()
    verb, _, noun = permission.codename.partition("_")
    if model is not None and verb in model._meta.default_permissions and noun == model._meta.model_name:
        return f"{VERBS[verb]} {model._meta.verbose_name_plural}"
    return permission.name.removeprefix("Can ")
