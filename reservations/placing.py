"""予約する: several bibs at once, each placed or refused with its reasons (rules 5.1 to 5.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Count, Q
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.constraints import broken_constraint
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog import availability, holdings
from catalog.figures import noting
from catalog.models import Bib, BibStatus, Branch, MaterialType
from catalog.models.figures import Kind
from catalog.refusals import CounterOnly, NoLongerInTheCatalogue
from loans.models import Loan
from patrons.eligibility import card_refusals, web_reservation_refusals
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.refusals import NoMailAddress
from reservations import ordering, queue
from reservations.models import Reservation, State
from reservations.refusals import (
    AlreadyReserved,
    OnLoanToYou,
    OnlyThroughTheLibrary,
    TooManyAudiovisual,
    TooManyReservations,
)
from reservations.transitions import PATRON, By, log_all, newly_waiting

FOR_THE_COUNTER = (CounterOnly, OnlyThroughTheLibrary)


@dataclass
class Placing:
    """What became of one wish: a reservation, or the reasons why not."""

    bib: Bib
    reservation: Reservation | None = None
    reasons: list[Refusal] = field(default_factory=list)


@dataclass
class Room:
    """How much of the limits of rule 5.3 a patron has used."""

    placed: int
    placed_audiovisual: int

    @property
    def limit(self) -> int:
        return policy.RESERVATION_LIMIT

    @property
    def left(self) -> int:
        return max(policy.RESERVATION_LIMIT - self.placed, 0)

    @property
    def left_audiovisual(self) -> int:
        return min(
            max(policy.AUDIOVISUAL_RESERVATION_LIMIT - self.placed_audiovisual, 0), self.left
        )

    def refusals(self, bib: Bib) -> Iterator[Refusal]:
        if self.placed >= policy.RESERVATION_LIMIT:
            yield TooManyReservations(now=self.placed)
        if (
            bib.material_type.is_audiovisual
            and self.placed_audiovisual >= policy.AUDIOVISUAL_RESERVATION_LIMIT
        ):
            yield TooManyAudiovisual(now=self.placed_audiovisual)

    def take(self, bib: Bib) -> None:
        self.placed += 1
        self.placed_audiovisual += bib.material_type.is_audiovisual


def room_of(patron: Patron) -> Room:
    """All open reservations count, whatever their state."""
    audiovisual = [MaterialType.Medium.AUDIO, MaterialType.Medium.VIDEO]
    return Room(
        **Reservation.objects.open()
        .filter(patron=patron)
        .aggregate(
            placed=Count("pk"),
            placed_audiovisual=Count("pk", filter=Q(bib__material_type__medium__in=audiovisual)),
        )
    )


@dataclass
class WishesOf:
    """Says of a bib why this patron may not reserve it, by what the patron has already."""

    room: Room
    reserved: set[int]
    borrowed: set[int]

    @classmethod
    def read(cls, patron: Patron) -> "WishesOf":
        return cls(
            room=room_of(patron),
            reserved=set(
                Reservation.objects.open()
                .filter(patron=patron, bib__isnull=False)
                .values_list("bib_id", flat=True)
            ),
            borrowed=set(
                Loan.objects.open().filter(patron=patron).values_list("copy__bib_id", flat=True)
            ),
        )

    def refusals(self, bib: Bib, status: BibStatus) -> list[Refusal]:
        """Every reason against this bib now, the limits among them."""
        return self.refusals_but_limits(bib, status) + self.limits(bib)

    def refusals_but_limits(self, bib: Bib, status: BibStatus) -> list[Refusal]:
        if bib.pk in self.reserved:
            return [AlreadyReserved()]
        reasons: list[Refusal] = [OnLoanToYou()] if bib.pk in self.borrowed else []
        if bib.hidden:
            reasons.append(OnlyThroughTheLibrary())
        reasons += availability.refusals(status, bib.material_type)
        return reasons

    def limits(self, bib: Bib) -> list[Refusal]:
        """What is reserved already fills no further place, so no limit stands against it."""
        return [] if bib.pk in self.reserved else list(self.room.refusals(bib))

    def take(self, bib: Bib) -> None:
        self.reserved.add(bib.pk)
        self.room.take(bib)


@locked_transaction
def place(
    patron: Patron,
    bibs: Sequence[Bib],
    *,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    orders: Sequence[Sequence[int]] = (),
    beyond_limit: str = "",
    at: datetime | None = None,
    by: By = PATRON,
) -> list[Placing]:
    """Place what can be placed and say why of the rest, in the order given.

    `orders` are bibs that are to come one after the other (5.6); what the patron has reserved
    before may be among them. Staff may exceed the limit and say why in `beyond_limit` (5.3).

    Raises the patron's own refusals (card expired, suspended, no mail address; on the web also
    too young or an organisation) before anything is placed. `at` defaults to the moment after
    the locks are held, so that the queue has the order of the commits.
    """
    patron = Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    refuse(_refusals_of_the_whole(patron, contact_method, at, by))
    statuses = holdings.lock_statuses(bib.pk for bib in bibs)
    at = at or timezone.now()
    wishes = WishesOf.read(patron)
    exceeds = beyond_limit if by.staff else ""
    placings = []
    for bib in bibs:
        if bib.pk not in statuses:  # merged into another bib while it was being asked for
            placings.append(Placing(bib, reasons=[NoLongerInTheCatalogue()]))
            continue
        reasons = wishes.refusals_but_limits(bib, statuses[bib.pk])
        if by.staff:  # what is not for the web is for the counter (5.1)
            reasons = [one for one in reasons if not isinstance(one, FOR_THE_COUNTER)]
        over = wishes.limits(bib)
        placing = Placing(bib, reasons=reasons if exceeds else reasons + over)
        if not placing.reasons:
            reservation = Reservation(
                patron=patron,
                bib=bib,
                pickup_branch=pickup_branch,
                contact_method=contact_method,
                placed_at=at,
                beyond_limit_reason=exceeds if over else "",
            )
            placing.reservation = reservation
            wishes.take(bib)
        placings.append(placing)
    placed = [placing.reservation for placing in placings if placing.reservation]
    _insert(placed, at, by)
    noting.note_bibs(
        Kind.RESERVATION, [p.bib for p in placings if p.reservation], branch=pickup_branch, at=at
    )
    for order in orders:
        _put_in_order(patron, order, placings, at, by)
    _take_free_copies([one for one in placed if statuses[one.queue_bib].free_at], at)
    return placings


def _refusals_of_the_whole(
    patron: Patron, contact_method: ContactMethod, at: datetime | None, by: By
) -> Iterator[Refusal]:
    if by == PATRON:
        yield from web_reservation_refusals(patron, at=at)
    yield from card_refusals(patron, at=at)
    if contact_method == ContactMethod.MAIL and patron.mail_address_id is None:
        yield NoMailAddress()


def _insert(placed: Sequence[Reservation], at: datetime, by: By) -> None:
    """All of them in as many statements as one."""
    try:
        Reservation.objects.bulk_create(placed)
    except IntegrityError as error:
        if broken_constraint(error) == "reservation_one_open_per_patron_and_bib":
            raise AlreadyReserved from error
        raise
    newly_waiting(placed)
    log_all(placed, came_from=None, at=at, by=by, why=_why_taken_in)


def _why_taken_in(reservation: Reservation) -> str:
    if reservation.beyond_limit_reason:
        return f"上限を超えて受け付けました({reservation.beyond_limit_reason})"[:200]
    return "受け付けました"


def _put_in_order(
    patron: Patron, order: Sequence[int], placings: Sequence[Placing], at: datetime, by: By
) -> None:
    """Before any of them gets a copy. Only bibs that were asked for now: they are locked."""
    here = {placing.bib.pk: placing.reservation for placing in placings}
    before = Reservation.objects.open().filter(
        patron=patron, bib__in=[pk for pk in order if pk in here and here[pk] is None]
    )
    found = here | {one.bib_id: one for one in before}
    wished = [one for pk in order if (one := found.get(pk)) is not None]
    ordered = ordering.may_come_in_order(wished)
    if len(ordered) > 1:
        queue.offer_after_commit(ordering.arrange(ordered, at=at, by=by))


def _take_free_copies(placed: Sequence[Reservation], at: datetime) -> None:
    """A reservation that gets a copy at once is a 取り寄せ (rule 5.4)."""
    given = queue.assign_each([one.queue_bib for one in placed], at=at)
    served = {one.pk: one for one in given}
    transfers = [one for one in placed if one.pk in served]
    for one in transfers:
        one.state, one.copy = State(served[one.pk].state), served[one.pk].copy
        one.is_transfer = True
    Reservation.objects.filter(pk__in=[one.pk for one in transfers]).update(is_transfer=True)
