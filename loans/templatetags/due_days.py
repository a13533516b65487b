"""When the copies on the page of a bib are due back: loans lie above the catalogue."""

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
    """One query for all copies of the page; none when each of them is in."""
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
