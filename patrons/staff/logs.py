"""The logs of what staff did, in the admin and for patrons (rule 9.3). Read only."""

from django.contrib import admin

from akiruno_library.admin_lists import ReadOnlyAdmin
from akiruno_library.posted_search import PostedSearch
from patrons.models import ChangeRecord, StaffAction


@admin.register(StaffAction)
class StaffActionAdmin(ReadOnlyAdmin, PostedSearch):
    list_display = ["day", "staff", "what", "card_number", "patron_name", "times"]
    list_filter = ["what", "day", ("staff", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["staff", "patron"]
    search_fields = ["patron__card_number", "staff__username", "staff__display_name"]
    search_help_text = "利用者番号か、職員の名前でさがせます。"
    list_display_links = None
    date_hierarchy = "day"

    @admin.display(description="利用者番号")
    def card_number(self, action: StaffAction) -> str:
        return action.patron.card_number

    @admin.display(description="利用者")
    def patron_name(self, action: StaffAction) -> str:
        return action.patron.name


@admin.register(ChangeRecord)
class ChangeLogAdmin(ReadOnlyAdmin):
    """What was added, changed and deleted in the admin, and by whom."""

    list_display = ["action_time", "user", "content_type", "row", "what_was_done"]
    list_filter = ["action_flag", "action_time", ("user", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__username", "user__display_name"]
    search_help_text = "変えたもの(資料番号、題名など)か、職員の名前でさがせます。"
    list_display_links = None

    @admin.display(description="なにを")
    def row(self, entry: ChangeRecord) -> str:
        return entry.object_repr

    @admin.display(description="したこと")
    def what_was_done(self, entry: ChangeRecord) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()
