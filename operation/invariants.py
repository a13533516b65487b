"""Rules across tables that constraints cannot express; they must hold after any concurrency.

Each check is a query for rows that break the rule. Races, the demo and operators run all checks.
"""

from dataclasses import dataclass

from django.db import connection

from akiruno_library import policy


@dataclass(frozen=True)
class Invariant:
    name: str
    offenders: str


INVARIANTS = [
    Invariant(
        "a copy is on loan if and only if a loan of it is open",
        """
        SELECT copy.id FROM catalog_copy copy
        LEFT JOIN loans_loan loan ON loan.copy_id = copy.id AND loan.returned_at IS NULL
        WHERE (copy.whereabouts = 'on_loan') <> (loan.id IS NOT NULL)
        """,
    ),
    Invariant(
        "a copy is claimed if and only if a reservation is to be fetched",
        """
        SELECT copy.id FROM catalog_copy copy
        LEFT JOIN reservations_reservation r ON r.copy_id = copy.id AND r.state = 'to_fetch'
        WHERE (copy.whereabouts = 'claimed') <> (r.id IS NOT NULL)
        """,
    ),
    Invariant(
        "the copy of a reservation on its way is in transit to the pickup branch",
        """
        SELECT r.id FROM reservations_reservation r JOIN catalog_copy copy ON copy.id = r.copy_id
        WHERE r.state = 'in_transit'
          AND (copy.whereabouts <> 'in_transit' OR copy.current_branch_id <> r.pickup_branch_id)
        """,
    ),
    Invariant(
        "the copy of a ready reservation stands on the hold shelf of the pickup branch",
        """
        SELECT r.id FROM reservations_reservation r JOIN catalog_copy copy ON copy.id = r.copy_id
        WHERE r.state = 'ready'
          AND (copy.whereabouts <> 'hold_shelf' OR copy.current_branch_id <> r.pickup_branch_id)
        """,
    ),
    Invariant(
        "no copy is promised beyond the day on which its lender wants it back",
        """
        SELECT r.id FROM reservations_reservation r JOIN catalog_copy copy ON copy.id = r.copy_id
        WHERE r.state = 'ready' AND r.deadline > copy.lender_due_on
        """,
    ),
    Invariant(
        "the copy of a reservation is a copy of its bib",
        """
        SELECT r.id FROM reservations_reservation r JOIN catalog_copy copy ON copy.id = r.copy_id
        WHERE r.state IN ('to_fetch', 'in_transit', 'ready') AND copy.bib_id <> r.bib_id
        """,
    ),
    Invariant(
        "BibStatus counts the waiting reservations",
        """
        SELECT s.bib_id FROM catalog_bibstatus s
        LEFT JOIN (
            SELECT bib_id, count(*) AS waiting FROM reservations_reservation
            WHERE state = 'waiting' GROUP BY bib_id
        ) r USING (bib_id)
        WHERE s.waiting <> coalesce(r.waiting, 0)
        """,
    ),
    Invariant(
        "BibStatus tells the copies",
        """
        SELECT s.bib_id FROM catalog_bibstatus s
        LEFT JOIN (
            SELECT bib_id,
                   count(*) FILTER (WHERE owned AND lending <> 'in_library') AS circulating,
                   count(*) FILTER (WHERE owned AND lending = 'in_library') AS in_library_only,
                   count(*) FILTER (WHERE whereabouts = 'on_order') AS on_order,
                   array_agg(current_branch_id ORDER BY current_branch_id)
                       FILTER (WHERE whereabouts = 'shelf' AND lending = 'lent') AS free_at,
                   sum(times_lent) AS times_lent,
                   CASE WHEN bool_or(owned)
                         AND NOT bool_or(whereabouts <> 'on_order' AND accepted_on IS NULL)
                        THEN min(accepted_on)
                   END AS first_accepted_on
            FROM (
                SELECT *, whereabouts NOT IN ('on_order', 'missing', 'lost', 'withdrawn') AS owned
                FROM catalog_copy
            ) copies
            GROUP BY bib_id
        ) c USING (bib_id)
        WHERE s.circulating <> coalesce(c.circulating, 0)
           OR s.in_library_only <> coalesce(c.in_library_only, 0)
           OR s.on_order <> coalesce(c.on_order, 0)
           OR s.free_at <> coalesce(c.free_at, '{}')
           OR s.times_lent <> coalesce(c.times_lent, 0)
           OR s.first_accepted_on IS DISTINCT FROM c.first_accepted_on
        """,
    ),
    Invariant(
        "every bib has its status",
        """
        SELECT id FROM catalog_bib
        WHERE NOT EXISTS (SELECT 1 FROM catalog_bibstatus WHERE bib_id = catalog_bib.id)
        """,
    ),
    Invariant(
        "reading history is of patrons who asked for it, and began after they did",
        """
        SELECT entry.id FROM loans_historyentry entry
        JOIN patrons_patron patron ON patron.id = entry.patron_id
        WHERE patron.history_consented_at IS NULL
           OR patron.category = 'organisation'
           OR entry.written_at < patron.history_consented_at
        """,
    ),
    Invariant(
        "a figure of use is of no fewer than none",
        "SELECT id FROM catalog_figure WHERE number < 0",
    ),
    Invariant(
        "no patron has more reservations than the limit, save those that staff let pass",
        """
        SELECT patron_id FROM reservations_reservation
        WHERE state IN ('requested', 'waiting', 'to_fetch', 'in_transit', 'ready')
          AND beyond_limit_reason = ''
        GROUP BY patron_id HAVING count(*) > %(reservation_limit)s
        """,
    ),
    Invariant(
        "who ended a reservation stands in its log as well",
        """
        SELECT r.id FROM reservations_reservation r
        WHERE r.state IN ('collected', 'cancelled', 'lapsed')
          AND EXISTS (
              SELECT FROM reservations_reservationevent event WHERE event.reservation_id = r.id
          )
          AND NOT EXISTS (
              SELECT FROM reservations_reservationevent event
              WHERE event.reservation_id = r.id AND event.to_state = r.state
                AND event.actor = r.closed_by
          )
        """,
    ),
    Invariant(
        "an order is one patron's, and is named by one of its own",
        """
        SELECT r.order_group FROM reservations_reservation r WHERE r.order_group IS NOT NULL
        GROUP BY r.order_group
        HAVING count(DISTINCT r.patron_id) > 1 OR NOT bool_or(r.id = r.order_group)
        """,
    ),
    Invariant(
        "what was merged into another bib is no bib of its own",
        """
        SELECT former.number FROM catalog_formerbib former
        JOIN catalog_bib bib ON bib.id = former.number
            OR (bib.source, bib.source_key) = (former.source, former.source_key)
        """,
    ),
]


def offenders() -> dict[str, list[int]]:
    """Return the broken invariants with the ids of the rows that break them."""
    found = {}
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.offenders, {"reservation_limit": policy.RESERVATION_LIMIT})
            ids = [row[0] for row in cursor.fetchall()]
            if ids:
                found[invariant.name] = ids
    return found
