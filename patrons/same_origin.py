"""A guard for forms that have no CSRF token (safety 14).

A token for the basket before login would need a cookie on every page of results, for every visitor
and crawler. The end of a visit on a terminal must work from a page whose token is outdated.
"""

import functools
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from patrons.access import View


def from_our_own_pages(view: View) -> View:
    """Refuse a POST from another site; every current browser sends where a form came from."""

    @csrf_exempt
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _same_origin(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
