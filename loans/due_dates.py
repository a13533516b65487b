"""Until when a loan goes (rule 4.1)."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from catalog import opening
from catalog.models import Branch, MaterialType


def due_day(material_type: MaterialType, branch: Branch, *, at: datetime) -> date:
    """The loan period of the material, moved later off the lending branch's closed days."""
    return opening.next_open_day(
        branch, timezone.localdate(at) + timedelta(days=material_type.loan_days)
    )
