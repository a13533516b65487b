"""おすすめのリスト: the books as rows, with the comments of staff."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Branch, ReadingList
from catalog.results.rows import rows_of
from japanese.furigana import spelled


def lists_seen_by(request: HttpRequest) -> QuerySet[ReadingList]:
    """Lists are visible from their first day on; staff see them before."""
    return ReadingList.objects.all() if request.user.is_staff else ReadingList.objects.begun()


def reading_list_page(chosen: ReadingList, path: str) -> dict[str, Any]:
    comments = dict(chosen.entries.values_list("bib", "comment"))
    rows = rows_of(list(comments), Branch.objects.all())
    return {
        "list": chosen,
        "heading": spelled(chosen.title),
        "rows": [replace(row, note=spelled(comments[row.pk])) for row in rows],
        "total": f"{len(rows)}点" if rows else "",
        "first_page": path,
        "here": path,
    }
