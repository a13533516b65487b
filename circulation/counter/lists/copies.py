"""Lists of copies: to fetch, sent, arriving, late, on the hold shelf, to be removed from it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch, Copy
from circulation.counter.lists.base import Cell, ListAction, ListRow, RowAction, WorkList, day_of
from circulation.counter.short_names import short_name
from japanese.date_format import days_left, spoken_day
from reservations import staff_actions
from reservations.models import Reservation, State

Whereabouts = Copy.Whereabouts
SOUGHT = "sought"


def _spoken(moment: datetime | None, at: datetime | None) -> str:
    return day_of(moment, at) if moment else ""


def _page_of(reservation: int | None) -> str:
    return reverse("counter:reservation", args=[reservation]) if reservation else ""


# --- さがす資料 -------------------------------------------------------------------------------


def _to_fetch(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    """In shelf order, the order in which staff walk through the stacks."""
    return (
        Reservation.objects.filter(state=State.TO_FETCH, copy__current_branch=branch)
        .select_related("copy", "bib", "pickup_branch")
        .order_by("copy__shelf", "copy__call_number", "copy__barcode")
    )


def _fetch_row(reservation: Reservation, at: datetime | None) -> ListRow:
    copy, bib = reservation.copy, reservation.bib
    assert copy and bib  # noqa: S101 named constraints: to be fetched is a copy of a bib
    sought = f"{spoken_day(copy.sought_on, at=at)} 棚になし" if copy.sought_on else ""
    return ListRow(
        reservation.pk,
        [
            Cell(f"{copy.shelf} {copy.call_number}", strong=True),
            Cell(bib.title_with_volume, _page_of(reservation.pk)),
            Cell(copy.barcode),
            Cell(reservation.pickup_branch.short_name),
            Cell(_spoken(reservation.assigned_at, at)),
            Cell(sought),
        ],
        [_SECOND if copy.sought_on else _FIRST],
        SOUGHT if copy.sought_on else "",
    )


def _not_on_shelf(action: RowAction) -> str:
    reservation = Reservation.objects.get(pk=action.row)
    # The button sends the state that staff saw: a second press on an old page must not count as a
    # second search.
    gone = staff_actions.not_on_shelf(
        reservation, sought_before=action.seen == SOUGHT, staff=action.staff
    )
    if gone:
        return "所在不明にしました。予約は、ほかの資料か、もとの順番に戻りました。"
    return "「棚にない」と記録しました。もう一度さがして、なければ所在不明にします。"


_FIRST = ListAction("not-on-shelf", "棚にない", _not_on_shelf)
_SECOND = ListAction(
    "not-on-shelf",
    "やはりない(所在不明にする)",
    _not_on_shelf,
    sure="所在不明にして、予約を次の資料か順番に戻します。よろしいですか。",
)
FETCH = WorkList(
    "fetch",
    "さがす資料",
    "棚から取ってきて読み取ると、取置棚か配送へ進みます。書架の順に並んでいます。",
    ["棚・請求記号", "題名", "資料番号", "受取館", "割り当てた日", "さがした日"],
    _to_fetch,
    _fetch_row,
    [_FIRST],
    scannable=True,
)


# --- 送り出した資料・届く資料・未着 -----------------------------------------------------------


def _in_transit() -> QuerySet[Copy]:
    """Copies in transit, each with the reservation that it travels for, if there is one."""
    travels_for = Reservation.objects.filter(copy=OuterRef("pk"), state=State.IN_TRANSIT)
    return (
        Copy.objects.filter(whereabouts=Whereabouts.IN_TRANSIT)
        .select_related("bib", "current_branch", "sent_from")
        .annotate(reservation=Subquery(travels_for.values("pk")[:1]))
    )


def _sent(branch: Branch, at: datetime | None) -> QuerySet[Copy]:
    return _in_transit().filter(sent_from=branch).order_by("current_branch__position", "-sent_at")


def _arriving(branch: Branch, at: datetime | None) -> QuerySet[Copy]:
    return _in_transit().filter(current_branch=branch).order_by("sent_at", "barcode")


def _late(branch: Branch, at: datetime | None) -> QuerySet[Copy]:
    before = (at or timezone.now()) - policy.NOT_ARRIVED_AFTER
    return _arriving(branch, at).filter(sent_at__lte=before)


def _why(copy: Copy) -> Cell:
    reservation: int | None = copy.reservation  # type: ignore[attr-defined]
    return Cell("予約", _page_of(reservation)) if reservation else Cell("所蔵館へ戻る")


def _sent_row(copy: Copy, at: datetime | None) -> ListRow:
    cells = [
        Cell(copy.current_branch.name, strong=True),
        Cell(copy.bib.title_with_volume),
        Cell(copy.barcode),
        _why(copy),
        Cell(_spoken(copy.sent_at, at)),
    ]
    return ListRow(copy.pk, cells)


def _arriving_row(copy: Copy, at: datetime | None) -> ListRow:
    cells = [
        Cell(copy.sent_from.name if copy.sent_from else ""),
        Cell(copy.bib.title_with_volume),
        Cell(copy.barcode, strong=True),
        _why(copy),
        Cell(_spoken(copy.sent_at, at)),
    ]
    return ListRow(copy.pk, cells)


def _late_row(copy: Copy, at: datetime | None) -> ListRow:
    return ListRow(copy.pk, _arriving_row(copy, at).cells, [_MISSING])


def _mark_missing(action: RowAction) -> str:
    staff_actions.mark_missing(Copy.objects.get(pk=action.row), staff=action.staff)
    return "所在不明にしました。予約していた方は、もとの順番に戻りました。"


_MISSING = ListAction(
    "missing",
    "所在不明にする",
    _mark_missing,
    sure="所在不明にして、予約をもとの順番に戻します。よろしいですか。",
)
SENT = WorkList(
    "sent",
    "送り出す資料",
    "配送の箱に入れる資料です。送り先の館ごとに並んでいます。",
    ["送り先", "題名", "資料番号", "わけ", "読み取った日"],
    _sent,
    _sent_row,
    scannable=True,
)
ARRIVING = WorkList(
    "arriving",
    "届く資料",
    "ほかの館から配送中です。届いた資料を読み取ると、取置棚か書架へ進みます。",
    ["送り出した館", "題名", "資料番号", "わけ", "送り出した日"],
    _arriving,
    _arriving_row,
    scannable=True,
)
LATE = WorkList(
    "late",
    "未着",
    f"送り出してから{policy.NOT_ARRIVED_AFTER.days}日たっても届かない資料です。送り出した館にも確かめてください。",
    ["送り出した館", "題名", "資料番号", "わけ", "送り出した日"],
    _late,
    _late_row,
    [_MISSING],
    scannable=True,
)


# --- 取置棚 -----------------------------------------------------------------------------------


def _on_hold_shelf(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    return (
        Reservation.objects.filter(state=State.READY, pickup_branch=branch)
        .select_related("patron", "copy", "pickup_branch")
        .order_by("copy__hold_place", "pk")
    )


def _shelf_row(reservation: Reservation, at: datetime | None) -> ListRow:
    copy, deadline = reservation.copy, reservation.deadline
    place = f"{copy.hold_place}番" if copy and copy.hold_place else "番号なし"
    until = f"{spoken_day(deadline, at=at)}({days_left(deadline, at=at)})" if deadline else ""
    cells = [
        Cell(place, strong=True),
        Cell(f"{short_name(reservation.patron)}さん", _page_of(reservation.pk)),
        Cell(until),
        Cell(copy.barcode if copy else ""),
        Cell(reservation.get_contact_method_display()),
    ]
    return ListRow(reservation.pk, cells)


def _to_take_off(branch: Branch, at: datetime | None) -> QuerySet[Copy]:
    """Copies on the hold shelf without a ready reservation: lapsed or cancelled."""
    held = Reservation.objects.filter(copy=OuterRef("pk"), state=State.READY)
    return (
        Copy.objects.filter(~Exists(held), current_branch=branch)
        .filter(whereabouts=Whereabouts.HOLD_SHELF)
        .select_related("bib", "home_branch")
        .order_by("hold_place", "barcode")
    )


def _off_row(copy: Copy, at: datetime | None) -> ListRow:
    cells = [
        Cell(f"{copy.hold_place}番" if copy.hold_place else "番号なし", strong=True),
        Cell(copy.bib.title_with_volume),
        Cell(copy.barcode),
        Cell(f"{copy.home_branch.short_name} {copy.shelf} {copy.call_number}"),
    ]
    return ListRow(copy.pk, cells)


SHELF = WorkList(
    "shelf",
    "取置棚",
    "受け取りを待っている資料です。番号の順に並んでいます。",
    ["番号", "名前", "取置期限", "資料番号", "連絡"],
    _on_hold_shelf,
    _shelf_row,
    scannable=True,
    slips=True,
)
LAPSED = WorkList(
    "lapsed",
    "取置棚から下ろす資料",
    "取置期限が過ぎたか、取り消された資料です。下ろして読み取ると、次の方か書架へ進みます。",
    ["番号", "題名", "資料番号", "所蔵館と棚"],
    _to_take_off,
    _off_row,
    scannable=True,
)
