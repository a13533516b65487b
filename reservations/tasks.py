from contextlib import suppress

from celery import shared_task

from akiruno_library.refusals import Busy
from reservations import hold_shelf, ordering, queue


@shared_task
def offer_missed_copies() -> None:
    for bib_id in queue.bibs_with_missed_copies():
        with suppress(Busy):  # the next minute finds it again
            queue.offer_free_copies(bib_id)


@shared_task
def free_orders_from_hopeless_volumes() -> None:
    for reservation_id in ordering.hopeless():
        with suppress(Busy):
            ordering.free_those_behind(reservation_id)


@shared_task
def lapse_overdue_holds() -> None:
    hold_shelf.lapse_all_overdue()
