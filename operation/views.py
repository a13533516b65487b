"""運用のようす, for operators."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from circulation.counter.staff_pages import StaffRequest, framed, staff_with
from operation.page import how_it_runs


@staff_with("notifications.view_jobrun")
@require_safe
def operation(request: StaffRequest) -> HttpResponse:
    context = framed(request, "運用のようす", operation=how_it_runs())
    return render(request, "operation/page.html", context)
