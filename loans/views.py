from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.messages import Kind, tell
from akiruno_library.refusals import Refusal
from akiruno_library.spreadsheets import csv_response
from loans import history as reading_history
from loans.history_page import history_page
from patrons.access import PortalRequest, patron_required
from patrons.privileges import closed_refusals

LONGEST_PAGE_NUMBER = 6


@patron_required
@require_safe
def history(request: PortalRequest) -> HttpResponse:
    if closed := list(closed_refusals(request.patron)):
        return render(request, "loans/history.html", {"closed": closed})
    number = request.GET.get("page", "")[:LONGEST_PAGE_NUMBER]
    page = history_page(
        request.patron,
        words=request.GET.get("q", ""),
        page=int(number) if number.isdecimal() else 1,
    )
    return render(request, "loans/history.html", {"history": page})


def history_verb(view: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Make a view of a verb: do it, say what was done, and go back to the page."""

    @patron_required
    @require_POST
    def press(request: PortalRequest, **which: Any) -> HttpResponse:
        try:
            tell(request, Kind.SUCCESS, view(request, **which))
        except Refusal as refusal:
            tell(request, Kind.WARNING, str(refusal))
        return redirect("loans:history")

    return press


@history_verb
def consent(request: PortalRequest) -> str:
    reading_history.consent(request.patron)
    return "読書履歴を残します。これから借りる資料を記録します。"


@history_verb
def withdraw(request: PortalRequest) -> str:
    reading_history.withdraw(request.patron)
    return "読書履歴をすべて消し、記録をやめました。"


@history_verb
def delete_all(request: PortalRequest) -> str:
    reading_history.delete_all(request.patron)
    return "読書履歴をすべて消しました。これから借りる資料は、また記録します。"


@history_verb
def delete_entry(request: PortalRequest, pk: int) -> str:
    entry = get_object_or_404(request.patron.history, pk=pk)
    reading_history.delete_entry(entry)
    return f"「{entry.title}」を読書履歴から消しました。"


@patron_required
@require_safe
def export(request: PortalRequest) -> HttpResponse:
    if any(closed_refusals(request.patron)):
        return redirect("loans:history")
    entries = request.patron.history.values_list("lent_on", "title", "authors")
    return csv_response("dokusho-rireki", ["借りた日", "題名", "著者"], entries.iterator(1000))
