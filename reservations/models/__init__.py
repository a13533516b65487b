from reservations.models.basket import BasketEntry
from reservations.models.calls import PhoneCall
from reservations.models.reservation import Reservation, ReservationEvent, State
from reservations.models.suspension import HoldSkip

__all__ = ["BasketEntry", "HoldSkip", "PhoneCall", "Reservation", "ReservationEvent", "State"]
