from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from akiruno_library.admin_lists import LibraryInline, ReadOnlyAdmin
from catalog.models import Copy
from catalog.staff.bib_search import bibs_found
from patrons import staff_log
from reservations.models import Reservation, ReservationEvent


class ReservationEventInline(LibraryInline):
    model = ReservationEvent
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Show reservations read only. Verbs alone change one, and each change stands in its log.

    The reservations of one patron are listed on the patron's own page, where the staff log notes
    who looked. Opening a reservation that still has its patron is noted as well.
    """

    list_display = ["heading", "state", "pickup_branch", "placed_at", "deadline"]
    list_filter = ["state", "pickup_branch"]
    list_select_related = ["bib", "pickup_branch"]
    sortable_by = ()
    search_fields = [
        "request_text"
    ]  # Django shows no search box without it; see get_search_results
    search_help_text = "題名、リクエストの内容、割り当てた資料番号でさがせます。"
    inlines = [ReservationEventInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Reservation], search_term: str
    ) -> tuple[QuerySet[Reservation], bool]:
        """Find the bibs first, by their index: comparing the text of 500,000 bibs here is slow."""
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        found = Q(bib__in=bibs_found(term)) | Q(request_text__icontains=term)
        copy = Copy.objects.filter(barcode=term)
        return queryset.filter(found | Q(copy__in=copy.values("pk"))), False

    @admin.display(description="資料・リクエスト")
    def heading(self, reservation: Reservation) -> str:
        return str(reservation.bib) if reservation.bib else reservation.request_text

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        reservation = self.get_object(request, object_id)
        if reservation is not None and reservation.patron is not None:
            staff_log.looked_at_loans(request.user, reservation.patron)  # type: ignore[arg-type]
        return response
