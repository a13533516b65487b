"""予約かご: in the session before login, in the patron's own table afterwards (rule 5.2)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from django.contrib.sessions.backends.base import SessionBase

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Busy
from catalog.copies.merged import now_found_as
from catalog.models import Bib, Branch
from patrons import patron_lock
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.models import BasketEntry
from reservations.placing import PlacingResult, Terms, place_for

SESSION_KEY = "basket"


class Basket(Protocol):
    def bib_ids(self) -> list[int]: ...

    def add(self, bib_ids: Iterable[int]) -> int:
        """Add the bibs that exist and are not in the basket yet; return how many were added."""
        ...

    def remove(self, bib_ids: Iterable[int]) -> None: ...


class SessionBasket:
    """The basket of a visitor who has not logged in. It ends with the session."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session

    def bib_ids(self) -> list[int]:
        return list(self.session.get(SESSION_KEY, []))

    def add(self, bib_ids: Iterable[int]) -> int:
        inside = self.bib_ids()
        new = [pk for pk in _existing(bib_ids) if pk not in inside]
        new = new[: policy.BASKET_LARGEST - len(inside)]
        if new:
            self.session[SESSION_KEY] = inside + new
        return len(new)

    def remove(self, bib_ids: Iterable[int]) -> None:
        out = set(bib_ids)
        self.session[SESSION_KEY] = [pk for pk in self.bib_ids() if pk not in out]


class PatronBasket:
    """The basket of a patron, the same on every device."""

    def __init__(self, patron: Patron) -> None:
        self.patron = patron

    def bib_ids(self) -> list[int]:
        return list(self.patron.basket.values_list("bib_id", flat=True))

    def add(self, bib_ids: Iterable[int]) -> int:
        return _add_for(self.patron, bib_ids)

    def remove(self, bib_ids: Iterable[int]) -> None:
        self.patron.basket.filter(bib_id__in=list(bib_ids)).delete()


def open_basket(session: SessionBase, patron: Patron | None) -> Basket:
    """Return the basket of this visitor, and move a basket from before the login into it."""
    if not patron:
        return SessionBasket(session)
    basket = PatronBasket(patron)
    if SESSION_KEY in session:
        with suppress(Busy):  # the session keeps them, and the next page tries again
            basket.add(session[SESSION_KEY])
            del session[SESSION_KEY]
    return basket


@locked_transaction
def confirm(
    patron: Patron,
    bib_ids: Sequence[int],
    *,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    at: datetime | None = None,
) -> list[PlacingResult]:
    """Reserve those of the bibs that are still in the basket, and remove what was placed.

    A form that is sent twice finds the basket without them and changes nothing.
    """
    # Locked before the basket is read: a form sent twice at once waits here and then finds it
    # empty.
    patron = patron_lock.lock(patron)
    inside = list(patron.basket.filter(bib_id__in=bib_ids).select_related("bib__material_type"))
    bibs, terms = [entry.bib for entry in inside], Terms(pickup_branch, contact_method)
    placings = place_for(patron, bibs, terms, in_sequence=sequences_of(inside), at=at)
    placed = [placing.bib.pk for placing in placings if placing.reservation]
    patron.basket.filter(bib_id__in=placed).delete()
    return placings


def sequences_of(entries: Iterable[BasketEntry]) -> list[list[int]]:
    """Return the bibs of each sequence in the basket, in their order."""
    groups: dict[int, list[BasketEntry]] = {}
    for entry in entries:
        if entry.order_group is not None:
            groups.setdefault(entry.order_group, []).append(entry)
    return [
        [entry.bib_id for entry in sorted(group, key=lambda one: one.order_no or 0)]
        for _, group in sorted(groups.items())
    ]


@locked_transaction
def _add_for(patron: Patron, bib_ids: Iterable[int]) -> int:
    """Add under the patron's lock: two tabs at once must not exceed the size of a basket."""
    patron = patron_lock.lock(patron)
    inside = set(patron.basket.values_list("bib_id", flat=True))
    new = [pk for pk in _existing(bib_ids) if pk not in inside]
    new = new[: max(policy.BASKET_LARGEST - len(inside), 0)]
    BasketEntry.objects.bulk_create([BasketEntry(patron=patron, bib_id=pk) for pk in new])
    return len(new)


def _existing(bib_ids: Iterable[int]) -> list[int]:
    """Return those of the bibs that are public, in the order given. A merged bib is replaced."""
    given = list(bib_ids)
    merged = now_found_as(given)
    wanted = list(dict.fromkeys(merged.get(pk, pk) for pk in given))
    found = set(Bib.objects.public().filter(pk__in=wanted).values_list("pk", flat=True))
    return [pk for pk in wanted if pk in found]
