"""取置期限 as a calendar file (RFC 5545) for the patron's own calendar."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from icalendar import Alarm, Calendar, Event

from akiruno_library import policy
from catalog.models import Branch
from patrons.models import Patron
from reservations.models import State


def deadlines_calendar(patron: Patron, *, at: datetime | None = None) -> bytes:
    """Make one entry for each branch and day.

    It has no titles, because calendars are shared with others and copied to other services.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{policy.MAIL_DOMAIN}//reservations//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "あきる野市図書館 取置期限")
    ready = patron.reservations.filter(state=State.READY).select_related("pickup_branch")
    places: dict[tuple, int] = {}
    for one in ready.order_by("deadline", "pickup_branch"):
        place = (one.pickup_branch, one.deadline)
        places[place] = places.get(place, 0) + 1
    for (branch, deadline), number in places.items():
        event = _event(branch, deadline, number)
        event.add("dtstamp", at or timezone.now())
        calendar.add_component(event)
    return calendar.to_ical()


def _event(branch: Branch, deadline: date, number: int) -> Event:
    """Make an entry of a whole day with a reminder at nine o'clock on the day before."""
    event = Event()
    # The same uid at every download: the calendar replaces the entry instead of adding another.
    event.add("uid", f"hold-shelf-{branch.code}-{deadline:%Y%m%d}@{policy.MAIL_DOMAIN}")
    event.add("dtstart", deadline)
    event.add("dtend", deadline + timedelta(days=1))
    event.add("summary", f"予約資料の取置期限 {branch.name} {number}点")
    event.add("location", branch.name)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "予約資料の取置期限は明日です")
    alarm.add("trigger", timedelta(hours=-15))
    event.add_component(alarm)
    return event
