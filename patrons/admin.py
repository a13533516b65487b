from django.contrib import admin

from patrons.models import Patron

admin.site.site_header = "あきる野市図書館 管理"
admin.site.site_title = "あきる野市図書館 管理"
admin.site.index_title = "きょうの仕事"


@admin.register(Patron)
class PatronAdmin(admin.ModelAdmin):
    list_display = ["card_number", "name", "name_reading", "category", "card_expires_on"]
    list_filter = ["category"]
    search_fields = ["card_number", "name", "name_reading", "telephone"]
    readonly_fields = ["user", "mail_address", "mail_confirmed_at", "history_consented_at"]
    show_full_result_count = False

    def has_add_permission(self, request: object) -> bool:
        """Patrons come from the counter's own register, with their login."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
