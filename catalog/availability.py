"""May this be reserved on the web, by what the catalogue alone knows of it (rule 5.1)?"""

from collections.abc import Iterator

from akiruno_library.refusals import Refusal
from catalog.models import BibStatus, MaterialType
from catalog.refusals import CounterOnly, LibraryUseOnly, NoCopyLeft
from catalog.shown import ShownMaterial, ShownStatus


def refusals(
    status: BibStatus | ShownStatus, material_type: MaterialType | ShownMaterial
) -> Iterator[Refusal]:
    """Every reason why nobody may reserve this bib on the web now."""
    if not status.circulating:
        yield LibraryUseOnly() if status.in_library_only else NoCopyLeft()
    if not material_type.reservable_on_web:
        yield CounterOnly(material=material_type.name)


def is_reservable(
    status: BibStatus | ShownStatus, material_type: MaterialType | ShownMaterial
) -> bool:
    return not any(refusals(status, material_type))
