"""Lists of what people wait for: calls, overdue loans, requests, hopeless wishes, matters open."""

from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.japanese_dates import days_left, spoken_day
from catalog.models import BibStatus, Branch
from circulation import setting_aside
from circulation.counter.lists.base import Act, Cell, Deed, Row, WorkList
from circulation.models import Compensation
from loans.models import Loan
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import mails, shelf_work, without_copy
from reservations.models import PhoneCall, Reservation, State

BY_MAIL = Q(contact_method=ContactMethod.MAIL)


def _day(moment: datetime, at: datetime | None) -> str:
    return spoken_day(timezone.localdate(moment), at=at)


# --- 電話連絡 ---------------------------------------------------------------------------------


def to_telephone(at: datetime | None) -> Q:
    """Who asked for a call, and whose mail does not arrive (rules 3.3, 9.2): the address is marked,
    or this very mail failed, whoever is to blame."""
    no_mail = (
        Q(patron__mail_address__isnull=True)
        | Q(patron__mail_address__undeliverable_since__isnull=False)
        | Q(mails.hold_ready_did_not_arrive(at=at))
    )
    return Q(contact_method=ContactMethod.TELEPHONE) | (BY_MAIL & no_mail)


def _to_call(branch: Branch, at: datetime | None) -> QuerySet[Patron]:
    """Each patron once, with how many copies; told in person or to a machine is told."""
    reached = PhoneCall.objects.filter(
        reservation=OuterRef("pk"),
        at__gte=OuterRef("ready_at"),
        result__in=[PhoneCall.Result.SPOKEN, PhoneCall.Result.RECORDED],
    )
    untold = Reservation.objects.filter(
        ~Exists(reached), to_telephone(at), state=State.READY, pickup_branch=branch
    )
    return (
        Patron.objects.filter(reservations__in=untold)
        .annotate(
            copies=Count("reservations", distinct=True),
            until=Min("reservations__deadline"),
            attempts=Count("reservations__calls__at", distinct=True),
            by_mail=Count(
                "reservations",
                distinct=True,
                filter=Q(reservations__contact_method=ContactMethod.MAIL),
            ),
        )
        .order_by("until", "name_reading", "pk")
    )


def _call_row(patron: Patron, at: datetime | None) -> Row:
    tried, until = patron.attempts, patron.until  # type: ignore[attr-defined]
    cells = [
        Cell(patron.telephone or "電話番号なし", strong=True),
        Cell(f"{patron.name}さん({patron.name_reading})"),
        Cell(f"{patron.copies}点"),  # type: ignore[attr-defined]
        Cell(f"{spoken_day(until, at=at)}({days_left(until, at=at)})"),
        Cell("メールが届かない" if patron.by_mail else "電話を希望"),  # type: ignore[attr-defined]
        Cell(f"{tried}回 不在" if tried else ""),
    ]
    return Row(patron.pk, cells, _CALLS)


def _called(result: PhoneCall.Result) -> Act:
    def note(deed: Deed) -> str:
        patron = Patron.objects.get(pk=deed.row)
        shelf_work.note_call(patron, deed.branch, result, staff=deed.staff)
        return f"「{result.label}」と記録しました。"

    return Act(str(result), str(result.label), note)


_CALLS = [_called(PhoneCall.Result(value)) for value in PhoneCall.Result.values]
TELEPHONE = WorkList(
    "telephone",
    "電話連絡",
    "用意ができたことを電話で知らせる方です。不在の方は、次の機会にもう一度かけます。"
    "題名は、ご本人のほかには伝えません。",
    ["電話番号", "名前", "点数", "取置期限", "わけ", "これまで"],
    _to_call,
    _call_row,
    _CALLS,
)


# --- 延滞 -------------------------------------------------------------------------------------


def _overdue(branch: Branch, at: datetime | None) -> QuerySet[Loan]:
    return (
        Loan.objects.overdue(at)
        .filter(branch=branch)
        .select_related("patron", "copy__bib__status")
        .order_by("due_on", "patron", "pk")
    )


def _overdue_row(loan: Loan, at: datetime | None) -> Row:
    patron, bib = loan.patron, loan.copy.bib
    waiting = bib.status.waiting
    cells = [
        Cell(f"{spoken_day(loan.due_on, at=at)}({days_left(loan.due_on, at=at)})", strong=True),
        Cell(f"{patron.name}さん" if patron else ""),
        Cell(patron.telephone if patron else ""),
        Cell(bib.title_with_volume),
        Cell(f"{loan.copy.barcode} {loan.copy.shelf} {loan.copy.call_number}"),
        Cell(f"{waiting}人", reverse("counter:queue", args=[bib.pk])) if waiting else Cell(""),
    ]
    return Row(loan.pk, cells)


OVERDUE = WorkList(
    "overdue",
    "延滞",
    "返却期限を過ぎた貸出です。督促の前に、棚に戻っていないか確かめてください。",
    ["返却期限", "名前", "電話番号", "題名", "資料番号と棚", "待っている方"],
    _overdue,
    _overdue_row,
    permission="loans.view_loan",
    patron_of=lambda loan: loan.patron_id,
)


# --- リクエスト・所蔵のなくなった予約 ---------------------------------------------------------


