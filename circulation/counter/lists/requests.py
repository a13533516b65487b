"""Lists of requests, of reservations without a copy, and of bibs to consider for purchase."""

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Greatest
from django.urls import reverse

from akiruno_library import policy
from catalog.models import BibStatus, Branch
from circulation.counter.lists.base import Cell, ListAction, ListRow, RowAction, WorkList, day_of
from circulation.counter.short_names import short_name
from reservations import no_copy_left
from reservations.models import PhoneCall, Reservation, State

# --- リクエスト・所蔵のなくなった予約 ---------------------------------------------------------


def _requests(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    return (
        Reservation.objects.filter(state=State.REQUESTED, pickup_branch=branch)
        .select_related("patron")
        .order_by("placed_at", "pk")
    )


def _request_row(reservation: Reservation, at: datetime | None) -> ListRow:
    cells = [
        Cell(reservation.request_text, reverse("counter:reservation", args=[reservation.pk])),
        Cell(f"{short_name(reservation.patron)}さん"),
        Cell(day_of(reservation.placed_at, at)),
    ]
    return ListRow(reservation.pk, cells)


REQUESTS = WorkList(
    "requests",
    "リクエスト",
    "所蔵していない資料への希望です。内容をひらいて、資料につなぐか、お断りします。",
    ["内容", "名前", "受け付けた日"],
    _requests,
    _request_row,
)


def _no_copy_left(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    talks = PhoneCall.objects.filter(reservation=OuterRef("pk")).order_by("-at", "-pk")
    return (
        no_copy_left.waiting_without_copy()
        .filter(pickup_branch=branch)
        .select_related("patron", "bib")
        .annotate(
            talked_at=Subquery(talks.values("at")[:1]),
            talk=Subquery(talks.values("result")[:1]),
        )
        .order_by("bib", "placed_at", "pk")
    )


def _no_copy_left_row(reservation: Reservation, at: datetime | None) -> ListRow:
    patron, bib = reservation.patron, reservation.bib
    page = reverse("counter:reservation", args=[reservation.pk])
    cells = [
        Cell(bib.title_with_volume if bib else "", page),
        Cell(f"{patron.name}さん" if patron else ""),
        Cell(patron.telephone if patron else ""),
        Cell(day_of(reservation.placed_at, at)),
        Cell(_last_talk(reservation, at)),
    ]
    return ListRow(reservation.pk, cells, _ASK)


def _last_talk(reservation: Reservation, at: datetime | None) -> str:
    talked_at: datetime | None = reservation.talked_at  # type: ignore[attr-defined]
    if talked_at is None:
        return ""
    return f"{day_of(talked_at, at)} {PhoneCall.Result(reservation.talk).label}"  # type: ignore[attr-defined]


def _write(action: RowAction) -> str:
    no_copy_left.announce_no_copy_left(Reservation.objects.get(pk=action.row), staff=action.staff)
    return "メールでお知らせします。予約は残っています。"


def _talked(result: PhoneCall.Result) -> ListAction:
    def note(action: RowAction) -> str:
        one = Reservation.objects.get(pk=action.row)
        no_copy_left.note_call(one, result, staff=action.staff)
        return f"「{result.label}」と記録しました。"

    return ListAction(str(result), f"電話: {result.label}", note)


_ASK = [
    ListAction("write", "メールで知らせる", _write),
    *(_talked(PhoneCall.Result(value)) for value in PhoneCall.Result.values),
]
NO_COPY_LEFT = WorkList(
    "no-copy-left",
    "所蔵のなくなった予約",
    "用意できる資料がなくなりました。買い直すか、借り受けるか、ご本人に相談してください。"
    "自動では取り消しません。",
    ["題名", "名前", "電話番号", "受け付けた日", "これまで"],
    _no_copy_left,
    _no_copy_left_row,
    _ASK,
    patron_of=lambda reservation: reservation.patron_id,
)


# --- 購入の検討 -------------------------------------------------------------------------------


def _wanted(branch: Branch, at: datetime | None) -> QuerySet[BibStatus]:
    return (
        BibStatus.objects.filter(
            # A bib without a copy counts as one copy: zero would list every single reservation.
            waiting__gte=policy.WANTED_PER_COPY * Greatest(F("circulating"), Value(1))
        )
        .select_related("bib")
        .order_by("-waiting", "-bib")
    )


def _wanted_row(status: BibStatus, at: datetime | None) -> ListRow:
    bib = status.bib
    each = f"{status.waiting / status.circulating:.1f}件" if status.circulating else "所蔵なし"
    cells = [
        Cell(bib.title_with_volume, reverse("counter:queue", args=[bib.pk])),
        Cell("・".join(text for text in (bib.publisher, bib.published) if text)),
        Cell("、".join(bib.isbns)),
        Cell(f"{status.waiting}件", strong=True),
        Cell(f"{status.circulating}点"),
        Cell(each),
    ]
    return ListRow(bib.pk, cells)


WANTED = WorkList(
    "wanted",
    "購入の検討",
    f"所蔵1点あたりの予約が{policy.WANTED_PER_COPY}件以上の資料です。",
    ["題名", "出版", "ISBN", "予約", "所蔵", "1点あたり"],
    _wanted,
    _wanted_row,
    of_all_branches=True,
)
