from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from akiruno_library.safe_next import go_on
from patrons.access import PortalRequest
from patrons.display.preferences import DisplayPreferences
from patrons.same_origin import from_our_own_pages


@login_not_required
@never_cache
@require_POST
@from_our_own_pages
def change(request: PortalRequest) -> HttpResponse:
    """Apply one press in 文字・ふりがな and return to the page it came from."""
    response = go_on(request, "catalog:home")
    DisplayPreferences.of(request).changed(request.POST).keep(request, response)
    return response
