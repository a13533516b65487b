"""The components of the pages in every state, for staff and for the demo."""

from types import SimpleNamespace

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SAMPLE_BOOKS = [
    SimpleNamespace(
        title="坂の上の雲", author="司馬遼太郎", volume="8", ndc="913.6", material="図書"
    ),
    SimpleNamespace(
        title="ぐりとぐら", author="中川李枝子", volume="", ndc="726.6", material="絵本"
    ),
]


def show_components(request: HttpRequest) -> HttpResponse:
    return render(request, "components_sheet.html", {"rows": SAMPLE_BOOKS})


@login_not_required
@staff_member_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return show_components(request)
