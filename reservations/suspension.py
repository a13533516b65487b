"""予約取置スキップ: a period in which copies go to the next person (rule 5.7).

The dates decide at the moment of assignment. A copy that is assigned already stays assigned, and
nothing that went to the next person comes back.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from japanese.date_format import spoken_day
from patrons import patron_lock
from patrons.models import Patron
from reservations import queue
from reservations.models import Suspension
from reservations.refusals import (
    SuspensionEndsBeforeItStarts,
    SuspensionEndsInThePast,
    SuspensionStartsInThePast,
    SuspensionTooLong,
)


def suspension_of(patron: Patron, *, at: datetime | None = None) -> Suspension | None:
    """Return the running or coming period of the patron."""
    return Suspension.objects.filter(patron=patron, last_day__gte=timezone.localdate(at)).first()


def suspension_sentence(period: Suspension, *, at: datetime | None = None) -> str:
    first, last = spoken_day(period.first_day, at=at), spoken_day(period.last_day, at=at)
    if period.first_day <= timezone.localdate(at):
        return f"予約取置スキップ中です({last}まで)。順番が来ても次の方へお回しします。"
    return f"{first}から{last}まで、予約取置スキップを設定しています。"


def delete_past_suspensions(*, at: datetime | None = None) -> int:
    """Delete periods that are over: nobody needs to know when a patron was away."""
    return Suspension.objects.filter(last_day__lt=timezone.localdate(at)).delete()[0]


def refusals(
    patron: Patron, first_day: date, last_day: date, *, at: datetime | None = None
) -> Iterator[Refusal]:
    """Return every reason against this period. A running one may keep its first day."""
    today = timezone.localdate(at)
    running = suspension_of(patron, at=at)
    if first_day < today and not (running and running.first_day == first_day):
        yield SuspensionStartsInThePast()
    if last_day < first_day:
        yield SuspensionEndsBeforeItStarts()
    elif last_day < today:
        yield SuspensionEndsInThePast()
    elif last_day > first_day + policy.SUSPENSION_LONGEST:
        yield SuspensionTooLong(last_day=spoken_day(first_day + policy.SUSPENSION_LONGEST, at=at))


@locked_transaction
def set_suspension(
    patron: Patron, *, first_day: date, last_day: date, at: datetime | None = None
) -> Suspension:
    """Set or change the patron's period, and offer copies to what is free by that."""
    patron = patron_lock.lock(patron)
    refuse(refusals(patron, first_day, last_day, at=at))
    period, _ = Suspension.objects.update_or_create(
        patron=patron, defaults={"first_day": first_day, "last_day": last_day}
    )
    # A shorter or later period may free today what the former one held back.
    _offer(patron)
    return period


@locked_transaction
def end_suspension(patron: Patron) -> bool:
    """End the period; return False when there was none."""
    patron = patron_lock.lock(patron)
    deleted, _ = Suspension.objects.filter(patron=patron).delete()
    _offer(patron)
    return bool(deleted)


def _offer(patron: Patron) -> None:
    queue.offer_after_commit(patron.reservations.waiting().values_list("bib_id", flat=True))
