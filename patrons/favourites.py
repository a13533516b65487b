"""お気に入り: keeping bibs in the patron's own lists, arranging and leaving them (rule 6.2).

Whoever changes lists holds the patron's row, so that two presses at once make one change after the
other.
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
    """Put bibs at the top of one of the patron's lists; returns it and how many were new in it.

    Without a slot it is the patron's first list, made now for who has none. What stands in the
    list already or is not in the catalogue is passed over. Raises DoesNotExist for a slot without
    a list, OldListTakesNothingIn for slot 0 and FavouriteListIsFull before anything is added.
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
    """A new list in the lowest free slot. Raises NoMoreFavouriteLists when five are there."""
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
    """Take bibs out of one list and put them, with their notes, on top of another.

    What stands there already is only taken out here. Raises what add_to_list raises.
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
    """Put bibs of one list, with their notes, on top of another too."""
    lock(patron)
    return _copy(patron, bib_ids, from_slot, to_slot)


@locked_transaction
def take_out(patron: Patron, bib_ids: Sequence[int], *, slot: int) -> int:
    """Leave bibs out of a list; returns how many were in it."""
    lock(patron)
    return _entries(patron, bib_ids, slot).delete()[0]


@locked_transaction
def move_up(patron: Patron, bib_id: int, *, slot: int, by: int = 1) -> None:
    """Let an entry change places with the one above it; `by=-1`: with the one below."""
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
    known = set(Bib.objects.public().filter(pk__in=wanted).values_list("pk", flat=True))
    wanted = [pk for pk in wanted if pk in known]
    if len(places) + len(wanted) > policy.FAVOURITES_IN_A_LIST:
        raise FavouriteListIsFull(name=chosen.name)
    above = min(places.values(), default=0) - len(wanted)
    return FavouriteEntry.objects.bulk_create(
        FavouriteEntry(list=chosen, bib_id=pk, place=above + number, note=notes.get(pk, ""))
        for number, pk in enumerate(wanted)
    )
