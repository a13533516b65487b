"""The due dates of the copies on the page of a bib.

It is a tag because the catalogue lies below the loans and must not import them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django import template
from django.utils import timezone

from catalog.bib_page.page import CopyLine
from japanese.date_format import spoken_day, unbroken
from loans.models import Loan

register = template.Library()


@register.simple_tag
def with_due_days(lines: Sequence[CopyLine]) -> list[CopyLine]:
    """Add the due dates of lent copies; one query for all, none when no copy is lent."""
    lent = [line.pk for line in lines if line.is_on_loan]
    if not lent:
        return list(lines)
    loans = Loan.objects.open().filter(copy__in=lent)
    due = dict(loans.values_list("copy_id", "due_on"))
    today = timezone.localdate()
    return [
        replace(line, state=_lent_until(due[line.pk], today)) if line.pk in due else line
        for line in lines
    ]


def _lent_until(due_on: date, today: date) -> str:
    if due_on < today:
        return "貸出中(返却が遅れています)"
    return unbroken(f"貸出中 {spoken_day(due_on)}まで")
