"""Whether the catalogue's data allow a reservation of a bib on the web (rule 5.1)."""

from collections.abc import Iterator

from akiruno_library.refusals import Refusal
from catalog.display.summaries import MaterialSummary, StatusSummary
from catalog.models import BibStatus, MaterialType
from catalog.refusals import CounterOnly, LibraryUseOnly, NoCopyLeft, OnlyOnOrder


def refusals(
    status: BibStatus | StatusSummary, material_type: MaterialType | MaterialSummary
) -> Iterator[Refusal]:
    """Yield every reason why no patron can reserve this bib on the web now."""
    if not status.circulating:
        yield _why_none_is_lent(status)
    if not material_type.reservable_on_web:
        yield CounterOnly(material=material_type.name)


def _why_none_is_lent(status: BibStatus | StatusSummary) -> Refusal:
    if status.in_library_only:
        return LibraryUseOnly()
    return OnlyOnOrder() if status.on_order else NoCopyLeft()


def is_reservable(
    status: BibStatus | StatusSummary, material_type: MaterialType | MaterialSummary
) -> bool:
    return not any(refusals(status, material_type))
