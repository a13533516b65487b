"""相互貸借: what another library lent us goes back to it (rule 12.10)."""

from collections.abc import Iterable

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Copy

HERE = frozenset({Copy.Whereabouts.SHELF, Copy.Whereabouts.PROCESSING, Copy.Whereabouts.REPAIR})


@locked_transaction
def give_back(copies: Iterable[Copy]) -> list[Copy]:
    """Note that they have left for their lender; returns those that did.

    One that somebody still has, or that is on its way to a patron, stays as it is, and so does
    one of our own.
    """
    chosen = list(copies)
    whereabouts.lock_statuses(copy.bib_id for copy in chosen)
    leaving = Copy.objects.borrowed().filter(
        pk__in=[copy.pk for copy in chosen], whereabouts__in=HERE
    )
    gone = list(leaving.select_for_update(no_key=True).order_by("pk"))
    for copy in gone:
        whereabouts.put(copy, Copy.Whereabouts.WITHDRAWN)
    whereabouts.count_copies(copy.bib_id for copy in gone)
    return gone
