from reservations.models.basket import BasketEntry
from reservations.models.calls import PhoneCall
from reservations.models.event import ReservationEvent
from reservations.models.reservation import Reservation, ReservationQuerySet
from reservations.models.states import Actor, CloseReason, State
from reservations.models.suspension import Suspension

__all__ = [
    "Actor",
    "BasketEntry",
    "CloseReason",
    "PhoneCall",
    "Reservation",
    "ReservationEvent",
    "ReservationQuerySet",
    "State",
    "Suspension",
]
