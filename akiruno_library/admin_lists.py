"""What all lists of the admin share, so that each is fast with half a million rows."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

REACHABLE = 10_000  # rows of one list: whoever looks for a row further down searches for it


class QuickPaginator(Paginator):
    """Counts no further than can be leafed through: never all rows of a large table."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[:REACHABLE].count()


class LibraryAdmin(admin.ModelAdmin):
    paginator = QuickPaginator
    show_full_result_count = False
    list_per_page = 50

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Beside a choice no buttons that change or delete what is chosen."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_add_related = widget.can_change_related = False
            widget.can_delete_related = widget.can_view_related = False
        return field


class ReadOnlyAdmin(LibraryAdmin):
    """For what only verbs write: it is read here, and nothing else."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
