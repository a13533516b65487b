"""「上巻を借りています」: the volume after the one that a patron has on loan (rule 5.6)."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from catalog.copies import availability
from catalog.models import Bib
from catalog.results.rows import heading_of
from patrons.models import Patron


@dataclass(frozen=True)
class NextVolume:
    says: str
    bib_id: int
    title: str
    heading: SafeString


def next_volumes(patron: Patron) -> list[NextVolume]:
    """Return the volume after the last one on loan of each set, if it can be reserved.

    It runs three queries for any number of sets.
    """
    on_loan = list(
        Bib.objects.filter(
            copies__loans__patron=patron,
            copies__loans__returned_at__isnull=True,
            volume_set__isnull=False,
        ).order_by("volume_order")
    )
    last = {bib.volume_set_id: bib for bib in on_loan}
    if not last:
        return []
    had = {bib.pk for bib in on_loan}
    had |= set(patron.reservations.open().values_list("bib_id", flat=True))
    following: dict[int | None, Bib] = {}
    for bib in (
        Bib.objects.public()
        .filter(volume_set__in=last)
        .select_related("status", "material_type")
        .order_by("volume_order", "pk")
    ):
        one_on_loan = last[bib.volume_set_id]
        if (bib.volume_order or 0) > (one_on_loan.volume_order or 0):
            following.setdefault(bib.volume_set_id, bib)
    return [
        NextVolume(
            says=f"「{last[volume_set].title_with_volume}」を借りています",
            bib_id=bib.pk,
            title=bib.title_with_volume,
            heading=heading_of(bib),
        )
        for volume_set, bib in following.items()
        if bib.pk not in had and availability.is_reservable(bib.status, bib.material_type)
    ]
