"""予約する: several bibs at once, each placed or refused with its reasons (rules 5.1 to 5.4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max
from django.utils import timezone

from akiruno_library.constraints import broken_constraint
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog.copies import whereabouts
from catalog.models import Bib, BibStatus, Branch
from catalog.models.statistics import Kind
from catalog.refusals import CounterOnly, NoLongerInTheCatalogue
from catalog.statistics import record
from patrons import patron_lock
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.privileges import card_refusals, web_reservation_refusals
from patrons.refusals import NoMailAddress
from reservations import queue, sequences
from reservations.eligibility import Eligibility
from reservations.models import Reservation
from reservations.refusals import AlreadyReserved, OnlyThroughTheLibrary
from reservations.transitions import PATRON, By, log_all, newly_waiting

FOR_THE_COUNTER = (CounterOnly, OnlyThroughTheLibrary)


@dataclass
class PlacingResult:
    """What became of one bib: a reservation, or the reasons why not."""

    bib: Bib
    reservation: Reservation | None = None
    reasons: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    """Pickup branch, contact method, and the reason of staff for exceeding the limit."""

    pickup_branch: Branch
    contact_method: ContactMethod
    beyond_limit: str = ""


@locked_transaction
def place(
    patron: Patron,
    bibs: Sequence[Bib],
    *,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    in_sequence: Sequence[Sequence[int]] = (),
    beyond_limit: str = "",
    at: datetime | None = None,
    by: By = PATRON,
) -> list[PlacingResult]:
    """Place what can be placed and give the reasons for the rest, in the order given.

    `in_sequence` names bibs that form a sequence (5.6); the patron may have reserved some of them
    before. Staff may exceed the limit and say why in `beyond_limit` (5.3).

    Raises the refusals that concern the patron before anything is placed: card expired, 利用停止,
    no mail address, and on the web also too young or an organisation.
    """
    patron = patron_lock.lock(patron)
    # A patron never exceeds the limit, whatever the caller passes.
    terms = Terms(pickup_branch, contact_method, beyond_limit if by.staff else "")
    return place_for(patron, bibs, terms, in_sequence=in_sequence, at=at, by=by)


def place_for(
    patron: Patron,
    bibs: Sequence[Bib],
    terms: Terms,
    *,
    in_sequence: Sequence[Sequence[int]] = (),
    at: datetime | None = None,
    by: By = PATRON,
) -> list[PlacingResult]:
    """Do the same for a verb that holds the patron's lock already."""
    refuse(_refusals_of_the_whole(patron, terms.contact_method, at, by))
    statuses = whereabouts.lock_statuses(bib.pk for bib in bibs)
    # The moment is taken after the locks, so that a queue has the order of the commits: a clock
    # read before the wait would put the later transaction first.
    at = at or _moment_behind_all_who_wait(statuses.values())
    eligibility = Eligibility.read(patron)
    placings = [
        _reservation_or_reasons(bib, statuses.get(bib.pk), eligibility, terms, by) for bib in bibs
    ]
    placed = [placing.reservation for placing in placings if placing.reservation]
    _insert(placed, patron, at, by)
    new = [one.bib for one in placed if one.bib]
    record.note_bibs(Kind.RESERVATION, new, branch=terms.pickup_branch, at=at)
    for order in in_sequence:
        _form_sequence(patron, order, placings, at, by)
    # Bibs without a free copy are left out: no copy of theirs has to be locked.
    queue.serve_at_once([one for one in placed if statuses[one.queue_bib].free_at], at=at)
    return placings


def _reservation_or_reasons(
    bib: Bib, status: BibStatus | None, eligibility: Eligibility, terms: Terms, by: By
) -> PlacingResult:
    """Build the reservation, which takes its place in the quota, or return the reasons."""
    if status is None:  # the bib was merged into another one meanwhile
        return PlacingResult(bib, reasons=[NoLongerInTheCatalogue()])
    reasons = eligibility.reasons_other_than_limits(bib, status)
    if by.staff:  # the counter may reserve what the web may not (5.1)
        reasons = [one for one in reasons if not isinstance(one, FOR_THE_COUNTER)]
    over = eligibility.limit_reasons(bib)
    if not terms.beyond_limit:
        reasons += over
    if reasons:
        return PlacingResult(bib, reasons=reasons)
    eligibility.count(bib)
    reservation = Reservation(
        bib=bib,
        pickup_branch=terms.pickup_branch,
        contact_method=terms.contact_method,
        beyond_limit_reason=terms.beyond_limit if over else "",
    )
    return PlacingResult(bib, reservation)


def _moment_behind_all_who_wait(statuses: Iterable[BibStatus]) -> datetime:
    """Return now, or the latest moment in these queues when the clock was set back (5.5)."""
    now = timezone.now()
    queues = [status.pk for status in statuses if status.waiting]
    if not queues:
        return now
    waiting = Reservation.objects.waiting().filter(bib_id__in=queues)
    last: datetime | None = waiting.aggregate(last=Max("placed_at"))["last"]
    return max(now, last) if last else now


def _refusals_of_the_whole(
    patron: Patron, contact_method: ContactMethod, at: datetime | None, by: By
) -> Iterator[Refusal]:
    if by == PATRON:
        yield from web_reservation_refusals(patron, at=at)
    yield from card_refusals(patron, at=at)
    if contact_method not in patron.contact_methods():
        yield NoMailAddress()


def _insert(placed: Sequence[Reservation], patron: Patron, at: datetime, by: By) -> None:
    """Insert all of them in as many statements as one."""
    for reservation in placed:
        reservation.patron, reservation.placed_at = patron, at
    try:
        Reservation.objects.bulk_create(placed)
    except IntegrityError as error:
        # The patron's lock makes this rare: only an import writes reservations without it.
        if broken_constraint(error) == "reservation_one_open_per_patron_and_bib":
            raise AlreadyReserved from error
        raise
    newly_waiting(placed)
    log_all(placed, came_from=None, at=at, by=by, why=_why_taken_in)


def _why_taken_in(reservation: Reservation) -> str:
    if reservation.beyond_limit_reason:
        return f"上限を超えて受け付けました({reservation.beyond_limit_reason})"[:200]
    return "受け付けました"


def _form_sequence(
    patron: Patron, order: Sequence[int], placings: Sequence[PlacingResult], at: datetime, by: By
) -> None:
    """Form the sequence before any of its members gets a copy.

    Only bibs that are placed now can be members: only their queues are locked.
    """
    here = {placing.bib.pk: placing.reservation for placing in placings}
    before = Reservation.objects.open().filter(
        patron=patron, bib__in=[pk for pk in order if pk in here and here[pk] is None]
    )
    found = here | {one.bib_id: one for one in before}
    candidates = [one for pk in order if (one := found.get(pk)) is not None]
    ordered = sequences.sequence_candidates(candidates)
    if len(ordered) > 1:
        queue.offer_after_commit(sequences.write_sequence(ordered, at=at, by=by))
