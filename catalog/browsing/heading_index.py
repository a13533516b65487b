"""Authors and series: an index by kana, and the bibs of one heading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, DecimalField, F, Func, QuerySet
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import reverse

from catalog.browsing.lists import Choice, ListRequest, page_of_rows
from catalog.models import Bib, Branch, Contribution, Contributor, Series
from catalog.models.headings import KANA
from catalog.results.filters import Link
from japanese.collation import collation_key

ROWS = [KANA[at : at + 5] for at in range(0, 35, 5)] + ["ヤユヨ", "ラリルレロ", "ワヲン"]
OTHERS = "others"  # headings in other scripts without a reading
HEADINGS_ON_A_PAGE = 100


@dataclass(frozen=True)
class Heading:
    words: str
    reading: str
    url: str
    count: int


def drawers(path: str, now: str) -> list[list[Link]]:
    """Return links あ い う え お, row by row; headings without kana come last."""
    rows = [
        [Link(hiragana(kana), f"{path}?kana={kana}#drawer", is_chosen=kana == now) for kana in row]
        for row in ROWS
    ]
    return [*rows, [Link("その他", f"{path}?kana={OTHERS}#drawer", is_chosen=now == OTHERS)]]


def hiragana(kana: str) -> str:
    return "その他" if kana == OTHERS else chr(ord(kana) - 0x60)


def headings_page(path: str, parameters: QueryDict, headings: QuerySet) -> dict[str, Any]:
    """Return the index, with the headings of one kana if one is chosen."""
    choice = Choice("", "kana", dict.fromkeys([*KANA, OTHERS], ""))
    list_request = ListRequest.read(path, parameters, [choice])
    kana = list_request.chosen.get("kana", "")
    page = {"drawers": drawers(path, kana), "drawer": hiragana(kana) if kana else ""}
    if not kana:
        return page
    filed = headings.filter(kana="" if kana == OTHERS else kana)
    ordered = in_kana_order(filed)
    on_page = filed.in_bulk(ordered[list_request.span(HEADINGS_ON_A_PAGE)])
    return page | {
        "headings": _counted([on_page[pk] for pk in ordered if pk in on_page]),
        "paging": list_request.paging(len(ordered), HEADINGS_ON_A_PAGE),
        "first_page": list_request.address(),
    }


def in_kana_order(headings: QuerySet) -> list[int]:
    """Return the ids by JIS X 4061, which the collation of the database does not know."""
    readings = headings.order_by("pk").values_list("pk", "reading")
    return [pk for pk, _ in sorted(readings, key=lambda row: (collation_key(row[1]), row[0]))]


def _counted(headings: Sequence[Contributor | Series]) -> list[Heading]:
    if not headings:
        return []
    of_authors = isinstance(headings[0], Contributor)
    parent, name = ("contributor", "author") if of_authors else ("series", "series")
    bibs: Any = Bib.objects.public()
    if of_authors:
        bibs = Contribution.objects.filter(bib__hidden=False)
    one = "bib" if of_authors else "pk"
    counted = (
        bibs.filter(**{f"{parent}__in": [heading.pk for heading in headings]})
        .order_by()
        .values_list(parent)
        .annotate(number=Count(one, distinct=True))
    )
    numbers = dict(counted)
    return [
        Heading(
            str(heading),
            heading.reading,
            reverse(f"browsing:{name}", args=[heading.pk]),
            numbers.get(heading.pk, 0),
        )
        for heading in headings
    ]


def author_page(author: Contributor, path: str, parameters: QueryDict) -> dict[str, Any]:
    """Sort by year, the newest first; volumes of one year in order."""
    bibs = (
        Bib.objects.public()
        .filter(pk__in=author.contributions.values("bib"))
        .order_by(F("year").desc(nulls_last=True), "title_reading", "volume_order", "pk")
    )
    page = _bibs_page(ListRequest.read(path, parameters), bibs)
    return page | {"author": author, "drawer": hiragana(author.kana or OTHERS)}


def series_page(series: Series, path: str, parameters: QueryDict) -> dict[str, Any]:
    """Sort by number within the series; bibs without a number come last."""
    page = _bibs_page(ListRequest.read(path, parameters), in_series_order(series.bibs.public()))
    on_page = series.bibs.filter(pk__in=[row.pk for row in page["rows"]])
    numbers = dict(on_page.values_list("pk", "series_number"))
    return page | {
        "series": series,
        "drawer": hiragana(series.kana or OTHERS),
        "rows": [replace(row, mark=numbers[row.pk]) for row in page["rows"]],
    }


def in_series_order(bibs: QuerySet[Bib]) -> QuerySet[Bib]:
    number = Cast(_FirstNumber("series_number"), DecimalField(max_digits=200, decimal_places=0))
    return bibs.order_by(number.asc(nulls_last=True), "volume_order", "title_reading", "pk")


class _FirstNumber(Func):
    """The first number in a text: 12 of 第１２巻."""

    template = (
        "substring(translate(%(expressions)s, '０１２３４５６７８９', '0123456789') from '[0-9]+')"
    )


def _bibs_page(list_request: ListRequest, bibs: QuerySet[Bib]) -> dict[str, Any]:
    ids = list(bibs.values_list("pk", flat=True)[list_request.span()])
    return page_of_rows(list_request, ids, bibs.count(), list(Branch.objects.all()))
