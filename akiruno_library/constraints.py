"""The name of the constraint that refused a write. In a race the database decides."""

from django.db import IntegrityError


def broken_constraint(error: IntegrityError) -> str:
    """Return the name of the violated constraint; empty if there is none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
