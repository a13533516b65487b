"""もう一度予約する: place a cancelled or lapsed reservation again by one press (rule 5.10)."""

from datetime import datetime

from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.models import Reservation
from reservations.placing import PlacingResult, place


def place_again(
    patron: Patron, ended: Reservation, *, at: datetime | None = None
) -> PlacingResult | None:
    """Reserve the same bib as before, at the end of its queue; return None for a request.

    Raises the refusals that concern the patron. The contact method is mail only while there is an
    address.
    """
    if ended.bib is None or ended.is_open:
        return None
    contact = ContactMethod(ended.contact_method)
    # The address may have been removed since then.
    if contact not in patron.contact_methods():
        contact = ContactMethod(patron.contact_method)
    [placing] = place(
        patron, [ended.bib], pickup_branch=ended.pickup_branch, contact_method=contact, at=at
    )
    return placing
