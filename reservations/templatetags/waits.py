"""What pages of the catalogue say about waiting.

It is a tag because the catalogue lies below the reservations and must not import them.
"""

from collections.abc import Sequence
from dataclasses import replace

from django import template

from catalog.models import Bib
from catalog.results.rows import ResultRow
from reservations.waiting_time import waits_for_a_new_reservation

register = template.Library()


@register.simple_tag
def with_waits(rows: Sequence[ResultRow]) -> list[ResultRow]:
    """Add the estimated wait to rows without a free copy; one query for all."""
    rows = list(rows)
    to_wait_for = [row.pk for row in rows if row.is_reservable and row.tone != "good"]
    waits = waits_for_a_new_reservation(to_wait_for)
    return [
        replace(row, availability=f"{row.availability}・{waits[row.pk]}")
        if waits.get(row.pk)
        else row
        for row in rows
    ]


@register.simple_tag
def wait_of(bib: Bib) -> str:
    """Return the wait for a reservation placed now; empty while a copy is free."""
    if bib.status.free_at or not bib.status.circulating:
        return ""
    return waits_for_a_new_reservation([bib.pk]).get(bib.pk, "")
