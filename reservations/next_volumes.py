"""「上巻を借りています」: the volume after the one that a patron has on loan (rule 5.6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from catalog.copies import web_eligibility
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
    bibs_on_loan = Bib.objects.filter(
        copies__loans__patron=patron,
        copies__loans__returned_at__isnull=True,
        volume_set__isnull=False,
    )
    on_loan = list(bibs_on_loan.order_by("volume_order"))
    if not on_loan:
        return []
    had = {bib.pk for bib in on_loan}
    had |= set(patron.reservations.open().values_list("bib_id", flat=True))
    return [
        _next_volume(last, bib)
        for last, bib in _volumes_after(on_loan)
        if bib.pk not in had and web_eligibility.is_reservable(bib.status, bib.material_type)
    ]


def _volumes_after(on_loan: Sequence[Bib]) -> list[tuple[Bib, Bib]]:
    """Return the last volume on loan of each set with the volume after it."""
    last = {bib.volume_set_id: bib for bib in on_loan}
    volumes = Bib.objects.public().filter(volume_set__in=last)
    following: dict[int | None, tuple[Bib, Bib]] = {}
    for bib in volumes.select_related("status", "material_type").order_by("volume_order", "pk"):
        before = last[bib.volume_set_id]
        if (bib.volume_order or 0) > (before.volume_order or 0):
            following.setdefault(bib.volume_set_id, (before, bib))
    return list(following.values())


def _next_volume(last: Bib, bib: Bib) -> NextVolume:
    return NextVolume(
        says=f"「{last.title_with_volume}」を借りています",
        bib_id=bib.pk,
        title=bib.title_with_volume,
        heading=heading_of(bib),
    )
