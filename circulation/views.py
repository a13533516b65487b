from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from circulation.mypage import overview_of
from patrons.access import patron_required


@patron_required
@require_GET
def mypage(request: HttpRequest) -> HttpResponse:
    return render(request, "circulation/mypage.html", {"overview": overview_of(request.patron)})
