"""Merged bibs: the number of a deleted duplicate leads to the bib that stays."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BigIntegerField

from catalog.models import Bib, MergedBib


def remember(duplicate: Bib, into: Bib, *, at: datetime) -> None:
    """Record the merge, in the transaction that deletes the duplicate.

    Bibs that were merged into the duplicate earlier now point to `into`, so that no redirect has
    two steps.
    """
    duplicate.merged_numbers.update(bib=into)
    MergedBib.objects.create(
        number=duplicate.pk,
        source=duplicate.source,
        source_key=duplicate.source_key,
        bib=into,
        merged_at=at,
    )


def now_found_as(numbers: Iterable[int]) -> dict[int, int]:
    """Return old number → present bib, for the numbers that were merged."""
    # PostgreSQL raises an error for a number beyond bigint, which any URL may contain.
    storable = [number for number in numbers if number <= BigIntegerField.MAX_BIGINT]
    rows = MergedBib.objects.filter(number__in=storable)
    return dict(rows.values_list("number", "bib_id"))
