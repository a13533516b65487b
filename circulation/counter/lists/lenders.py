"""借受先へ返す資料: copies of other libraries that must go back soon (rule 12.10)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch, Copy
from circulation.counter.lists.base import Cell, ListRow, WorkList
from japanese.date_format import days_left, spoken_day
from reservations.models import Reservation

Whereabouts = Copy.Whereabouts


def _to_send_back(branch: Branch, at: datetime | None) -> QuerySet[Copy]:
    """What nobody may have any more, and what nobody waits for within the last days."""
    claimed = Reservation.objects.with_copy().filter(copy=OuterRef("pk"))
    until = timezone.localdate(at) + policy.DUE_SOON
    return (
        Copy.objects.interlibrary()
        .filter(~Exists(claimed), current_branch=branch, lender_due_on__lte=until)
        .exclude(whereabouts__in=[Whereabouts.ON_LOAN, Whereabouts.WITHDRAWN])
        .select_related("bib")
        .order_by("lender_due_on", "lender", "barcode")
    )


def _row(copy: Copy, at: datetime | None) -> ListRow:
    day = copy.lender_due_on
    cells = [
        Cell(copy.lender, strong=True),
        Cell(f"{spoken_day(day, at=at)}({days_left(day, at=at)})" if day else ""),
        Cell(copy.bib.title_with_volume),
        Cell(copy.barcode),
        Cell(copy.get_whereabouts_display()),
    ]
    return ListRow(copy.pk, cells)


LENDERS = WorkList(
    "lenders",
    "借受先へ返す資料",
    f"返す日まで{policy.DUE_SOON.days}日をきり、だれの予約にも割り当てられていない借受資料です。"
    "送り返したら、所蔵の一覧で記録します。",
    ["借受先", "返す日", "題名", "資料番号", "いまの状態"],
    _to_send_back,
    _row,
    scannable=True,
)
