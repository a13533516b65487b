from django.contrib import admin

from akiruno_library.admin_lists import LibraryAdmin
from catalog.models import News


@admin.register(News)
class NewsAdmin(LibraryAdmin):
    """On the home page by its days; sent by mail only from here, after two confirmations (7.7)."""

    list_display = ["title", "shows_from", "shows_until"]
    fields = ["title", "text", "shows_from", "shows_until"]
    search_fields = ["title", "text"]
    change_form_template = "admin/catalog/news/change_form.html"
