"""What the catalogue's lists say to the one who reads them: baskets lie above the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html

from catalog.results.rows import ResultRow
from reservations.visitor import IN_THE_BASKET, ON_LOAN, RESERVED, visitor_statuses

SEEN_AT = {
    IN_THE_BASKET: "reservations:basket",
    RESERVED: "reservations:list",
    ON_LOAN: "circulation:loans",
}
register = template.Library()


@register.simple_tag(takes_context=True)
def with_visitor(context: dict[str, Any], rows: Sequence[ResultRow]) -> list[ResultRow]:
    """The rows, each with what the visitor has done with it already."""
    request = context["request"]
    patron = getattr(request, "patron", None)
    done = visitor_statuses(patron, request.session, [row.pk for row in rows])
    links = {
        words: format_html('<a href="{}">{}</a>', reverse(SEEN_AT[words]), words)
        for words in set(done.values())
    }
    return [replace(row, mine=links[done[row.pk]]) if row.pk in done else row for row in rows]