def _requests(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    return (
        Reservation.objects.filter(state=State.REQUESTED, pickup_branch=branch)
        .select_related("patron")
        .order_by("placed_at", "pk")
    )


def _request_row(reservation: Reservation, at: datetime | None) -> Row:
    patron = reservation.patron
    cells = [
        Cell(reservation.request_text, reverse("counter:reservation", args=[reservation.pk])),
        Cell(f"{patron.name}さん" if patron else ""),
        Cell(_day(reservation.placed_at, at)),
    ]
    return Row(reservation.pk, cells)


REQUESTS = WorkList(
    "requests",
    "リクエスト",
    "所蔵していない資料への希望です。内容をひらいて、資料につなぐか、お断りします。",
    ["内容", "名前", "受け付けた日"],
    _requests,
    _request_row,
)


def _hopeless(branch: Branch, at: datetime | None) -> QuerySet[Reservation]:
    talks = PhoneCall.objects.filter(reservation=OuterRef("pk")).order_by("-at", "-pk")
    return (
        without_copy.hopeless()
        .filter(pickup_branch=branch)
        .select_related("patron", "bib")
        .annotate(
            talked_at=Subquery(talks.values("at")[:1]),
            talk=Subquery(talks.values("result")[:1]),
        )
        .order_by("bib", "placed_at", "pk")
    )


def _hopeless_row(reservation: Reservation, at: datetime | None) -> Row:
    patron, bib = reservation.patron, reservation.bib
    page = reverse("counter:reservation", args=[reservation.pk])
    cells = [
        Cell(bib.title_with_volume if bib else "", page),
        Cell(f"{patron.name}さん" if patron else ""),
        Cell(patron.telephone if patron else ""),
        Cell(_day(reservation.placed_at, at)),
        Cell(_last_talk(reservation, at)),
    ]
    return Row(reservation.pk, cells, _ASK)


def _last_talk(reservation: Reservation, at: datetime | None) -> str:
    talked_at: datetime | None = reservation.talked_at  # type: ignore[attr-defined]
    if talked_at is None:
        return ""
    return f"{_day(talked_at, at)} {PhoneCall.Result(reservation.talk).label}"  # type: ignore[attr-defined]


def _write(deed: Deed) -> str:
    without_copy.write_to(Reservation.objects.get(pk=deed.row), staff=deed.staff)
    return "メールでお知らせします。予約は残っています。"


def _talked(result: PhoneCall.Result) -> Act:
    def note(deed: Deed) -> str:
        one = Reservation.objects.get(pk=deed.row)
        without_copy.note_talk(one, result, staff=deed.staff)
        return f"「{result.label}」と記録しました。"

    return Act(str(result), f"電話: {result.label}", note)


_ASK = [
    Act("write", "メールで知らせる", _write),
    *(_talked(PhoneCall.Result(value)) for value in PhoneCall.Result.values),
]
HOPELESS = WorkList(
    "hopeless",
    "所蔵のなくなった予約",
    "用意できる資料がなくなりました。買い直すか、借り受けるか、ご本人に相談してください。"
    "自動では取り消しません。",
    ["題名", "名前", "電話番号", "受け付けた日", "これまで"],
    _hopeless,
    _hopeless_row,
    _ASK,
)


# --- 弁償の相談・購入の検討 -------------------------------------------------------------------


def _compensations(branch: Branch, at: datetime | None) -> QuerySet[Compensation]:
    return Compensation.objects.select_related("patron", "copy__bib").order_by("opened_on", "pk")


def _compensation_row(one: Compensation, at: datetime | None) -> Row:
    cells = [
        Cell(spoken_day(one.opened_on, at=at)),
        Cell(one.get_kind_display(), strong=True),
        Cell(f"{one.patron.name}さん"),
        Cell(one.patron.telephone),
        Cell(one.copy.bib.title_with_volume),
        Cell(f"{one.copy.barcode}({one.copy.get_whereabouts_display()})"),
    ]
    return Row(one.pk, cells, [_SETTLED])


def _settle(deed: Deed) -> str:
    setting_aside.settle(Compensation.objects.get(pk=deed.row))
    return "解決しました。利用者とこの資料のつながりは、もう残っていません。"


_SETTLED = Act(
    "settled",
    "解決した",
    _settle,
    sure="解決とすると、だれの相談だったかの記録も消えます。よろしいですか。",
)
COMPENSATIONS = WorkList(
    "compensations",
    "弁償の相談",
    "紛失や破損の相談が続いている資料です。解決すると、利用者とのつながりを消します。",
    ["申し出の日", "わけ", "名前", "電話番号", "題名", "資料番号"],
    _compensations,
    _compensation_row,
    [_SETTLED],
    permission="loans.view_loan",
    act_permission="loans.change_loan",
    patron_of=lambda compensation: compensation.patron_id,
    of_all_branches=True,
)


def _wanted(branch: Branch, at: datetime | None) -> QuerySet[BibStatus]:
    return (
        BibStatus.objects.filter(
            waiting__gte=policy.WANTED_PER_COPY * Greatest(F("circulating"), Value(1))
        )
        .select_related("bib")
        .order_by("-waiting", "-bib")
    )


def _wanted_row(status: BibStatus, at: datetime | None) -> Row:
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
    return Row(bib.pk, cells)


WANTED = WorkList(
    "wanted",
    "購入の検討",
    f"所蔵1点あたりの予約が{policy.WANTED_PER_COPY}件以上の資料です。",
    ["題名", "出版", "ISBN", "予約", "所蔵", "1点あたり"],
    _wanted,
    _wanted_row,
    of_all_branches=True,
)
