"""When the sample's loans are due: on days on which the lending branch is open (rule 4.1).

The moment of lending moves along with today. A due day is computed from it anew at each start, so
that a closed day leaves no trace in later starts.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from akiruno_library import policy
from catalog.calendar.opening_hours import FURTHEST, OpeningCalendar
from catalog.models import Branch
from loans.models import Loan

LONGEST_CLOSURE_DAYS = 31


class DueDays:
    """The opening days of all branches around today."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self._branches = list(Branch.objects.order_by("position"))
        self._calendar = OpeningCalendar(
            self._branches, self.today - FURTHEST, self.today + FURTHEST
        )

    def of(self, loan: Loan) -> date:
        """The loan period from the day of lending on, twice for a renewed loan."""
        period = loan.copy.bib.material_type.loan_days * (1 + loan.renewals)
        day = self.near(loan.branch, timezone.localdate(loan.lent_at) + timedelta(days=period))
        return min(day, loan.copy.lender_due_on) if loan.copy.lender_due_on else day

    def near(self, branch: Branch, day: date) -> date:
        """That day, or the next open one; a past day moves back, so that overdue stays overdue."""
        if day >= self.today:
            return self._calendar.next_open_day(branch, day)
        return self.last_open_day(branch, day)

    def last_open_day(self, branch: Branch, day: date) -> date:
        """That day or the last open day before it; that day itself after a very long closure."""
        before = (day - timedelta(days=count) for count in range(LONGEST_CLOSURE_DAYS))
        return next((each for each in before if self._calendar.is_open(branch, each)), day)

    def soon(self, branches: Iterable[Branch]) -> tuple[date, Branch]:
        """In three days, and one of these branches that is open then, else another one.

        No loan of a real library is due on a day on which all branches are closed. Before such a
        day the nearest earlier open day is chosen, because a mail tells of it, too; else the next.
        """
        exact = policy.DUE_SOON.days
        ahead = [*range(exact, -1, -1), *range(exact + 1, LONGEST_CLOSURE_DAYS)]
        days = (self.today + timedelta(days=count) for count in ahead)
        return self.first_open(days, branches)

    def first_open(self, days: Iterable[date], branches: Iterable[Branch]) -> tuple[date, Branch]:
        """The first of the days on which a branch is open, and the first branch open then.

        These branches come before all others. Without any such day it is the first day.
        """
        days, preferred = list(days), list(dict.fromkeys([*branches, *self._branches]))
        choices = [(day, branch) for day in days for branch in preferred]
        return next((one for one in choices if self._calendar.is_open(one[1], one[0])), choices[0])


def is_meant_for_soon(loan: Loan, today: date) -> bool:
    """Whether the loan was laid so that it is due in three days, whatever is open then."""
    period = timedelta(days=loan.copy.bib.material_type.loan_days)
    expected = timezone.localdate(loan.lent_at) + period
    return not loan.renewals and expected == today + policy.DUE_SOON
