from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog import holdings
from catalog.models import (
    Bib,
    Branch,
    CalendarException,
    Contribution,
    Contributor,
    Copy,
    MaterialType,
    News,
    NthWeekdayClosing,
    OpeningHours,
    PublicHoliday,
    Series,
)

OUT_OF_HAND = frozenset(
    {
        Copy.Whereabouts.CLAIMED,
        Copy.Whereabouts.IN_TRANSIT,
        Copy.Whereabouts.HOLD_SHELF,
        Copy.Whereabouts.ON_LOAN,
    }
)


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


class NthWeekdayClosingInline(admin.TabularInline):
    model = NthWeekdayClosing
    extra = 0


class CalendarExceptionInline(admin.TabularInline):
    model = CalendarException
    extra = 0


@admin.register(Branch)
class BranchAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "telephone", "position"]
    inlines = [OpeningHoursInline, NthWeekdayClosingInline, CalendarExceptionInline]


@admin.register(PublicHoliday)
class PublicHolidayAdmin(admin.ModelAdmin):
    list_display = ["day", "name"]
    date_hierarchy = "day"


@admin.register(MaterialType)
class MaterialTypeAdmin(admin.ModelAdmin):
    list_display = ["name", "medium", "reservable_on_web", "loan_days", "loan_limit"]


class ContributionInline(admin.TabularInline):
    model = Contribution
    extra = 0
    autocomplete_fields = ["contributor"]


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    list_display = ["name", "reading"]
    search_fields = ["name", "reading"]
    show_full_result_count = False


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["title", "reading"]
    search_fields = ["title", "reading"]
    show_full_result_count = False


@admin.register(Bib)
class BibAdmin(admin.ModelAdmin):
    list_display = ["title", "volume", "publisher", "published", "material_type"]
    list_filter = ["material_type", "audience"]
    list_select_related = ["material_type"]
    search_fields = ["title", "title_reading", "source_key"]
    autocomplete_fields = ["series"]
    raw_id_fields = ["volume_set"]
    show_full_result_count = False
    inlines = [ContributionInline]


@admin.register(Copy)
class CopyAdmin(admin.ModelAdmin):
    """Where a copy is changes by scans at the counter; here staff mend the facts of the copy."""

    list_display = ["barcode", "bib", "home_branch", "call_number", "lending", "whereabouts"]
    list_filter = ["home_branch", "whereabouts", "lending"]
    list_select_related = ["bib", "home_branch"]
    search_fields = ["barcode", "call_number"]
    autocomplete_fields = ["bib"]
    readonly_fields = ["whereabouts", "current_branch", "times_lent"]
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Copy | None = None) -> list[str]:
        """What a loan or a reservation rests on stays, while the copy is not on its shelf."""
        fixed = list(self.readonly_fields)
        if obj is not None and obj.whereabouts in OUT_OF_HAND:
            fixed += ["bib", "lending"]
        return fixed

    def has_delete_permission(self, request: HttpRequest, obj: Copy | None = None) -> bool:
        in_hand = obj is None or obj.whereabouts not in OUT_OF_HAND
        return in_hand and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Copy, form: object, change: bool) -> None:
        if not change:
            obj.current_branch_id = obj.home_branch_id
        before = Copy.objects.filter(pk=obj.pk).values_list("bib_id", flat=True).first()
        touched = {obj.bib_id, before or obj.bib_id}
        holdings.lock_statuses(touched)
        obj.save()
        holdings.count_copies(touched)

    def delete_model(self, request: HttpRequest, obj: Copy) -> None:
        holdings.lock_statuses([obj.bib_id])
        obj.delete()
        holdings.count_copies([obj.bib_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Copy]) -> None:
        touched = set(queryset.values_list("bib_id", flat=True))
        holdings.lock_statuses(touched)
        queryset.delete()
        holdings.count_copies(touched)


@admin.register(News)
class NewsAdmin(admin.ModelAdmin):
    """On the home page by its days; by mail only from here, after two questions (rule 7.7)."""

    list_display = ["title", "shows_from", "shows_until"]
    search_fields = ["title", "text"]
    change_form_template = "admin/catalog/news/change_form.html"
