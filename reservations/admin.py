from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from akiruno_library.admin_lists import ReadOnlyAdmin
from patrons import staff_log
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
class ReservationAdmin(ReadOnlyAdmin):
    """Read only: verbs alone change a reservation, and each change stands in its log.

    What one patron has reserved stands on the patron's own page, where the look is noted; a look
    at a reservation that still has its patron is noted as well.
    """

    list_display = ["wish", "state", "pickup_branch", "placed_at", "deadline"]
    list_filter = ["state", "pickup_branch"]
    list_select_related = ["bib", "pickup_branch"]
    search_fields = ["bib__title", "request_text", "copy__barcode__startswith"]
    search_help_text = "題名、リクエストの内容、割り当てた資料番号でさがせます。"
    inlines = [ReservationEventInline]

    @admin.display(description="資料・リクエスト")
    def wish(self, reservation: Reservation) -> str:
        return str(reservation.bib) if reservation.bib else reservation.request_text

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        reservation = self.get_object(request, object_id)
        if reservation is not None and reservation.patron is not None:
            staff_log.looked_at_loans(request.user, reservation.patron)  # type: ignore[arg-type]
        return response
