"""順番予約 in the basket: lines that become a sequence when they are placed (rule 5.6).

Each verb holds the patron's lock. The number of a group has no meaning outside the basket.
"""

from collections.abc import Iterable, Sequence

from akiruno_library.locking import locked_transaction
from patrons import patron_lock
from patrons.models import Patron
from reservations.models import BasketEntry
from reservations.refusals import SequenceNeedsTwo

Groups = list[list[BasketEntry]]


@locked_transaction
def form_sequence(patron: Patron, bib_ids: Sequence[int]) -> None:
    """Put these lines into one sequence in the order given; they leave their former ones."""
    entries = _locked(patron)
    named = [entries[pk] for pk in dict.fromkeys(bib_ids) if pk in entries]
    if len(named) < 2:
        raise SequenceNeedsTwo
    rest = [[one for one in group if one not in named] for group in _groups(entries.values())]
    _write(entries.values(), [*rest, named])


@locked_transaction
def move(patron: Patron, bib_id: int, step: int) -> None:
    """Move a line one place up (-1) or down (1). At the end of the sequence nothing happens."""
    entries = _locked(patron)
    groups = _groups(entries.values())
    for group in groups:
        place = next((n for n, one in enumerate(group) if one.bib_id == bib_id), None)
        if place is not None and 0 <= place + step < len(group):
            group[place], group[place + step] = group[place + step], group[place]
    _write(entries.values(), groups)


@locked_transaction
def leave_sequence(patron: Patron, bib_id: int) -> None:
    """Take one line out of its sequence; the others keep their order."""
    entries = _locked(patron)
    groups = [[one for one in group if one.bib_id != bib_id] for group in _groups(entries.values())]
    _write(entries.values(), groups)


def _locked(patron: Patron) -> dict[int, BasketEntry]:
    locked = patron_lock.lock(patron)
    return {entry.bib_id: entry for entry in locked.basket.all()}


def _groups(entries: Iterable[BasketEntry]) -> Groups:
    groups: dict[int, list[BasketEntry]] = {}
    for entry in entries:
        if entry.order_group is not None:
            groups.setdefault(entry.order_group, []).append(entry)
    return [sorted(group, key=lambda one: one.order_no or 0) for _, group in sorted(groups.items())]


def _write(entries: Iterable[BasketEntry], groups: Groups) -> None:
    """Number all groups anew. A group of one line is no sequence."""
    everyone = list(entries)
    for entry in everyone:
        entry.order_group = entry.order_no = None
    for group_number, group in enumerate((g for g in groups if len(g) > 1), start=1):
        for number, entry in enumerate(group, start=1):
            entry.order_group, entry.order_no = group_number, number
    BasketEntry.objects.bulk_update(everyone, ["order_group", "order_no"])
