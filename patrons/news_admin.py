from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from akiruno_library.admin_lists import LibraryAdmin
from patrons.models import NewsSending

FACTS = ("news", "state", "begun_at", "begun_by", "counted", "queued", "ended_at")


@admin.register(NewsSending)
class NewsSendingAdmin(LibraryAdmin):
    """Shows the sendings. A sending starts at the notice itself; here it can be stopped."""

    list_display = FACTS
    list_select_related = ["news", "begun_by"]
    readonly_fields = FACTS
    fields = FACTS
    change_form_template = "admin/patrons/news_sending.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer no save button: stopping is the only action."""
        nothing = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, *args, **kwargs | {"extra_context": nothing})
