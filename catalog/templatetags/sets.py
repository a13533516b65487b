"""The volumes of a work as one line, once the tags before have told what they know of each row."""

from collections.abc import Mapping, Sequence

from django import template

from catalog.results.rows import ResultRow
from catalog.results.sets import Entry, WholeSet, gathered

register = template.Library()


@register.simple_tag(name="gathered")
def gathered_rows(rows: Sequence[ResultRow], whole: Mapping[int, WholeSet]) -> list[Entry]:
    return gathered(rows, whole)
