"""The common part of the admin: fast lists for half a million rows, safe filters and fields."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db.models import BooleanField, DateField, Field, ForeignKey, QuerySet
from django.db.models.fields.related import RelatedField
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

REACHABLE = 10_000  # rows of one list: whoever looks for a row further down searches for it
# What the parts of a date hierarchy may be: Django counts on from whatever it is given.
DATES = {
    "year": re.compile("[12][0-9]{3}"),
    "month": re.compile("[0-9]{1,2}"),
    "day": re.compile("[0-9]{1,2}"),
}


class QuickPaginator(Paginator):
    """Counts only the rows that can be reached, because counting a large table is slow."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[:REACHABLE].count()


def could_be(field: Field, value: object) -> bool:
    """Whether the column can contain this value."""
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return True


class Autocomplete(AutocompleteSelect):
    """Django's view, without the query for a key that is no number."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        key = self.field.target_field
        return super().optgroups(name, [each for each in value if could_be(key, each)], attrs)


class CarefulFields(BaseModelAdmin):
    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class LibraryInline(CarefulFields, admin.TabularInline):
    extra = 0


class LibraryAdmin(CarefulFields, admin.ModelAdmin):
    paginator = QuickPaginator
    show_full_result_count = False
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """A URL can use only the filters beside the list, so nobody probes other columns (9.8)."""
        if "\0" in value:
            return False
        hierarchy, _, part = lookup.rpartition("__")
        if part in DATES and hierarchy == self.date_hierarchy:
            return bool(DATES[part].fullmatch(value))
        parameters: set[str] = set()
        for each in self.get_list_filter(request) if request else self.list_filter:
            parameters |= _parameters_of(each, self.opts)
        return lookup in parameters

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take initial values from the URL, except those that the field cannot hold."""
        initial = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if self._fits(name, value)}

    def _fits(self, name: str, value: Any) -> bool:
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return True
        if isinstance(field, DateField):
            return False  # its widget takes no text; no link of ours fills in a day
        values = value if isinstance(value, list) else [value]
        return not isinstance(field, RelatedField) or all(
            could_be(field.target_field, one) for one in values
        )

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        chosen = request.POST.getlist("_selected_action")
        if all(could_be(self.opts.pk, each) for each in chosen):
            return super().response_action(request, queryset, *args, **kwargs)
        self.message_user(request, "行を選び直してください。", messages.WARNING)
        return None

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Hide the buttons that would change or delete the selected row."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_add_related = widget.can_change_related = False
            widget.can_delete_related = widget.can_view_related = False
        return field


class ReadOnlyAdmin(LibraryAdmin):
    """For tables that only verbs may write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def _parameters_of(list_filter: Any, opts: Options) -> set[str]:
    """Return the URL parameters of one entry of `list_filter`."""
    if isinstance(list_filter, type) and issubclass(list_filter, SimpleListFilter):
        return {str(list_filter.parameter_name)}
    path = list_filter if isinstance(list_filter, str) else list_filter[0]
    field = get_fields_from_path(opts.model, path)[-1]
    if isinstance(field, DateField):
        return {f"{path}__{part}" for part in ("gte", "lt", *(("isnull",) if field.null else ()))}
    if isinstance(field, RelatedField):
        return {f"{path}__{field.target_field.name}__exact", f"{path}__isnull"}
    # Django's filter of all values that occur asks by the bare name; it is the one without choices.
    has_choices = field.choices or isinstance(field, BooleanField)
    return {f"{path}__exact" if has_choices else path, f"{path}__isnull"}
