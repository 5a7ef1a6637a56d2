"""Who was let to the desk, with which rights, and by whom: one entry in the log for each change, in its transaction.

Of what is done at the desk. What an operator does beside it, in a shell or the database, no log of ours can promise.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils import timezone
from simple_history.models import HistoricalRecords

from claims.audit import written

FLAGS = ("is_active", "is_staff", "is_superuser")
#: What was done to a set of rights, in the words of Django's signal.
_SETS = {"post_add": "given", "post_remove": "taken", "pre_clear": "all taken"}


def connect() -> None:
    pre_save.connect(_before, sender=User, dispatch_uid="claims_flags_before")
    post_save.connect(_saved, sender=User, dispatch_uid="claims_flags")
    post_delete.connect(_gone, sender=User, dispatch_uid="claims_editor_gone")
    post_delete.connect(_group_gone, sender=Group, dispatch_uid="claims_group_gone")
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_rights, sender=through, dispatch_uid=f"claims_rights_{through.__name__}")


def _by() -> User | None:
    """Who asks for the page that does it. None: nobody does, or nobody who has signed in."""
    request = getattr(HistoricalRecords.context, "request", None)
    person = getattr(request, "user", None)
    return person if person is not None and person.is_authenticated else None


def _note(verb: str, by: User, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
    with transaction.atomic():
        written(verb, at=timezone.now(), actor=by.pk, before=before, after=after)


def _before(instance: User, raw: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """A log-in saves the account, too, and names what it saves."""
    instance._flags_before = None  # type: ignore[attr-defined]
    if not raw and _by() is not None and (update_fields is None or set(FLAGS) & set(update_fields)):
        none = dict.fromkeys(FLAGS, False)
        instance._flags_before = User.objects.filter(pk=instance.pk).values(*FLAGS).first() or none  # type: ignore[attr-defined]


def _saved(instance: User, **kwargs: Any) -> None:
    before, by = getattr(instance, "_flags_before", None), _by()
    if before is None or by is None:
        return
    after = {name: getattr(instance, name) for name in FLAGS}
    is_editors = any(flags["is_staff"] or flags["is_superuser"] for flags in (before, after))
    if is_editors and before != after:
        _note("editor changed", by, before=before, after={"account": instance.pk, **after})


def _gone(instance: User, **kwargs: Any) -> None:
    if (by := _by()) is not None and (instance.is_staff or instance.is_superuser):
        _note("editor deleted", by, after={"account": instance.pk})


def _group_gone(instance: Group, **kwargs: Any) -> None:
    if (by := _by()) is not None:
        _note("group deleted", by, after={"group": instance.name})


def _rights(instance: Model, action: str, model: type[Model], pk_set: set[int] | None, **kwargs: Any) -> None:
    by, what = _by(), _SETS.get(action)
    if by is None or what is None or not (pk_set or action == "pre_clear"):
        return
    rows = model._default_manager.filter(pk__in=pk_set or ())
    which = [_told(row) for row in rows.order_by("pk")]
    _note(f"rights {what}", by, after={instance._meta.model_name or "": _told(instance), "which": which})


def _told(row: Model) -> int | str:
    """Accounts stand in the log as numbers."""
    return row.pk if isinstance(row, User) else str(row)
