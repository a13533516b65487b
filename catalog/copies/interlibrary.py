"""相互貸借 (interlibrary loan): borrowed copies go back to their lender (rule 12.10)."""

from collections.abc import Iterable

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Copy

HERE = frozenset({Copy.Whereabouts.SHELF, Copy.Whereabouts.PROCESSING, Copy.Whereabouts.REPAIR})


@locked_transaction
def give_back(copies: Iterable[Copy]) -> list[Copy]:
    """Withdraw copies that left for their lender; return those that were withdrawn.

    A copy that is on loan or on its way to a patron stays unchanged, and so does a copy that this
    library owns.
    """
    chosen = list(copies)
    # The verb locks the bibs before the copies, as every verb does; another order could deadlock.
    whereabouts.lock_statuses(copy.bib_id for copy in chosen)
    leaving = Copy.objects.interlibrary().filter(
        pk__in=[copy.pk for copy in chosen], whereabouts__in=HERE
    )
    gone = list(leaving.select_for_update(no_key=True).order_by("pk"))
    for copy in gone:
        whereabouts.put(copy, Copy.Whereabouts.WITHDRAWN)
    whereabouts.count_copies(copy.bib_id for copy in gone)
    return gone
