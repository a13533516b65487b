from django.contrib import admin
from django.http import HttpRequest

from reservations.models import Reservation, ReservationEvent


class ReservationEventInline(admin.TabularInline):
    model = ReservationEvent
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Reservation)
class ReservationAdmin(admin.ModelAdmin):
    """Read only: verbs alone change a reservation, and each change stands in its log."""

    list_display = ["pk", "bib", "state", "pickup_branch", "placed_at", "deadline"]
    list_filter = ["state", "pickup_branch"]
    list_select_related = ["bib", "pickup_branch"]
    search_fields = ["bib__title", "patron__card_number"]
    show_full_result_count = False
    inlines = [ReservationEventInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
