"""The result of a confirmed basket. The session keeps it, so that a reload shows it again."""

from collections.abc import Sequence
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from catalog.display.summaries import all_bib_summaries
from patrons.models import Patron
from reservations.basket_lines import shelves_in_the_library
from reservations.placing import PlacingResult
from reservations.summaries import summaries_of
from reservations.summary_text import bib_text, reservation_texts

SESSION_KEY = "placed"


def remember(session: SessionBase, placings: Sequence[PlacingResult]) -> None:
    """Keep ids and sentences. An empty result (a form sent twice) does not replace the first."""
    if placings:
        session[SESSION_KEY] = {
            "reservations": [p.reservation.pk for p in placings if p.reservation],
            "refused": [[p.bib.pk, [str(r) for r in p.reasons]] for p in placings if p.reasons],
        }


def confirmation_context(session: SessionBase, patron: Patron) -> dict[str, Any]:
    """Return the placed reservations as they are now, and the refused bibs with reasons."""
    kept = session.get(SESSION_KEY, {"reservations": [], "refused": []})
    placed = summaries_of(patron, kept["reservations"])
    reasons = dict(kept["refused"])
    bibs = all_bib_summaries(reasons)
    places = shelves_in_the_library(reasons) if reasons else {}
    return {
        "placed": reservation_texts(placed.open),
        "refused": [
            (bib_text(bibs[pk]), why, "・".join(places.get(pk, [])))
            for pk, why in reasons.items()
            if pk in bibs
        ],
    }
