"""利用統計: loans, reservations, registrations and visits as charts, tables and CSV (rule 9.3)."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from akiruno_library import policy
from akiruno_library.spreadsheets import csv_response
from catalog.calendar.year_calendar import school_year_of
from catalog.models.statistics import Kind
from catalog.statistics.report import BY, OF_MATERIAL, FigureTable, figure_table
from circulation.counter.staff_pages import StaffRequest, framed, staff_with
from circulation.library.charts import chart_of

readers = staff_with("catalog.view_figure")


@readers
@require_safe
def figures(request: StaffRequest) -> HttpResponse:
    table = _table_of(request.GET)
    context = framed(
        request,
        table.name,
        table=table,
        kinds=[(kind.value, kind.label) for kind in Kind],
        ways=[(by, words) for by, words in BY.items() if _fits(table.kind, by)],
        before=table.year - 1,
        after=table.year + 1,
        smallest=policy.SMALLEST_PUBLIC_FIGURE,
        query=f"kind={table.kind}&by={table.by}&year={table.year}",
    )
    return render(request, "circulation/library/figures.html", context)


@readers
@require_safe
def chart(request: StaffRequest) -> HttpResponse:
    return HttpResponse(chart_of(_table_of(request.GET)), content_type="image/svg+xml")


@readers
@require_safe
def file(request: StaffRequest) -> HttpResponse:
    table = _table_of(request.GET)
    rows = [[line.name, *(cell or "" for cell in line.cells)] for line in table.lines]
    name = f"toukei-{table.year}-{table.kind}-{table.by}"
    return csv_response(name, [BY[table.by], *table.months], rows)


def _table_of(query: QueryDict) -> FigureTable:
    """Read the URL. Invalid values become the loans of this year by branch."""
    name = query.get("kind", "")
    kind = Kind(name) if name in Kind.values else Kind.LOAN
    by = query.get("by", "")
    if not _fits(kind, by):
        by = "branch"
    return figure_table(kind, by, school_year_of(query.get("year", "")))


def _fits(kind: Kind, by: str) -> bool:
    return by == "branch" or (by in BY and kind in OF_MATERIAL)
