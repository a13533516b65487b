"""設定: the defaults of a patron's searches and reservations (rule 6.3)."""

from catalog.models import Branch, MaterialType
from patrons.models import Patron
from patrons.models.patron import ContactMethod


def keep_settings(
    patron: Patron,
    *,
    search_branch: Branch | None,
    search_material: MaterialType | None,
    search_sort: str,
    search_per_page: int | None,
    pickup_branch: Branch | None,
    contact_method: ContactMethod,
) -> None:
    """Save the settings. Reservations that were placed before keep their own values."""
    Patron.objects.filter(pk=patron.pk).update(
        search_branch=search_branch,
        search_material=search_material,
        search_sort=search_sort,
        search_per_page=search_per_page,
        pickup_branch=pickup_branch,
        contact_method=contact_method,
    )
