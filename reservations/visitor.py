"""What a visitor has to do with the bibs of a list: in the basket, reserved or on loan."""

from collections.abc import Iterable

from django.contrib.sessions.backends.base import SessionBase

from patrons.models import Patron
from patrons.privileges import may_use_reservations
from reservations.basket import SESSION_KEY, open_basket

IN_THE_BASKET = "予約かごに入っています"
RESERVED = "予約しています"
ON_LOAN = "借りています"


def visitor_statuses(
    patron: Patron | None, session: SessionBase, bib_ids: Iterable[int]
) -> dict[int, str]:
    """Run one query of each kind; none for an unknown visitor without a basket."""
    if not patron and SESSION_KEY not in session:
        return {}
    given = list(bib_ids)
    done = dict.fromkeys(open_basket(session, patron).bib_ids(), IN_THE_BASKET)
    if patron:
        # What rule 2.5 closes to a child is not said on result lists either.
        if may_use_reservations(patron):
            reserved = patron.reservations.open().filter(bib__in=given)
            done |= dict.fromkeys(reserved.values_list("bib_id", flat=True), RESERVED)
        on_loan = patron.loans.open().filter(copy__bib__in=given)
        done |= dict.fromkeys(on_loan.values_list("copy__bib_id", flat=True), ON_LOAN)
    return done
