"""Lists of patrons whom the library contacts: calls, overdue loans, open compensations."""

from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from catalog.models import Branch
from circulation import compensation as circulation_compensation
from circulation.counter.lists.base import Cell, ListAction, ListRow, RowAction, WorkList
from circulation.models import Compensation
from japanese.date_format import days_left, spoken_day
from loans.models import Loan
from patrons.models import Patron, StaffAction
from patrons.models.patron import ContactMethod
from reservations import mails, staff_actions
from reservations.models import PhoneCall, Reservation, State

BY_MAIL = Q(contact_method=ContactMethod.MAIL)


# --- 電話連絡 ---------------------------------------------------------------------------------


def to_telephone(at: datetime | None) -> Q:
    """Patrons who asked for a call, or whose mail does not arrive (rules 3.3, 9.2).

    A mail does not arrive if the address is marked undeliverable or this mail failed, for whatever
    reason.
    """
    no_mail = (
        Q(patron__mail_address__isnull=True)
        | Q(patron__mail_address__undeliverable_since__isnull=False)
        | Q(mails.hold_ready_did_not_arrive(at=at))
    )
    return Q(contact_method=ContactMethod.TELEPHONE) | (BY_MAIL & no_mail)


def _to_call(branch: Branch, at: datetime | None) -> QuerySet[Patron]:
    """Each patron once, with the number of copies. A message on an answering machine counts as
    reached.

    Only calls after `ready_at` count: an earlier call was about an earlier copy.
    """
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


def _call_row(patron: Patron, at: datetime | None) -> ListRow:
    tried, until = patron.attempts, patron.until  # type: ignore[attr-defined]
    cells = [
        Cell(patron.telephone or "電話番号なし", strong=True),
        Cell(f"{patron.name}さん({patron.name_reading})"),
        Cell(f"{patron.copies}点"),  # type: ignore[attr-defined]
        Cell(f"{spoken_day(until, at=at)}({days_left(until, at=at)})"),
        Cell("メールが届かない" if patron.by_mail else "電話を希望"),  # type: ignore[attr-defined]
        Cell(f"{tried}回 不在" if tried else ""),
    ]
    return ListRow(patron.pk, cells, _CALLS)


def _called(result: PhoneCall.Result) -> ListAction:
    def note(action: RowAction) -> str:
        patron = Patron.objects.get(pk=action.row)
        staff_actions.note_call(patron, action.branch, result, staff=action.staff)
        return f"「{result.label}」と記録しました。"

    return ListAction(str(result), str(result.label), note)


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
    patron_of=lambda patron: patron.pk,
    look=StaffAction.What.LOOKED,
)


# --- 延滞 -------------------------------------------------------------------------------------


def _overdue(branch: Branch, at: datetime | None) -> QuerySet[Loan]:
    return (
        Loan.objects.overdue(at)
        .filter(branch=branch)
        .select_related("patron", "copy__bib__status")
        .order_by("due_on", "patron", "pk")
    )


def _overdue_row(loan: Loan, at: datetime | None) -> ListRow:
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
    return ListRow(loan.pk, cells)


OVERDUE = WorkList(
    "overdue",
    "延滞",
    "返却期限を過ぎた貸出です。督促の前に、棚に戻っていないか確かめてください。"
    "棚にあったら、ここで読み取ると返却になります。",
    ["返却期限", "名前", "電話番号", "題名", "資料番号と棚", "待っている方"],
    _overdue,
    _overdue_row,
    permission="loans.view_loan",
    scannable=True,
    patron_of=lambda loan: loan.patron_id,
)


# --- 弁償の相談 -------------------------------------------------------------------------------


def _compensations(branch: Branch, at: datetime | None) -> QuerySet[Compensation]:
    return Compensation.objects.select_related("patron", "copy__bib").order_by("opened_on", "pk")


def _compensation_row(one: Compensation, at: datetime | None) -> ListRow:
    cells = [
        Cell(spoken_day(one.opened_on, at=at)),
        Cell(one.get_kind_display(), strong=True),
        Cell(f"{one.patron.name}さん"),
        Cell(one.patron.telephone),
        Cell(one.copy.bib.title_with_volume),
        Cell(f"{one.copy.barcode}({one.copy.get_whereabouts_display()})"),
    ]
    return ListRow(one.pk, cells, [_SETTLED])


def _settle(action: RowAction) -> str:
    circulation_compensation.settle(Compensation.objects.get(pk=action.row))
    return "解決しました。利用者とこの資料のつながりは、もう残っていません。"


_SETTLED = ListAction(
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
    action_permission="loans.change_loan",
    patron_of=lambda compensation: compensation.patron_id,
    of_all_branches=True,
)
