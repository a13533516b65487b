"""順番予約: volumes that are to come one after the other (rule 5.6)."""

from collections.abc import Sequence

from akiruno_library.locking import locked_transaction
from patrons.models import Patron
from reservations.models import Reservation


@locked_transaction
def put_in_order(patron: Patron, reservations: Sequence[Reservation]) -> None:
    """Let the patron's waiting reservations come in this order.

    Each keeps its own place in its own queue; a later one is given no copy until the earlier one
    has been lent or has ended. The group is named by its first reservation.
    """
    Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    group = reservations[0].pk
    for number, reservation in enumerate(reservations, start=1):
        Reservation.objects.waiting().filter(patron=patron, pk=reservation.pk).update(
            order_group=group, order_no=number
        )
