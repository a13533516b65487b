"""Bibs that were merged into others: whoever asks for the old one is led to the one that stays."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BigIntegerField

from catalog.models import Bib, MergedBib


def remember(duplicate: Bib, into: Bib, *, at: datetime) -> None:
    """Within the transaction that deletes the duplicate; who led to it leads further now."""
    duplicate.former.update(bib=into)
    MergedBib.objects.create(
        number=duplicate.pk,
        source=duplicate.source,
        source_key=duplicate.source_key,
        bib=into,
        merged_at=at,
    )


def now_found_as(numbers: Iterable[int]) -> dict[int, int]:
    """Of these numbers those that are another bib's now."""
    asked = [number for number in numbers if number <= BigIntegerField.MAX_BIGINT]
    rows = MergedBib.objects.filter(number__in=asked)
    return dict(rows.values_list("number", "bib_id"))
