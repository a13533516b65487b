"""The volumes of a work as one line, after other tags have added their data to the rows."""

from collections.abc import Mapping, Sequence

from django import template

from catalog.results.rows import ResultRow
from catalog.results.sets import Entry, WholeSet, gathered

register = template.Library()


@register.simple_tag(name="gathered")
def gathered_rows(rows: Sequence[ResultRow], whole: Mapping[int, WholeSet]) -> list[Entry]:
    return gathered(rows, whole)
