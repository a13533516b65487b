"""What README and its table of patrons promise, as statements about the sample library of now.

Tests ask them on many days under a fixed clock, and of a whole demo under the clock of its
processes (`main`, called in a process that has set up Django).
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from akiruno_library import policy
from catalog.calendar import opening_hours
from catalog.models import Branch, News
from demo.cards import (
    HANAKO,
    HIROSHI,
    ICHIRO,
    JIYOUNG,
    KEN,
    MIDORI,
    SAKURA,
    SATORU,
    SETSUKO,
    STORYTELLERS,
    TARO,
)
from loans.loan_notices import DUE_SOON
from loans.models import Loan
from notifications.models import Mail, Notice
from operation.invariants import offenders
from patrons.models import Patron, User
from patrons.privileges import first_day_at_junior_high, may_use_reservations
from reservations.eligibility import quota_of
from reservations.models import Reservation, State, Suspension

Statement = Callable[[], bool]
STATEMENTS: dict[str, Statement] = {}


def untrue() -> list[str]:
    """The statements that do not hold now."""
    return [words for words, holds in STATEMENTS.items() if not holds()]


def main() -> None:
    found = untrue()
    sys.stdout.write("\n".join([str(timezone.localtime()), *found]))
    sys.exit(bool(found))


def states(words: str) -> Callable[[Statement], Statement]:
    def register(statement: Statement) -> Statement:
        STATEMENTS[words] = statement
        return statement

    return register


def patron(card: str) -> Patron:
    return Patron.objects.get(card_number=card)


def loans_of(card: str) -> list[Loan]:
    loans = Loan.objects.open().filter(patron__card_number=card).order_by("due_on")
    return list(loans.select_related("copy__bib__status", "branch"))


def some_branch_is_open(day: date) -> bool:
    return any(opening_hours.is_open(branch, day) for branch in Branch.objects.all())


def day_due_soon() -> date:
    """In three days; when all branches are closed then, the nearest open day before, else after."""
    today = timezone.localdate()
    counts = [*range(policy.DUE_SOON.days, -1, -1), *range(policy.DUE_SOON.days + 1, 31)]
    days = (today + timedelta(days=count) for count in counts)
    return next(day for day in days if some_branch_is_open(day))


@states("10000001: 貸出6点、期限切れは1点")
def _() -> bool:
    loans = loans_of(HANAKO)
    return len(loans) == 6 and [loan.is_overdue() for loan in loans].count(True) == 1


@states("10000001: 1点はあと3日(全館が休みの日にあたるときは、その前後の開館日)")
def _() -> bool:
    return [loan.due_on for loan in loans_of(HANAKO)].count(day_due_soon()) == 1


@states("10000001: 1点は次の方が待っている")
def _() -> bool:
    waiting = [loan.copy.bib.status.waiting for loan in loans_of(HANAKO)]
    return [bool(number) for number in waiting].count(True) == 1


@states("10000001: 1点は延長済み")
def _() -> bool:
    return [loan.renewals for loan in loans_of(HANAKO) if loan.renewals] == [1]


@states("貸出の返却期限は、貸した館の開館日")
def _() -> bool:
    loans = Loan.objects.open().filter(copy__lender="").select_related("branch")
    return all(opening_hours.is_open(loan.branch, loan.due_on) for loan in loans)


@states("取置期限は、受取館の開館日で、過ぎていない")
def _() -> bool:
    ready = Reservation.objects.filter(state=State.READY).select_related("pickup_branch")
    return all(
        opening_hours.is_open(one.pickup_branch, one.deadline)
        and one.deadline >= timezone.localdate()
        for one in ready
    )


@states("10000001: あらゆる状態の予約")
def _() -> bool:
    return set(patron(HANAKO).reservations.values_list("state", flat=True)) == set(State.values)


@states("10000001: キャンセル履歴に、取消と取置期限切れ")
def _() -> bool:
    closed = patron(HANAKO).reservations.closed_lately()
    return set(closed.values_list("state", flat=True)) == {State.CANCELLED, State.LAPSED}


@states("10000001: お気に入りリスト2つ、読書履歴あり、確認済みのメール")
def _() -> bool:
    hanako = patron(HANAKO)
    lists = [found.entries.count() for found in hanako.favourite_lists.all()]
    address = hanako.mail_address
    return (
        len(lists) == 2
        and all(lists)
        and bool(hanako.history_consented_at and hanako.history.exists())
        and bool(address and address.address == "hanako@example.jp" and hanako.mail_confirmed_at)
    )


@states("10000001: 返却期限のお知らせが届いている")
def _() -> bool:
    return Mail.objects.filter(kind=DUE_SOON, state=Mail.State.SENT).exists()


@states("10000001: 3日以内の返却期限は、9時からお知らせの対象")
def _() -> bool:
    soon, now = day_due_soon(), timezone.localtime()
    if now.hour < 9 or soon > now.date() + policy.DUE_SOON:
        return True
    [loan] = [loan for loan in loans_of(HANAKO) if loan.due_on == soon]
    sent_or_waiting = Q(withdrawn_at=None) | Q(mail__state=Mail.State.SENT)
    return Notice.objects.filter(sent_or_waiting, key=f"due-soon:{loan.pk}:{soon}").exists()


@states("10000002: 電話で連絡、メールなし、貸出2点、取置棚に2点")
def _() -> bool:
    taro = patron(TARO)
    return (
        taro.contact_method == "telephone"
        and taro.mail_address is None
        and len(loans_of(TARO)) == 2
        and taro.reservations.filter(state=State.READY).count() == 2
    )


@states("10000003: 小学6年生。予約はまだ。お知らせは hanako@example.jp へ")
def _() -> bool:
    sakura = patron(SAKURA)
    return (
        not may_use_reservations(sakura)
        and first_day_at_junior_high(sakura.birth_date) == date(school_year() + 1, 4, 1)
        and sakura.guardian_mail.address.address == "hanako@example.jp"
        and bool(sakura.guardian_mail.confirmed_at)
    )


@states("10000004: 中学1年生。予約できる。貸出なし")
def _() -> bool:
    ken = patron(KEN)
    return (
        may_use_reservations(ken)
        and first_day_at_junior_high(ken.birth_date) == date(school_year(), 4, 1)
        and not loans_of(KEN)
    )


def school_year() -> int:
    today = timezone.localdate()
    return today.year if today.month >= 4 else today.year - 1


@states("10000005: パスワード未登録。ほかの方は登録済み")
def _() -> bool:
    cards = User.objects.filter(patron__card_number__startswith="1000")
    without = [user for user in cards if not user.has_usable_password()]
    return [user.patron.card_number for user in without] == [ICHIRO]


@states("10000006: 予約20件(視聴覚4件)")
def _() -> bool:
    room = quota_of(patron(MIDORI))
    return (room.placed, room.placed_audiovisual) == (20, 4)


@states("10000007: 利用者カードの期限切れ。ほかの方は有効")
def _() -> bool:
    named = Patron.objects.filter(card_number__startswith="1000")
    return [one.card_number for one in named if one.card_expired()] == [SETSUKO]


@states("10000008: 借りも予約もなし。確認済みのメール")
def _() -> bool:
    satoru = patron(SATORU)
    return (
        not loans_of(SATORU)
        and not satoru.reservations.exists()
        and satoru.contact_method == "mail"
        and bool(satoru.mail_address and satoru.mail_confirmed_at)
    )


@states("10000009: 来週まで予約取置スキップ中。順番予約3件")
def _() -> bool:
    skips = Suspension.objects.running().filter(patron__card_number=HIROSHI)
    next_week = (timezone.localdate() + timedelta(days=7)).isocalendar()[:2]
    volumes = patron(HIROSHI).reservations.filter(state=State.WAITING).order_by("order_no")
    return [one.last_day.isocalendar()[:2] for one in skips] == [next_week] and list(
        volumes.annotate(volume=F("bib__volume_order")).values_list("volume", flat=True)
    ) == [1, 2, 3]


@states("10000010: 広域。利用停止中")
def _() -> bool:
    jiyoung = patron(JIYOUNG)
    return jiyoung.is_suspended and jiyoung.category == Patron.Category.WIDE_AREA


@states("10000011: 団体")
def _() -> bool:
    return patron(STORYTELLERS).category == Patron.Category.ORGANISATION


@states("図書館からのお知らせ2件")
def _() -> bool:
    return News.objects.on_display().count() == 2


@states("貸出・予約・所蔵のつじつまが合う")
def _() -> bool:
    return offenders() == {}
