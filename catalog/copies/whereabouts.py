"""Copies and their summary in BibStatus: every change of holdings passes through this module."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from catalog.models import BibStatus, Branch, Copy

WHERE_IT_IS = [
    "whereabouts",
    "current_branch",
    "hold_place",
    "sent_from",
    "sent_at",
    "sought_on",
]
# One statement counts all copies of all bibs. A stored count that is only incremented would drift.
# Unchanged rows are not written, so they cause no entry in the feed of the index.
COUNT_COPIES = """
UPDATE catalog_bibstatus AS status
SET waiting = status.waiting - counted.served,
    circulating = counted.circulating,
    in_library_only = counted.in_library_only,
    on_order = counted.on_order,
    free_at = counted.free_at,
    times_lent = counted.times_lent,
    first_accepted_on = counted.first_accepted_on
FROM (
    SELECT bib.id, bib.served,
           count(copy.id) FILTER (WHERE owned AND lending <> 'in_library') AS circulating,
           count(copy.id) FILTER (WHERE owned AND lending = 'in_library') AS in_library_only,
           count(copy.id) FILTER (WHERE copy.whereabouts = 'on_order') AS on_order,
           coalesce(
               array_agg(copy.current_branch_id ORDER BY copy.current_branch_id)
                   FILTER (WHERE copy.whereabouts = 'shelf' AND lending = 'lent'),
               '{}'
           ) AS free_at,
           coalesce(sum(copy.times_lent), 0) AS times_lent,
           CASE WHEN bool_or(owned)
                 AND NOT bool_or(whereabouts <> 'on_order' AND accepted_on IS NULL)
                THEN min(accepted_on)
           END AS first_accepted_on
    FROM unnest(%(bibs)s::bigint[], %(served)s::integer[]) AS bib (id, served)
    LEFT JOIN LATERAL (
        SELECT *, whereabouts <> ALL (%(gone)s) AS owned
        FROM catalog_copy
        WHERE bib_id = bib.id
    ) AS copy ON true
    GROUP BY bib.id, bib.served
) AS counted
WHERE status.bib_id = counted.id
  AND (0, status.circulating, status.in_library_only, status.on_order, status.free_at,
       status.times_lent, status.first_accepted_on)
      IS DISTINCT FROM (counted.served, counted.circulating, counted.in_library_only,
                        counted.on_order, counted.free_at, counted.times_lent,
                        counted.first_accepted_on)
"""


# The lowest number that no copy has; among n copies one of the numbers 1 to n + 1 is free.
LOWEST_FREE_PLACE = """
SELECT min(place) FROM generate_series(1, (
    SELECT count(*) + 1 FROM catalog_copy
    WHERE current_branch_id = %(branch)s AND whereabouts = 'hold_shelf'
)) AS place
WHERE NOT EXISTS (
    SELECT 1 FROM catalog_copy
    WHERE current_branch_id = %(branch)s AND whereabouts = 'hold_shelf' AND hold_place = place
)
"""


def lock_statuses(bib_ids: Iterable[int]) -> dict[int, BibStatus]:
    """Lock the BibStatus of these bibs: their queues and holdings (level ② of the lock order)."""
    locked = (
        BibStatus.objects.select_for_update(no_key=True).filter(pk__in=set(bib_ids)).order_by("pk")
    )
    return {status.pk: status for status in locked}


def lock_copy(copy: Copy) -> Copy:
    """Lock the copy's bib, then the copy; return the copy as it is now.

    The bib is known only from an unlocked read. If the copy was moved to another bib meanwhile,
    lock again.
    """
    while True:
        lock_statuses([copy.bib_id])
        locked = Copy.objects.select_for_update(no_key=True).get(pk=copy.pk)
        if locked.bib_id == copy.bib_id:
            return locked
        copy = locked


def count_copies(bib_ids: Iterable[int], *, served: Mapping[int, int] | None = None) -> None:
    """Update BibStatus from the copies. The caller holds the locks of `lock_statuses`.

    `served` gives for each bib the number of reservations that received a copy and no longer wait.
    """
    bibs, gone = list(set(bib_ids)), [str(value) for value in Copy.Whereabouts.gone()]
    left = [(served or {}).get(bib, 0) for bib in bibs]
    with connection.cursor() as cursor:
        cursor.execute(COUNT_COPIES, {"bibs": bibs, "served": left, "gone": gone})


def put(copy: Copy, whereabouts: Copy.Whereabouts, *, branch: Branch | int | None = None) -> None:
    """Set the whereabouts of the copy. The verb calls `count_copies` once, at its end."""
    if branch is not None:
        copy.current_branch_id = branch.pk if isinstance(branch, Branch) else branch
    copy.sent_from = copy.sent_at = None
    _write(copy, whereabouts)


def claim(copies: Iterable[Copy]) -> None:
    """Claim copies on their shelves in one statement."""
    claimed = list(copies)
    for copy in claimed:
        copy.whereabouts = Copy.Whereabouts.CLAIMED
    Copy.objects.filter(pk__in=[copy.pk for copy in claimed]).update(
        whereabouts=Copy.Whereabouts.CLAIMED
    )


def send(copy: Copy, *, to: Branch | int, sent_from: Branch, at: datetime) -> None:
    """Put the copy in transit. It belongs to the other branch from now on and arrives with a scan
    there."""
    copy.current_branch_id = to.pk if isinstance(to, Branch) else to
    copy.sent_from, copy.sent_at = sent_from, at
    _write(copy, Copy.Whereabouts.IN_TRANSIT)


def _write(copy: Copy, whereabouts: Copy.Whereabouts) -> None:
    copy.whereabouts = whereabouts
    on_hold_shelf = whereabouts == Copy.Whereabouts.HOLD_SHELF
    copy.hold_place = _free_place(copy.current_branch_id) if on_hold_shelf else None
    copy.save(update_fields=WHERE_IT_IS)


def _free_place(branch_id: int) -> int:
    """Return the lowest free number of the hold shelf.

    Locks the branch's row, the last lock in the order, so that two arrivals cannot get the same
    number.
    """
    Branch.objects.select_for_update(no_key=True).get(pk=branch_id)
    with connection.cursor() as cursor:
        cursor.execute(LOWEST_FREE_PLACE, {"branch": branch_id})
        return cursor.fetchone()[0]
