"""順番予約: volumes that are to come one after the other (rule 5.6)."""

from collections.abc import Sequence

from akiruno_library.locking import locked_transaction
from catalog import holdings
from patrons.models import Patron
from reservations.models import Reservation


@locked_transaction
def put_in_order(patron: Patron, reservations: Sequence[Reservation]) -> None:
    """Let the patron's waiting reservations come in this order, whatever order they had before.

    Each keeps its own place in its own queue; a later one is given no copy until the earlier one
    has been lent or has ended. The group is named by its first reservation.
    """
    Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    holdings.lock_statuses(one.bib_id for one in reservations if one.bib_id)
    named = [one.pk for one in reservations]
    waiting = Reservation.objects.waiting().filter(patron=patron).in_bulk(named)
    ordered = [waiting[pk] for pk in named if pk in waiting]
    former = {one.order_group for one in ordered} - {None}
    Reservation.objects.filter(order_group__in=former).update(order_group=None, order_no=None)
    for number, reservation in enumerate(ordered, start=1):
        reservation.order_group, reservation.order_no = ordered[0].pk, number
    Reservation.objects.bulk_update(ordered, ["order_group", "order_no"])
