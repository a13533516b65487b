"""The reservations of a patron as a list shows them: one statement, plain values, no models.

My Page is the busiest page of a patron. `catalog/display/summaries.py` reads the bibs beside it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, When

from catalog.display.summaries import BibSummary, all_bib_summaries
from patrons.models import Patron
from reservations.models import Reservation, ReservationQuerySet, State
from reservations.models.states import CLOSED_STATES, OPEN_STATES, why_closed
from reservations.obstacles import Obstacle, first_obstacle

FIRST_IN_THE_LIST = {State.READY: 0, State.IN_TRANSIT: 1, State.TO_FETCH: 2}
COLUMNS = (
    "pk",
    "bib_id",
    "request_text",
    "state",
    "pickup_branch__name",
    "placed_at",
    "deadline",
    "is_transfer",
    "became_hold_at",
    "order_group",
    "order_no",
    "closed_at",
    "close_reason",
    "close_note",
    "position",
    "has_open_predecessor",
    "has_lost_predecessor",
    "suspended",
)


@dataclass(frozen=True, slots=True)
class ReservationSummary:
    pk: int
    bib: BibSummary | None  # None for a request
    request_text: str
    state: State
    pickup_branch: str
    placed_at: datetime
    deadline: date | None
    is_transfer: bool
    became_hold_at: datetime | None
    order_group: int | None
    order_no: int | None
    closed_at: datetime | None
    close_reason: str
    close_note: str
    position: int  # in the queue of its bib: 1 is next, 0 does not wait
    has_open_predecessor: bool
    has_lost_predecessor: bool  # a predecessor was cancelled or has lapsed
    suspended: bool
    card_expired: bool
    is_stopped: bool  # 利用停止

    @property
    def obstacle(self) -> Obstacle | None:
        """What keeps the patron from the copy, whether it waits or is there."""
        return first_obstacle(
            card_expired=self.card_expired,
            is_stopped=self.is_stopped,
            suspended=self.suspended,
            has_open_predecessor=self.has_open_predecessor,
        )

    @property
    def why_closed(self) -> str:
        return why_closed(self.close_reason, self.close_note)

    @property
    def title(self) -> str:
        return self.bib.title_with_volume if self.bib else self.request_text


@dataclass(frozen=True, slots=True)
class ReservationSummaries:
    """The open ones, first what needs action; the closed ones, the latest first (5.10)."""

    open: list[ReservationSummary]
    closed: list[ReservationSummary]
    bibs: dict[int, BibSummary]


def reservation_summaries(
    patron: Patron, *, beside: Collection[int] = (), at: datetime | None = None
) -> ReservationSummaries:
    """Read what is open and what ended within the week.

    `beside` names bibs that the page shows as well: they are read in the same statement.
    """
    mine = Reservation.objects.filter(patron=patron)
    return _summaries(patron, mine.open() | mine.closed_lately(at), beside=beside, at=at)


def summaries_of(
    patron: Patron, named: Collection[int], *, at: datetime | None = None
) -> ReservationSummaries:
    """Read these reservations of the patron, whenever they ended."""
    return _summaries(patron, Reservation.objects.filter(patron=patron, pk__in=named), at=at)


def _summaries(
    patron: Patron,
    reservations: ReservationQuerySet,
    *,
    beside: Collection[int] = (),
    at: datetime | None,
) -> ReservationSummaries:
    of_patron = [patron.card_expired(at), patron.is_suspended]
    rows = list(_rows(reservations, at))
    bibs = all_bib_summaries({*beside, *(bib_id for _, bib_id, *_ in rows if bib_id)})
    found = [
        ReservationSummary(
            *[pk, bibs[bib_id] if bib_id else None, text, State(state), *rest, *of_patron]
        )
        for pk, bib_id, text, state, *rest in rows
    ]
    return ReservationSummaries(
        open=[one for one in found if one.state in OPEN_STATES],
        closed=[one for one in found if one.state in CLOSED_STATES],
        bibs=bibs,
    )


def _rows(reservations: ReservationQuerySet, at: datetime | None) -> Iterable[tuple[Any, ...]]:
    """Read plain columns: twenty model instances would cost more than the statement."""
    lost = Reservation.objects.ended_without_loan().predecessors_of_outer()
    first = [When(state=state, then=place) for state, place in FIRST_IN_THE_LIST.items()]
    return (
        reservations.with_position()
        .with_obstacles(at)
        .annotate(has_lost_predecessor=Exists(lost))
        .order_by(
            # PostgreSQL sorts NULL first in descending order: open reservations come before
            # closed ones.
            F("closed_at").desc(),
            F("deadline").asc(),
            Case(*first, default=len(first)),
            "placed_at",
            "pk",
        )
        .values_list(*COLUMNS)
    )
