"""Three bibs with everything going on, and every verb that may meet another one there."""

import copy
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Bib
from circulation.compensation import declare_damaged, declare_lost
from circulation.lending import lend
from circulation.models import RecentScan
from circulation.renewal import renew
from circulation.returning import take_back
from circulation.undo import undo
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import (
    hold_shelf,
    material_requests,
    place_again,
    queue,
    sequences,
    staff_actions,
    suspension,
)
from reservations.basket import PatronBasket, confirm
from reservations.cancelling import cancel, cancel_by_staff
from reservations.changing import change, change_all_waiting
from reservations.merging import merge
from reservations.models import Reservation, Suspension
from reservations.placing import place
from reservations.transitions import LIBRARY
from tests.factories import CopyFactory, PatronFactory, branch
from tests.retained_rows import KeptRows

Verb = Callable[[], object]
REPORTED = {
    "reservations": """
        SELECT patron_id, bib_id, request_text, state, copy_id, pickup_branch_id, contact_method,
               priority, is_transfer, became_hold_at IS NOT NULL, order_no, deadline,
               (SELECT count(*) FROM reservations_reservation ahead
                WHERE ahead.bib_id = mine.bib_id AND ahead.state = 'waiting'
                  AND mine.state = 'waiting'
                  AND (-ahead.priority, ahead.placed_at, ahead.id)
                    < (-mine.priority, mine.placed_at, mine.id))
        FROM reservations_reservation mine""",
    "copies": "SELECT id, whereabouts, current_branch_id, bib_id, times_lent FROM catalog_copy",
    "loans": "SELECT copy_id, patron_id, returned_at IS NULL, renewals, due_on FROM loans_loan",
    "baskets": "SELECT patron_id, bib_id FROM reservations_basketentry",
    "suspensions": "SELECT patron_id, first_day, last_day FROM reservations_holdskip",
}
STILL_UNDOABLE = policy.UNDO_WITHIN.total_seconds() / 2


class World:
    """Lent, claimed, on its way, ready, waiting, skipped, in an order, without a copy left.

    After `begin` all stands again as it stood at first. Each call of `verbs` gives them with
    objects of their own, as two requests would have read them.
    """

    def __init__(self) -> None:
        self._build()

    def rebuild_when_old(self) -> None:
        """Before its scans are too old to be undone."""
        if time.monotonic() > self._built + STILL_UNDOABLE:
            self._build()

    def begin(self) -> None:
        self._rows.put_back()

    def verbs(self) -> dict[str, Verb]:
        return verbs_of(copy.deepcopy(self._things))

    def _build(self) -> None:
        self._built = time.monotonic()
        self._things = built()
        self._rows = KeptRows()


def what_became() -> dict[str, list[tuple]]:
    """All that people and counters can tell of the house now, whenever it happened."""
    stored = {}
    with connection.cursor() as cursor:
        for name, rows in REPORTED.items():
            cursor.execute(rows)
            stored[name] = sorted(cursor.fetchall(), key=repr)
    return stored


def built() -> SimpleNamespace:
    reader, first, second, away, collector, visitor = PatronFactory.create_batch(6)
    one = _one_bib(reader, first, second, away)
    other = _another_bib(reader, first, second)
    gone = CopyFactory()
    order = [_reserve(collector, bib) for bib in (gone.bib, one.lent.bib, other.ready.bib)]
    staff_actions.mark_missing(gone, staff=None)
    sequences.form_sequence(collector, order)
    changed_mind = _reserve(visitor, one.lent.bib)
    cancel(changed_mind)
    changed_mind = Reservation.objects.select_related("bib", "pickup_branch").get(
        pk=changed_mind.pk
    )
    PatronBasket(visitor).add([one.lent.bib_id, other.ready.bib_id])
    return SimpleNamespace(
        chuo=branch("chuo"),
        el=branch("el"),
        request=_request(visitor, "所蔵していない本"),
        order=order,
        changed_mind=changed_mind,
        first=first,
        second=second,
        away=away,
        visitor=visitor,
        **vars(one),
        **vars(other),
    )


def _one_bib(reader: Patron, first: Patron, second: Patron, away: Patron) -> SimpleNamespace:
    """One copy at home with the reader, one claimed for the first; two more wait."""
    today = timezone.localdate()
    lent = CopyFactory()
    loan = lend(lent, reader, branch=branch("chuo"))
    mine = _reserve(first, lent.bib)
    claimed = CopyFactory(bib=lent.bib, home_branch=branch("el"))
    Suspension.objects.create(patron=away, first_day=today, last_day=today)
    _reserve(away, lent.bib)  # the claimed copy goes to the first
    later = _reserve(second, lent.bib)
    lending = RecentScan.objects.get(loan=loan)
    return SimpleNamespace(
        lent=lent, loan=loan, lending=lending, mine=mine, claimed=claimed, later=later
    )


