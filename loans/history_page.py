"""The page /mypage/history/: entries by month, found by words, in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from akiruno_library import policy
from akiruno_library.paging import Paging, paging
from japanese.date_format import WEEKDAYS
from japanese.furigana import with_reading
from japanese.normalise import fold
from loans.models import HistoryEntry
from patrons.models import Patron


@dataclass(frozen=True)
class HistorySummary:
    pk: int
    title: str
    heading: SafeString
    authors: str
    lent: str
    url: str


@dataclass(frozen=True)
class Month:
    name: str  # 2026年11月
    lines: list[HistorySummary]


@dataclass(frozen=True)
class HistoryPage:
    words: str
    total: int  # of what was found
    kept: int  # of all entries
    months: list[Month]
    paging: Paging


def history_page(patron: Patron, *, words: str, page: int) -> HistoryPage:
    words = words.strip()[: policy.QUERY_MAX_CHARACTERS]
    kept = patron.history.count()
    found = matching(patron, words)
    total = found.count() if words else kept
    size = policy.HISTORY_PER_PAGE
    last = max(1, -(-total // size))
    page = min(max(page, 1), last)
    entries = found[(page - 1) * size : page * size]
    return HistoryPage(
        words=words,
        total=total,
        kept=kept,
        months=list(_by_month(entries)),
        paging=paging(page, last, lambda number: _address(words, number)),
    )


def matching(patron: Patron, words: str) -> QuerySet[HistoryEntry]:
    found = patron.history.containing(fold(words).split()[: policy.QUERY_MAX_TERMS])
    return found.annotate(
        bib_is_public=Q(bib__hidden=False), of_bib=F("bib__title"), reading=F("bib__title_reading")
    )


def _by_month(entries: QuerySet[HistoryEntry]) -> Iterator[Month]:
    for (year, month), group in groupby(entries, lambda e: (e.lent_on.year, e.lent_on.month)):
        yield Month(f"{year}年{month}月", [_line(entry) for entry in group])


def _line(entry: HistoryEntry) -> HistorySummary:
    day = entry.lent_on
    has_a_page = entry.bib_is_public  # type: ignore[attr-defined]
    return HistorySummary(
        pk=entry.pk,
        title=entry.title,
        heading=_heading(entry),
        authors=entry.authors,
        lent=f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})",
        url=reverse("catalog:detail", args=[entry.bib_id]) if has_a_page else "",
    )


def _heading(entry: HistoryEntry) -> SafeString:
    """Put furigana on the title. The volume after it has no reading."""
    title = entry.of_bib or ""  # type: ignore[attr-defined]
    if not title or not entry.title.startswith(title):
        return with_reading(entry.title, "")
    named = with_reading(title, entry.reading or "")  # type: ignore[attr-defined]
    return format_html("{}{}", named, entry.title[len(title) :])


def _address(words: str, page: int) -> str:
    parameters = {"q": words} if words else {}
    if page > 1:
        parameters["page"] = str(page)
    return "?" + urlencode(parameters) if parameters else reverse("loans:history")
