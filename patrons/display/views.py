from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrons.access import PortalRequest
from patrons.display.preferences import DisplayPreferences
from patrons.same_origin import from_our_own_pages


@login_not_required
@never_cache
@require_POST
@from_our_own_pages
def change(request: PortalRequest) -> HttpResponse:
    """One press in 文字・ふりがな; back to the page it was pressed on."""
    response = redirect(_page_before(request))
    DisplayPreferences.of(request).changed(request.POST).keep(request, response)
    return response


def _page_before(request: PortalRequest) -> str:
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if ours else resolve_url("catalog:home")
