"""The demo's days move along with today, so that what is due in three days always is.

At each start everything moves by the days since the last one. What somebody did in between moves
no further than now, and nothing overtakes anything: queues keep their order.
"""

from datetime import date, datetime, timedelta

from django.db.models import DateField, DateTimeField, ExpressionWrapper, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from catalog.copies import whereabouts
from catalog.models import Copy
from circulation.models import Compensation, RecentScan
from demo import interlibrary
from demo.cards import HANAKO, HIROSHI, KEN, SAKURA, SETSUKO
from demo.dates import born_to_be_a_first_year, born_to_be_a_sixth_grader
from demo.due_days import DueDays, is_meant_for_soon
from demo.mail_scenes import shift_news
from demo.people import PEOPLE, extras
from demo.recommendations import shift_reading_lists
from loans.loan_notices import reinstate_notices, withhold_notices
from loans.models import HistoryEntry, Loan
from patrons.models import Patron
from reservations import hold_shelf
from reservations.models import PhoneCall, Reservation, ReservationEvent, State, Suspension

NEW_COPIES = timedelta(days=60)


def shift(last_day: date) -> None:
    """Move everything from where it stood on `last_day` to where it should stand today."""
    now = timezone.now()
    days = timezone.localdate(now) - last_day
    due_days = DueDays()
    interlibrary.shift(days)  # before the loans: what another library lent is due by its day
    _shift_loans(days, now, due_days)
    _shift_history(days, now)
    _shift_reservations(days, now)
    _lay_deadlines(now, due_days)
    _shift_desk(days, now)
    _shift_people(last_day, days)
    shift_news(days)
    shift_reading_lists(days)
    newcomers = Copy.objects.filter(accepted_on__gt=last_day - NEW_COPIES)
    bibs = list(newcomers.values_list("bib_id", flat=True).distinct())
    newcomers.update(
        accepted_on=Least(F("accepted_on") + days, last_day + days, output_field=DateField())
    )
    whereabouts.count_copies(bibs)


def _moved(moment: str, days: timedelta, now: datetime) -> Combinable:
    """NULL stays NULL only where the caller filters: LEAST passes over it."""
    return Least(F(moment) + days, now, output_field=DateTimeField())


def _moved_with(day: str, moment: str, days: timedelta, now: datetime) -> Combinable:
    """A day that lies as far from its moment as before."""
    moved = TruncDate(_moved(moment, days, now)) - TruncDate(moment)
    return ExpressionWrapper(F(day) + moved, output_field=DateField())


def _shift_loans(days: timedelta, now: datetime, due_days: DueDays) -> None:
    Loan.objects.filter(returned_at__isnull=False).update(
        returned_at=_moved("returned_at", days, now)
    )
    sample = list(
        Loan.objects.open()
        .filter(patron__card_number__in=[person.card for person in [*PEOPLE, *extras()]])
        .select_related("patron", "copy__home_branch", "copy__bib__material_type", "branch")
    )
    for loan in sample:
        withhold_notices(loan, at=now)
    Loan.objects.update(
        lent_at=_moved("lent_at", days, now), due_on=_moved_with("due_on", "lent_at", days, now)
    )
    for loan in sample:
        loan.refresh_from_db(fields=["lent_at"])
        _lay_due_day(loan, due_days)


def _lay_due_day(loan: Loan, due_days: DueDays) -> None:
    """Off the closed days of today's calendar, as when the sample was made."""
    loan.due_on = due_days.of(loan)
    hers = loan.patron is not None and loan.patron.card_number == HANAKO
    if hers and is_meant_for_soon(loan, due_days.today):
        loan.due_on, loan.branch = due_days.soon([loan.copy.home_branch])
        Copy.objects.filter(pk=loan.copy_id).update(current_branch=loan.branch)
    loan.save(update_fields=["due_on", "branch"])
    reinstate_notices(loan)


def _shift_history(days: timedelta, now: datetime) -> None:
    HistoryEntry.objects.update(
        written_at=_moved("written_at", days, now),
        lent_on=_moved_with("lent_on", "written_at", days, now),
    )


def _shift_reservations(days: timedelta, now: datetime) -> None:
    Reservation.objects.filter(deadline__isnull=False).update(
        deadline=_moved_with("deadline", "ready_at", days, now)
    )
    for moment in ("placed_at", "became_hold_at", "assigned_at", "ready_at", "closed_at"):
        Reservation.objects.filter(**{f"{moment}__isnull": False}).update(
            **{moment: _moved(moment, days, now)}
        )
    ReservationEvent.objects.update(at=_moved("at", days, now))


def _lay_deadlines(now: datetime, due_days: DueDays) -> None:
    for ready in Reservation.objects.filter(state=State.READY).select_related(
        "pickup_branch", "copy"
    ):
        ready.deadline = hold_shelf.deadline_for(
            ready.pickup_branch, ready.copy, at=ready.ready_at or now
        )
        ready.save(update_fields=["deadline"])
    for lapsed in Reservation.objects.filter(state=State.LAPSED).select_related("pickup_branch"):
        day_before = timezone.localdate(lapsed.closed_at) - timedelta(days=1)
        lapsed.deadline = due_days.last_open_day(lapsed.pickup_branch, day_before)
        lapsed.save(update_fields=["deadline"])


def _shift_desk(days: timedelta, now: datetime) -> None:
    """What the counter notes beside loans and reservations; scans are not undone days later."""
    RecentScan.objects.all().delete()
    Copy.objects.filter(sent_at__isnull=False).update(sent_at=_moved("sent_at", days, now))
    Copy.objects.filter(sought_on__isnull=False).update(
        sought_on=ExpressionWrapper(F("sought_on") + days, output_field=DateField())
    )
    PhoneCall.objects.update(at=_moved("at", days, now))
    Compensation.objects.update(
        opened_on=ExpressionWrapper(F("opened_on") + days, output_field=DateField())
    )


def _shift_people(last_day: date, days: timedelta) -> None:
    valid = [person.card for person in [*PEOPLE, *extras()] if person.card != SETSUKO]
    Patron.objects.filter(card_number__in=valid).update(card_expires_on=F("card_expires_on") + days)
    Suspension.objects.filter(patron__card_number=HIROSHI).update(
        first_day=F("first_day") + days, last_day=F("last_day") + days
    )
    for card, born in [(SAKURA, born_to_be_a_sixth_grader), (KEN, born_to_be_a_first_year)]:
        Patron.objects.filter(card_number=card, birth_date=born(last_day)).update(
            birth_date=born(last_day + days)
        )
