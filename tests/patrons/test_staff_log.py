"""What staff looked at and did (rules 9.3, 12.14; safety 19)."""

from datetime import date, timedelta

from akiruno_library import policy
from patrons import staff_log
from patrons.models import StaffAction
from tests.factories import staff
from tests.verbs import NOON


def test_looks_of_one_day_make_one_row_that_knows_no_moment(borrower, stranger):
    first, second = staff(), staff("second")
    for minutes in (0, 5, 90):
        staff_log.looked_at_loans(first, borrower, at=NOON + timedelta(minutes=minutes))
    staff_log.looked_at_loans(second, borrower, at=NOON)
    staff_log.looked_at(first, stranger, at=NOON)
    staff_log.looked_at_loans(first, borrower, at=NOON + timedelta(hours=12))
    rows = StaffAction.objects.order_by("day", "times").values_list(
        "day", "staff__username", "patron", "what", "times"
    )
    assert sorted(rows) == sorted(
        [
            (date(2026, 11, 24), "counter", borrower.pk, "looked_loans", 3),
            (date(2026, 11, 24), "second", borrower.pk, "looked_loans", 1),
            (date(2026, 11, 24), "counter", stranger.pk, "looked", 1),
            (date(2026, 11, 25), "counter", borrower.pk, "looked_loans", 1),
        ]
    )


def test_acts_are_kept_as_long_as_the_policy_says(borrower):
    staff_log.looked_at(somebody := staff(), borrower, at=NOON)
    staff_log.looked_at(somebody, borrower, at=NOON + timedelta(days=1))
    assert (
        staff_log.forget_old_actions(at=NOON + policy.STAFF_ACTIONS_KEPT + timedelta(days=1)) == 1
    )
    assert StaffAction.objects.get().day == date(2026, 11, 25)
