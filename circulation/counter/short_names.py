"""Short names of patrons for slips and lists (rule 9.2)."""

from patrons.models import Patron


def short_name(patron: Patron | None) -> str:
    """Return a name that people who pass the shelf cannot identify."""
    if patron is None:
        return ""
    name = patron.name_reading or patron.name
    parts = name.split()
    return f"{parts[0]}・{parts[1][0]}" if len(parts) > 1 else name[:3]
