"""What the catalogue's lists say to the one who reads them: baskets lie above the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import template

from catalog.results import ResultRow
from reservations.visitor import done_already

register = template.Library()


@register.simple_tag(takes_context=True)
def with_visitor(context: dict[str, Any], rows: Sequence[ResultRow]) -> list[ResultRow]:
    """The rows, each with what the visitor has done with it already."""
    request = context["request"]
    patron = getattr(request, "patron", None)
    done = done_already(patron, request.session, [row.pk for row in rows])
    return [replace(row, mine=done[row.pk]) if row.pk in done else row for row in rows]
