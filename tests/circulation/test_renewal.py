"""Renewing: rules 2.6, 4.3, 4.4, 9.3 and safety 13."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from akiruno_library.refusals import Refusal
from catalog.models import CalendarException
from circulation.renewal import prospects, renew, renew_several
from loans.models import Loan
from loans.refusals import (
    AlreadyReturned,
    OverdueLoan,
    RenewedAlready,
    SomebodyWaits,
    SuspendedBorrower,
)
from loans.summaries import WITH_LOAN, LoanSummary
from patrons.models import StaffAction
from reservations.models import State, Suspension
from tests.conftest import tokyo
from tests.factories import CopyFactory, branch, material, staff
from tests.pages import as_read
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan

DUE = tokyo("2026-12-15")  # a third Tuesday: 21 days after NOON, closed, so due on the 16th


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


def reasons(loan: Loan, **when: object) -> list[type[Refusal]]:
    """Why renewing is refused, the page's word beforehand and the verb's agreeing."""
    loan = Loan.objects.select_related(*WITH_LOAN, "patron").get(pk=loan.pk)
    prospect = prospects([LoanSummary.of(loan)], loan.patron, **when)[loan.pk]
    try:
        renewed = renew(loan, **when)
    except Refusal as refusal:
        assert [str(one) for one in prospect.reasons] == refusal.sentences
        assert prospect.until is None
        assert anew(loan).due_on == loan.due_on
        return [type(one) for one in getattr(refusal, "reasons", [refusal])]
    assert prospect.until == renewed.due_on == anew(loan).due_on
    return []


# --- The rule ---------------------------------------------------------------------------------


def test_a_loan_is_renewed_by_its_period_from_the_due_day_on(borrower, book):
    loan = lend(book, borrower)
    assert loan.due_on == date(2026, 12, 16)
    assert reasons(loan) == []
    assert (anew(loan).due_on, anew(loan).renewals) == (date(2027, 1, 6), 1)


def test_a_new_due_day_moves_off_closed_days_of_the_lending_branch(borrower):
    disc = lend(CopyFactory(bib__material_type=material("dvd")), borrower)
    CalendarException.objects.create(
        branch=branch(), day=disc.due_on + timedelta(days=7), reason="特別整理日"
    )
    assert disc.due_on == date(2026, 12, 1)
    assert renew(disc).due_on == date(2026, 12, 9)


def test_a_loan_is_renewed_once(borrower, book):
    loan = lend(book, borrower)
    renew(loan)
    assert reasons(loan) == [RenewedAlready]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-12-16T23:59", []), ("2026-12-17T00:00", [OverdueLoan])],
)
def test_due_today_is_not_overdue(borrower, book, moment, expected):
    loan = lend(book, borrower)
    day, clock = moment.split("T")
    assert reasons(loan, at=tokyo(day, clock)) == expected


def test_it_is_refused_while_somebody_waits(borrower, stranger, book):
    loan = lend(book, borrower)
    reserve(stranger, book.bib)
    assert reasons(loan) == [SomebodyWaits]


def test_who_waits_and_is_skipped_counts_as_waiting(borrower, stranger, book):
    loan = lend(book, borrower)
    today = timezone.localdate()
    Suspension.objects.create(patron=stranger, first_day=today, last_day=today)
    reserve(stranger, book.bib)
    assert reasons(loan) == [SomebodyWaits]


def test_a_reservation_that_has_a_copy_does_not_count_as_waiting(borrower, stranger, book):
    loan = lend(book, borrower)
    CopyFactory(bib=book.bib)
    assert reserve(stranger, book.bib).state == State.TO_FETCH
    assert reasons(loan) == []


def test_a_renewed_due_day_stands_whatever_is_reserved_afterwards(borrower, stranger, book):
    renewed = renew(lend(book, borrower))
    reserve(stranger, book.bib)
    assert anew(renewed).due_on == renewed.due_on


def test_a_suspended_patron_is_sent_to_the_counter_and_an_expired_card_renews(borrower, book):
    loan = lend(book, borrower)
    borrower.card_expires_on = date(2026, 11, 1)
    borrower.suspended_at, borrower.suspension_reason = NOON, "弁償の相談中"
    borrower.save()
    assert reasons(loan) == [SuspendedBorrower]
    borrower.suspended_at, borrower.suspension_reason = None, ""
    borrower.save()
    assert reasons(loan) == []


def test_every_reason_that_applies_is_told(borrower, stranger, book):
    loan = renew(lend(book, borrower))
    reserve(stranger, book.bib)
    late = tokyo("2027-02-01")
    assert reasons(loan, at=late) == [RenewedAlready, OverdueLoan, SomebodyWaits]


def test_what_was_returned_is_not_renewed(borrower, book):
    loan = lend(book, borrower)
    scan(book)
    with pytest.raises(AlreadyReturned):
        renew(loan)


def test_one_that_cannot_be_renewed_keeps_no_other_from_it(borrower, stranger, book):
    wanted, other = lend(book, borrower), lend(CopyFactory(), borrower)
    reserve(stranger, book.bib)
    done = renew_several([wanted, other])
    assert [loan.pk for loan in done.renewed] == [other.pk]
    assert [(loan.pk, type(why)) for loan, why in done.refused] == [(wanted.pk, SomebodyWaits)]


def test_staff_renew_by_the_same_rule_and_it_is_noted(borrower, stranger, book):
    somebody = staff()
    renew(lend(book, borrower), staff=somebody)
    wanted = lend(CopyFactory(), borrower)
    reserve(stranger, wanted.copy.bib)
    with pytest.raises(SomebodyWaits):
        renew(wanted, staff=somebody)
    action = StaffAction.objects.get()
    assert (action.staff, action.patron, action.what, action.times) == (
        somebody,
        borrower,
        "renewed",
        1,
    )


# --- My Page ----------------------------------------------------------------------------------

RENEW = "/mypage/loans/renew/"


def test_the_page_tells_beforehand_whether_and_until_when(at_home, borrower, stranger, book):
    lend(book, borrower)
    wanted = lent_out()
    reserve(stranger, wanted.bib)
    lend(CopyFactory(bib=wanted.bib), borrower)
    for page in ("/mypage/", "/mypage/loans/"):
        text = as_read(at_home.get(page))
        assert text.count("2027年1月6日(水)まで延長する<") == 1
        assert text.count("次の方が予約しているため延長できません。") == 1


def test_a_press_twice_renews_once_and_says_until_when(at_home, borrower, book):
    loan = lend(book, borrower)
    first, second = (at_home.post(RENEW, {"loan": loan.pk}, follow=True) for _ in range(2))
    assert "返却期限を2027年1月6日(水)まで延長しました。" in as_read(first)
    assert "もう延長していて、返却期限は2027年1月6日(水)です。" in as_read(second)
    assert anew(loan).due_on == date(2027, 1, 6)


def test_several_are_renewed_at_once(at_home, borrower, stranger):
    loans = [lend(CopyFactory(), borrower) for _ in range(4)]
    for wanted in loans[:2]:
        reserve(stranger, wanted.copy.bib)
    answer = at_home.post(
        RENEW, {"loan": [loan.pk for loan in loans], "back": "loans"}, follow=True
    )
    text = answer.content.decode()
    assert answer.redirect_chain == [("/mypage/loans/", 302)]
    assert "2点の返却期限を延長しました。" in text
    assert "2点は延長できませんでした。" in text
    assert [anew(loan).renewals for loan in loans] == [0, 0, 1, 1]


@pytest.mark.parametrize("nonsense", [{}, {"loan": "x"}, {"loan": ["²", "-1", "9" * 30]}])
def test_nonsense_renews_nothing(at_home, borrower, book, nonsense):
    loan = lend(book, borrower)
    assert at_home.post(RENEW, nonsense).status_code in (302, 404)
    assert anew(loan).renewals == 0


def test_the_loan_of_a_stranger_is_not_found_and_does_not_change(at_home, stranger, book):
    theirs = lend(book, stranger)
    assert at_home.post(RENEW, {"loan": theirs.pk}).status_code == 404
    assert anew(theirs).renewals == 0


def test_twenty_loans_ask_the_database_as_often_as_one(at_home, borrower):
    counts = []
    for number in (1, 19):
        for _ in range(number):
            lend(CopyFactory(bib__authors=["秋川 花子"]), borrower)
        with CaptureQueriesContext(connection) as queries:
            assert at_home.get("/mypage/loans/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_was_returned_meanwhile_is_not_renewed(book, borrower):
    loan = lend(book, borrower)
    scan(book)
    for known in (loan, anew(loan)):
        with pytest.raises(AlreadyReturned):
            renew(known)
    assert anew(loan).renewals == 0


def test_the_renewed_loan_that_comes_back_is_as_it_is_stored(book, borrower):
    renewed = renew(lend(book, borrower))
    assert (renewed.renewals, renewed.due_on) == (1, anew(renewed).due_on)


def test_loans_due_at_different_times_are_prospected_each_for_itself(borrower):
    early = lend(CopyFactory(), borrower, at=tokyo("2026-11-10"))
    late = lend(CopyFactory(), borrower, at=tokyo("2026-11-24"))
    loans = [
        LoanSummary.of(one) for one in Loan.objects.select_related(*WITH_LOAN).order_by("-due_on")
    ]
    assert prospects([], borrower) == {}
    by_loan = prospects(loans, borrower)
    for loan in (early, late):
        assert by_loan[loan.pk].until == renew(loan).due_on
