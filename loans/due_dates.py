"""Due dates of new and renewed loans (rules 4.1, 4.3, 12.10)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from catalog.calendar import opening_hours
from catalog.models import Branch, Copy
from loans.summaries import LoanSummary


def due_day(copy: Copy, branch: Branch, *, at: datetime) -> date:
    """Add the loan period of the material, and move off closed days of the lending branch.

    An interlibrary loan is never due after the lender's own day (rule 12.10).
    """
    period = timedelta(days=copy.bib.material_type.loan_days)
    day = opening_hours.next_open_day(branch, timezone.localdate(at) + period)
    return min(day, copy.lender_due_on) if copy.lender_due_on else day


def renewed_due_days(loans: Sequence[LoanSummary]) -> dict[int, date]:
    """Add the loan period to each due date once more, moved off closed days.

    The calendar is read once for all of them.
    """
    if not loans:
        return {}
    days = {loan.pk: loan.due_on + timedelta(days=loan.loan_days) for loan in loans}
    calendar = opening_hours.OpeningCalendar(
        {loan.branch.pk: loan.branch for loan in loans}.values(),
        min(days.values()),
        max(days.values()) + opening_hours.FURTHEST,
    )
    return {loan.pk: calendar.next_open_day(loan.branch, days[loan.pk]) for loan in loans}
