"""The answer to a confirmed basket, kept in the session so that a reload shows it again."""

from collections.abc import Sequence
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from patrons.models import Patron
from reservations.lines import bib_line, bibs_for_lines, reservation_lines, reservations_to_show
from reservations.placing import Placing

SESSION_KEY = "placed"


def remember(session: SessionBase, placings: Sequence[Placing]) -> None:
    """Keep ids and sentences; an empty answer (a form sent twice) leaves the first one standing."""
    if placings:
        session[SESSION_KEY] = {
            "reservations": [p.reservation.pk for p in placings if p.reservation],
            "refused": [[p.bib.pk, [str(r) for r in p.reasons]] for p in placings if p.reasons],
        }


def placed_lines(session: SessionBase, patron: Patron) -> dict[str, Any]:
    """Lines placed, as they stand now, and lines refused with their reasons."""
    kept = session.get(SESSION_KEY, {"reservations": [], "refused": []})
    shown = reservations_to_show(patron).filter(pk__in=kept["reservations"])
    reasons = dict(kept["refused"])
    return {
        "placed": reservation_lines(shown),
        "refused": [(bib_line(bib), reasons[bib.pk]) for bib in bibs_for_lines(list(reasons))],
    }
