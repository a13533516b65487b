"""お気に入り: the verbs that put bibs in a patron's lists, order them and remove them (rule 6.2).

Every verb locks the patron's row, so two presses at once become one change after the other.
"""

from collections.abc import Iterable, Sequence

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from catalog.models import Bib
from patrons.models import FavouriteEntry, FavouriteList, Patron
from patrons.models.favourites import OLD_SLOT
from patrons.patron_lock import lock
from patrons.refusals import FavouriteListIsFull, NoMoreFavouriteLists, OldListTakesNothingIn

FIRST_NAME = "お気に入り"


@locked_transaction
def add_to_list(
    patron: Patron, bib_ids: Iterable[int], *, slot: int | None = None
) -> tuple[FavouriteList, int]:
    """Put bibs at the top of one of the patron's lists; return the list and how many were new.

    Without a slot the patron's first list is used, or created. Bibs that are already in the list or
    no longer in the catalogue are skipped. Raises DoesNotExist for a slot without a list. Raises
    OldListTakesNothingIn for slot 0 and FavouriteListIsFull before anything is added.
    """
    lock(patron)
    if slot is None:
        first = patron.favourite_lists.exclude(slot=OLD_SLOT).order_by("slot").first()
        chosen = first or FavouriteList.objects.create(patron=patron, slot=1, name=FIRST_NAME)
    else:
        chosen = patron.favourite_lists.get(slot=slot)
    return chosen, len(_put_in(chosen, bib_ids, notes={}))


@locked_transaction
def make_list(patron: Patron, *, name: str) -> FavouriteList:
    """Create a list in the lowest free slot. Raises NoMoreFavouriteLists when none is free."""
    lock(patron)
    taken = set(patron.favourite_lists.values_list("slot", flat=True))
    free = [slot for slot in range(1, policy.FAVOURITE_LISTS + 1) if slot not in taken]
    if not free:
        raise NoMoreFavouriteLists
    return FavouriteList.objects.create(patron=patron, slot=free[0], name=name)


@locked_transaction
def move_entries(
    patron: Patron, bib_ids: Sequence[int], *, from_slot: int, to_slot: int
) -> tuple[FavouriteList, int]:
    """Move bibs with their notes from one list to the top of another.

    Bibs that are already in the target are only removed from the source. Raises what add_to_list
    raises.
    """
    lock(patron)
    chosen, moved = _copy(patron, bib_ids, from_slot, to_slot)
    if from_slot != to_slot:
        _entries(patron, bib_ids, from_slot).delete()
    return chosen, moved


@locked_transaction
def copy_entries(
    patron: Patron, bib_ids: Sequence[int], *, from_slot: int, to_slot: int
) -> tuple[FavouriteList, int]:
    """Copy bibs with their notes to the top of another list."""
    lock(patron)
    return _copy(patron, bib_ids, from_slot, to_slot)


@locked_transaction
def take_out(patron: Patron, bib_ids: Sequence[int], *, slot: int) -> int:
    """Remove bibs from a list; return how many were in it."""
    lock(patron)
    return _entries(patron, bib_ids, slot).delete()[0]


@locked_transaction
def move_up(patron: Patron, bib_id: int, *, slot: int, by: int = 1) -> None:
    """Exchange an entry with the one above it, or, with `by=-1`, with the one below it."""
    lock(patron)
    entries = list(patron.favourite_lists.get(slot=slot).entries.all())
    here = next((n for n, entry in enumerate(entries) if entry.bib_id == bib_id), None)
    if here is None or not 0 <= here - by < len(entries):
        return
    entries[here], entries[here - by] = entries[here - by], entries[here]
    for place, entry in enumerate(entries):
        entry.place = place
    FavouriteEntry.objects.bulk_update(entries, ["place"])


def _entries(patron: Patron, bib_ids: Sequence[int], slot: int):  # type: ignore[no-untyped-def]
    return FavouriteEntry.objects.filter(list__patron=patron, list__slot=slot, bib__in=bib_ids)


def _copy(
    patron: Patron, bib_ids: Sequence[int], from_slot: int, to_slot: int
) -> tuple[FavouriteList, int]:
    chosen = patron.favourite_lists.get(slot=to_slot)
    notes = dict(_entries(patron, bib_ids, from_slot).values_list("bib_id", "note"))
    return chosen, len(_put_in(chosen, notes, notes=notes))


def _put_in(
    chosen: FavouriteList, bib_ids: Iterable[int], *, notes: dict[int, str]
) -> list[FavouriteEntry]:
    if not chosen.takes_in:
        raise OldListTakesNothingIn
    places = dict(chosen.entries.values_list("bib_id", "place"))
    wanted = [pk for pk in dict.fromkeys(bib_ids) if pk not in places]
    # A page may be old: a bib that was deleted or hidden since is left out, not an error.
    known = set(Bib.objects.public().filter(pk__in=wanted).values_list("pk", flat=True))
    wanted = [pk for pk in wanted if pk in known]
    if len(places) + len(wanted) > policy.FAVOURITES_IN_A_LIST:
        raise FavouriteListIsFull(name=chosen.name)
    # New entries get places below the smallest one, so no other row has to be renumbered.
    above = min(places.values(), default=0) - len(wanted)
    return FavouriteEntry.objects.bulk_create(
        FavouriteEntry(list=chosen, bib_id=pk, place=above + number, note=notes.get(pk, ""))
        for number, pk in enumerate(wanted)
    )
