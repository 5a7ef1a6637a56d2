"""The refusal at the desk: pages say which right they need, and who lacks it reads what it is and who has it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from catalog.admin.run import ReadOnlyAdmin
from catalog.desk.rights import right_called


class Refused(PermissionDenied):
    """Somebody lacks the right that `needed` names."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


def need(request: HttpRequest, *rights: str) -> None:
    """Raises Refused, naming the first of the rights that this person lacks."""
    for right in rights:
        if not request.user.has_perm(right):
            raise Refused(right)


def refusal(request: HttpRequest, denied: PermissionDenied) -> dict[str, Any]:
    """What the page says. Django's own pages do not name what they need; their address does."""
    needed = denied.needed if isinstance(denied, Refused) else _needed_at(request)
    right = right_called(needed) if needed and not request.user.has_perm(needed) else None
    title = f"You may not {right.does}" if right is not None else "You may not do this"
    return {"title": title, "right": right}


def _needed_at(request: HttpRequest) -> str:
    """`catalog_source_delete` -> `catalog.delete_source`."""
    match = request.resolver_match
    app, _, rest = (match.url_name or "" if match is not None else "").partition("_")
    model, _, page = rest.partition("_")
    if request.method == "POST" and page == "simple_history":
        page = "change"
    verbs = {"changelist": "view", "history": "view", "simple_history": "view"}
    verb = verbs.get(page, page)
    if verb == "change" and not request.user.has_perm(f"{app}.view_{model}"):
        verb = "view"
    its = next((one for kind, one in admin.site._registry.items() if kind._meta.label_lower == f"{app}.{model}"), None)
    if isinstance(its, ReadOnlyAdmin) and verb != "view":
        return ""  # there is such a right, and it opens nothing
    return f"{app}.{verb}_{model}"
