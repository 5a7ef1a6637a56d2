from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.admin.paging import Paged
from catalog.models import Difference


class ReadOnlyAdmin(Paged, admin.ModelAdmin):
    """Records that nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    list_display = ["artifact", "subject", "run"]
    list_select_related = ["artifact", "run"]
    ordering = ["-id"]
