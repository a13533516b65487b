"""新着: bibs by the day of their first accepted copy (rule 7.4), the newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict
from django.utils import timezone

from akiruno_library import policy
from catalog.browsing.genres import GENRES, in_genre
from catalog.browsing.lists import Choice, ListRequest, page_of_rows
from catalog.models import BibStatus, Branch, MaterialType
from catalog.results.rows import ResultRow
from japanese.date_format import spoken_day, unbroken


def arrivals_page(
    path: str, parameters: QueryDict, *, at: datetime | None = None
) -> dict[str, Any]:
    choices = [Choice("分野", "genre", GENRES), material_choice()]
    list_request = ListRequest.read(path, parameters, choices)
    came = arrivals(**list_request.chosen, at=at)
    days = came[list_request.span()]
    page = page_of_rows(
        list_request, [bib for bib, _ in days], len(came), list(Branch.objects.all())
    )
    rows = list(by_month(page["rows"], dict(days), at))  # type: ignore[arg-type]
    return page | {"rows": rows, "groups": list_request.groups(choices)}


def material_choice() -> Choice:
    names = MaterialType.objects.values_list("code", "name")
    return Choice("資料形態", "material", dict(names))


def arrivals(
    genre: str = "", material: str = "", *, at: datetime | None = None
) -> list[tuple[int, date]]:
    """Return (bib, day), at most NEW_REACHABLE: few enough to count and page by slicing."""
    since = timezone.localdate(at) - policy.NEW_FOR
    wanted = in_genre(genre) if genre else Q()
    if material:
        wanted &= Q(bib__material_type__code=material)
    came = BibStatus.objects.filter(wanted, first_accepted_on__gt=since, bib__hidden=False)
    newest = came.order_by(F("first_accepted_on").desc(), "-pk").values_list(
        "pk", "first_accepted_on"
    )
    return [(bib, day) for bib, day in newest[: policy.NEW_REACHABLE] if day]


def by_month(
    rows: Iterable[ResultRow], days: dict[int, date], at: datetime | None
) -> Iterator[ResultRow]:
    """Yield each row with its day, and a heading where a month begins."""
    month = ""
    for row in rows:
        day = days[row.pk]
        this_month = f"{day.year}年{day.month}月"
        heading = this_month if this_month != month else ""
        month = this_month
        yield replace(
            row, group=heading, note=unbroken(f"{spoken_day(day, at=at)}に受け入れました")
        )
