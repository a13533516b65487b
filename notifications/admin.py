from django.contrib import admin
from django.http import HttpRequest

from notifications.models import JobRun, Mail


class ReadOnlyAdmin(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "address", "state", "attempts", "sent_at", "last_reply"]
    list_filter = ["state", "kind"]
    list_select_related = ["address"]
    search_fields = ["address__address"]


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "day", "started_at", "finished_at", "result"]
    list_filter = ["job"]
