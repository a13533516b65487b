"""予約の伝票: a slip in a book that hides full name and title from people who pass (9.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from circulation.counter.short_names import short_name
from japanese.date_format import spoken_day
from reservations.models import Reservation, State

CARD_DIGITS_PRINTED = 3
WITH_SLIP = ("patron", "copy", "pickup_branch")


@dataclass(frozen=True)
class HoldSlip:
    place: str
    name: str
    card: str
    until: str
    branch: str
    barcode: str


def slips_of(reservations: Iterable[Reservation], *, at: datetime | None = None) -> list[HoldSlip]:
    """Return slips for reservations that are ready or in transit. Load them with `WITH_SLIP`."""
    return [_slip(one, at) for one in reservations if one.state in (State.READY, State.IN_TRANSIT)]


def _slip(reservation: Reservation, at: datetime | None) -> HoldSlip:
    patron, copy = reservation.patron, reservation.copy
    return HoldSlip(
        place=f"{copy.hold_place}" if copy and copy.hold_place else "",
        name=short_name(patron),
        card=patron.card_number[-CARD_DIGITS_PRINTED:] if patron else "",
        until=f"{spoken_day(reservation.deadline, at=at)}まで" if reservation.deadline else "",
        branch=reservation.pickup_branch.name,
        barcode=copy.barcode if copy else "",
    )
