"""Branches, opening hours, holidays and material types in the admin."""

from django.contrib import admin

from akiruno_library.admin_lists import LibraryAdmin, LibraryInline
from catalog.models import (
    Branch,
    CalendarException,
    MaterialType,
    NthWeekdayClosing,
    OpeningHours,
    PublicHoliday,
)


class OpeningHoursInline(LibraryInline):
    model = OpeningHours


class NthWeekdayClosingInline(LibraryInline):
    model = NthWeekdayClosing


class CalendarExceptionInline(LibraryInline):
    """Read-only: exceptions are entered in the calendar, which shows their effects first."""

    model = CalendarException
    can_delete = False

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Branch)
class BranchAdmin(LibraryAdmin):
    list_display = ["name", "code", "telephone", "position"]
    inlines = [OpeningHoursInline, NthWeekdayClosingInline, CalendarExceptionInline]


@admin.register(PublicHoliday)
class PublicHolidayAdmin(LibraryAdmin):
    list_display = ["day", "name"]
    date_hierarchy = "day"
    search_fields = ["name"]


@admin.register(MaterialType)
class MaterialTypeAdmin(LibraryAdmin):
    list_display = ["name", "medium", "reservable_on_web", "loan_days", "loan_limit"]
    list_filter = ["medium", "reservable_on_web"]
