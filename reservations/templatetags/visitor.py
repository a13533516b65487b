"""What result lists of the catalogue say to the visitor about basket, reservations and loans.

It is a tag because the catalogue lies below the reservations and must not import them.
"""

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
    """Return the rows, each with its status for the visitor."""
    request = context["request"]
    patron = getattr(request, "patron", None)
    done = visitor_statuses(patron, request.session, [row.pk for row in rows])
    links = {
        words: format_html('<a href="{}">{}</a>', reverse(SEEN_AT[words]), words)
        for words in set(done.values())
    }
    return [replace(row, mine=links[done[row.pk]]) if row.pk in done else row for row in rows]