def _another_bib(reader: Patron, first: Patron, second: Patron) -> SimpleNamespace:
    """One copy ready for the first, one on its way to the reader; one more waits."""
    chuo, el = branch("chuo"), branch("el")
    ready = CopyFactory()
    kept = _reserve(first, ready.bib)
    _reserve(reader, ready.bib)
    coming = CopyFactory(bib=ready.bib, home_branch=el)
    take_back(coming, branch=el)
    arrival = take_back(ready, branch=chuo).scan
    behind = _reserve(second, ready.bib)
    return SimpleNamespace(ready=ready, kept=kept, coming=coming, arrival=arrival, behind=behind)


def verbs_of(the: SimpleNamespace) -> dict[str, Verb]:
    """Named as the tests name them; each may be tried once."""
    today = timezone.localdate()
    return {
        "place": lambda: _reserve(the.visitor, the.lent.bib, the.ready.bib),
        "place again": lambda: place_again.place_again(the.visitor, the.changed_mind),
        "cancel what waits": lambda: cancel(the.later),
        "cancel what is fetched": lambda: cancel(the.mine),
        "change": lambda: change(
            the.later, pickup_branch=the.el, contact_method=ContactMethod.TELEPHONE
        ),
        "put in order": lambda: sequences.form_sequence(the.second, [the.behind, the.later]),
        "move up": lambda: sequences.move_up(the.order[2]),
        "take out": lambda: sequences.leave_sequence(the.order[1]),
        "lift": lambda: sequences.dissolve(the.order[1]),
        "free those behind": lambda: sequences.remove_predecessor_without_copy(the.order[0].pk),
        "skip": lambda: suspension.set_suspension(the.second, first_day=today, last_day=today),
        "end the skip": lambda: suspension.end_suspension(the.away),
        "return": lambda: take_back(the.lent, branch=the.chuo),
        "fetch": lambda: take_back(the.claimed, branch=the.el),
        "arrive": lambda: take_back(the.coming, branch=the.chuo),
        "lend to a visitor": lambda: lend(the.claimed, the.visitor, branch=the.el),
        "collect": lambda: lend(the.ready, the.first, branch=the.chuo),
        "lapse": lambda: hold_shelf.lapse(the.kept, at=timezone.now() + timedelta(days=30)),
        "offer": lambda: queue.offer_free_copies(the.lent.bib_id),
        "renew": lambda: renew(the.loan),
        "confirm": lambda: confirm(
            the.visitor,
            [the.lent.bib_id, the.ready.bib_id],
            pickup_branch=the.el,
            contact_method=ContactMethod.NONE,
        ),
        "change all": lambda: change_all_waiting(the.second, pickup_branch=the.el),
        "request": lambda: _request(the.visitor, "もう一冊"),
        "grant": lambda: material_requests.grant(the.request, the.lent.bib, staff=None),
        "decline": lambda: material_requests.decline(the.request, "絶版のため", staff=None),
        "undo an arrival": lambda: undo(the.arrival),
        "undo a loan": lambda: undo(the.lending),
        "prefer": lambda: staff_actions.set_priority(the.later, 1, "急ぎ", staff=None),
        "not on its shelf": lambda: _not_on_its_shelf(the.mine),
        "missing": lambda: staff_actions.mark_missing(the.ready, staff=None),
        "damaged": lambda: declare_damaged(the.arrival),
        "lost": lambda: declare_lost(the.loan),
        "end by staff": lambda: cancel_by_staff(the.kept, "お申し出により", staff=None),
        "merge": lambda: merge(the.lent.bib, the.ready.bib, by=LIBRARY),
    }


def _reserve(patron: Patron, *bibs: Bib) -> Reservation | None:
    placings = place(patron, bibs, pickup_branch=branch("chuo"), contact_method=ContactMethod.NONE)
    return placings[0].reservation


def _request(patron: Patron, text: str) -> Reservation:
    return material_requests.request(
        patron,
        text,
        pickup_branch=branch("chuo"),
        contact_method=ContactMethod.NONE,
        staff=None,
    )


def _not_on_its_shelf(reservation: Reservation) -> None:
    """Looked for twice: then the copy is missing."""
    for sought_before in (False, True):
        staff_actions.not_on_shelf(reservation, sought_before=sought_before, staff=None)
