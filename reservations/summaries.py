"""The reservations of a patron, with what a line of them shows, in one statement and no models.

The busiest page of a person asks this; `catalog/display/summaries.py` reads the bibs beside it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from akiruno_library import policy
from catalog.display.summaries import ShownBib, shown
from patrons.models import Patron
from reservations.models import State
from reservations.models.reservation import OPEN_STATES

WHAT_COMES_FIRST = [State.READY, State.IN_TRANSIT, State.TO_FETCH]
ENDED_UNREAD = [State.CANCELLED, State.LAPSED]
SHOWN = """
SELECT mine.id, mine.bib_id, mine.request_text, mine.state, branch.name, mine.placed_at,
       mine.deadline, mine.is_transfer, mine.became_hold_at, mine.order_group, mine.order_no,
       mine.closed_at, mine.close_reason,
       CASE WHEN mine.state = %(waiting)s THEN 1 + (
           SELECT count(*)
           FROM reservations_reservation ahead
           WHERE ahead.bib_id = mine.bib_id AND ahead.state = %(waiting)s
             AND (-ahead.priority, ahead.placed_at, ahead.id)
               < (-mine.priority, mine.placed_at, mine.id)
       ) ELSE 0 END,
       EXISTS (
           SELECT FROM reservations_reservation before
           WHERE before.order_group = mine.order_group AND before.order_no < mine.order_no
             AND before.state = ANY (%(open)s)
       ),
       EXISTS (
           SELECT FROM reservations_reservation before
           WHERE before.order_group = mine.order_group AND before.order_no < mine.order_no
             AND before.state = ANY (%(ended_unread)s)
       ),
       EXISTS (
           SELECT FROM reservations_holdskip skip
           WHERE skip.patron_id = mine.patron_id
             AND %(today)s BETWEEN skip.first_day AND skip.last_day
       )
FROM reservations_reservation mine
JOIN catalog_branch branch ON branch.id = mine.pickup_branch_id
WHERE mine.patron_id = %(patron)s AND {which}
ORDER BY mine.closed_at DESC, mine.deadline NULLS LAST,
         array_position(%(first)s, mine.state::text), mine.placed_at, mine.id
"""
OF_NOW = SHOWN.format(
    which="""(
      mine.state = ANY (%(open)s)
      OR mine.state = ANY (%(ended_unread)s) AND mine.closed_at > %(closed_since)s
  )"""
)
NAMED = SHOWN.format(which="mine.id = ANY (%(named)s)")


@dataclass(frozen=True, slots=True)
class ShownReservation:
    pk: int
    bib: ShownBib | None  # none for a request
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
    position: int  # in the queue of its bib, 1 for whose turn is next; 0 when it does not wait
    behind: bool  # an earlier one of its order is still open
    went_without: bool  # an earlier one of its order ended unread
    skipped: bool

    @property
    def title(self) -> str:
        return self.bib.title_with_volume if self.bib else self.request_text


@dataclass(frozen=True, slots=True)
class ShownReservations:
    """What is open, first what asks for something; what closed, the latest first (5.10)."""

    open: list[ShownReservation]
    closed: list[ShownReservation]
    bibs: dict[int, ShownBib]


def shown_reservations(
    patron: Patron,
    *,
    named: Collection[int] | None = None,
    beside: Collection[int] = (),
    at: datetime | None = None,
) -> ShownReservations:
    """Those open and those that ended within the week; or those named, whenever they ended.

    `beside` are bibs that the page shows too: they are read with the same question.
    """
    asked: dict[str, Any] = {
        "patron": patron.pk,
        "named": list(named or ()),
        "waiting": State.WAITING,
        "open": list(OPEN_STATES),
        "ended_unread": ENDED_UNREAD,
        "first": WHAT_COMES_FIRST,
        "closed_since": (at or timezone.now()) - policy.CLOSED_RESERVATION_VISIBLE,
        "today": timezone.localdate(at),
    }
    with connection.cursor() as cursor:
        cursor.execute(OF_NOW if named is None else NAMED, asked)
        rows = cursor.fetchall()
    bibs = shown({*beside, *(bib_id for _, bib_id, *_ in rows if bib_id)}, hidden=True)
    found = [
        ShownReservation(pk, bibs[bib_id] if bib_id else None, text, State(state), *rest)
        for pk, bib_id, text, state, *rest in rows
    ]
    return ShownReservations(
        open=[one for one in found if one.state in OPEN_STATES],
        closed=[one for one in found if one.state not in OPEN_STATES],
        bibs=bibs,
    )
