"""The due days of a patron's loans as a calendar file (RFC 5545)."""

from datetime import datetime, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from akiruno_library import policy
from loans.models import Loan
from patrons.models import Patron


def due_calendar(patron: Patron, *, at: datetime | None = None) -> bytes:
    """Return one all-day event for each loan.

    The UID is stable, so a second import after a renewal moves the event. The summary has no title,
    because other people can see a calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//あきる野市図書館//返却期限//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    loans = patron.loans.open().select_related("copy__bib", "branch").order_by("due_on", "pk")
    for loan in loans:
        calendar.add_component(_event(loan, at or timezone.now()))
    return calendar.to_ical()


def _event(loan: Loan, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"loan-{loan.pk}@{policy.MAIL_DOMAIN}")
    event.add("dtstamp", at)
    event.add("sequence", loan.renewals)
    event.add("dtstart", loan.due_on)
    event.add("dtend", loan.due_on + timedelta(days=1))
    event.add("summary", "図書館の返却期限")
    event.add("description", f"{loan.copy.bib.title_with_volume}({loan.branch.name}で貸出)")
    event.add("transp", "TRANSPARENT")
    return event
