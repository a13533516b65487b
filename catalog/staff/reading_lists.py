"""おすすめのリスト in the admin."""

from django.contrib import admin
from django.urls import reverse

from akiruno_library.admin_lists import LibraryAdmin, LibraryInline
from catalog.models import ReadingList, ReadingListEntry


class EntriesInline(LibraryInline):
    model = ReadingListEntry
    autocomplete_fields = ["bib"]
    extra = 3


@admin.register(ReadingList)
class ReadingListAdmin(LibraryAdmin):
    list_display = ["__str__", "audience", "on_home", "shows_from", "shows_until"]
    fields = ["title", "text", "audience", "on_home", "shows_from", "shows_until"]
    list_filter = ["audience"]
    search_fields = ["title", "text"]
    inlines = [EntriesInline]

    def view_on_site(self, obj: ReadingList) -> str:
        return reverse("browsing:reading_list", args=[obj.pk])
