"""Lists that never count a whole table: the count stops at MOST, or a page beyond the one that is shown."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from catalog.desk.queues import MOST


class AtLeast(int):
    """How many there are at the least. Templates write it with a plus."""

    def __str__(self) -> str:
        return f"{int(self):,}+"

    __repr__ = __str__


class ShortPaginator(Paginator):
    def __init__(self, rows: QuerySet[Any], per_page: int, *, page: int) -> None:
        super().__init__(rows, per_page)
        #: One can always go on to the next page, and from there to the one after.
        self.most = max(MOST, (page + 1) * per_page)

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.most + 1].count()
        return AtLeast(self.most) if found > self.most else found


class ShortList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """The page's keys first, which indexes alone can tell; whole rows are sorted and read for those only."""
        super().get_results(request)
        self.result_list = self.queryset.filter(pk__in=self.result_list.values("pk"))


class Paged:
    """For admin classes."""

    show_full_result_count = False
    list_per_page = 50  # what one looks through; each row costs as much as all else on the page does in ten

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ShortList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> Paginator:
        asked = request.GET.get("p") or request.GET.get("page") or ""  # a list's, or that of words offered while typing
        return ShortPaginator(queryset, per_page, page=int(asked) if asked.isdecimal() and len(asked) < 10 else 1)
