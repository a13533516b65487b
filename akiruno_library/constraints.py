"""Which named constraint stopped a write: the last word in every race belongs to PostgreSQL."""

from django.db import IntegrityError


def broken_constraint(error: IntegrityError) -> str:
    """The name of the violated constraint, or an empty string when the database gave none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
