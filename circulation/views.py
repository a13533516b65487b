from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from circulation.mypage import overview_of
from patrons.access import PortalRequest, patron_required


@patron_required
@require_GET
def mypage(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/mypage.html", {"overview": overview_of(request.patron)})
