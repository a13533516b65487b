"""お気に入り: keeping bibs in the patron's own lists (rule 6.2)."""

from collections.abc import Iterable

from akiruno_library.locking import locked_transaction
from catalog.models import Bib
from patrons.models import FavouriteEntry, FavouriteList, Patron

FIRST_SLOT = 1  # slot 0 is これまでのお気に入り, which takes in nothing new
FIRST_NAME = "お気に入り"


@locked_transaction
def add_to_list(
    patron: Patron, bib_ids: Iterable[int], *, slot: int | None = None
) -> tuple[FavouriteList, int]:
    """Put bibs in one of the patron's lists; returns the list and how many were new in it.

    Without a slot it is the patron's first list, made now for who has none. What stands in the
    list already or is not in the catalogue is passed over. Raises DoesNotExist for a slot without
    a list, and for slot 0.
    """
    patron = Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    lists = patron.favourite_lists.filter(slot__gte=FIRST_SLOT)
    if slot is not None:
        chosen = lists.get(slot=slot)
    else:
        chosen = lists.order_by("slot").first() or FavouriteList.objects.create(
            patron=patron, slot=FIRST_SLOT, name=FIRST_NAME
        )
    inside = set(chosen.entries.values_list("bib_id", flat=True))
    wanted = [pk for pk in dict.fromkeys(bib_ids) if pk not in inside]
    known = set(Bib.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    new = [FavouriteEntry(list=chosen, bib_id=pk) for pk in wanted if pk in known]
    FavouriteEntry.objects.bulk_create(new)
    return chosen, len(new)
