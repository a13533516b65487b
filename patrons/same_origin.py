"""A guard for forms that have no CSRF token before a login (safety 14).

A token for the basket before login would need a cookie on every page of results, for every visitor
and crawler. The end of a visit on a terminal must work from a page whose token is outdated.
"""

import functools
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from akiruno_library.safe_next import go_on
from patrons.access import PortalRequest, View

OPENED_BEFORE = (
    "この画面は、ログインの前に開いたものでした。まだ何も変えていません。もう一度押してください。"
)


def from_this_site(view: View) -> View:
    """Refuse a POST from another site; every current browser sends where a form came from."""

    @csrf_exempt
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not _same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def from_our_own_pages(view: View) -> View:
    """Refuse a POST from another site; of a patron the form must hold a token as well.

    A page that was opened before the login has none: it is shown anew, with a sentence.
    """

    @from_this_site
    @functools.wraps(view)
    def guarded(request: PortalRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and request.patron and not _has_token(request):
            messages.warning(request, OPENED_BEFORE)
            return go_on(request, "catalog:home")
        return view(request, *args, **kwargs)

    return guarded


def _same_origin(request: HttpRequest) -> bool:
    """Scheme, host and port are those of this site; a browser that says nothing is believed."""
    # Browsers send `none` for what the visitor starts outside any page, such as a reload.
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return True
    found = urlsplit(source)
    here = f"{request.scheme}://{request.get_host()}"
    return f"{found.scheme}://{found.netloc}" in (here, *settings.CSRF_TRUSTED_ORIGINS)


class _Token(CsrfViewMiddleware):
    """Django's own check, without its page and its line in the log."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def _has_token(request: HttpRequest) -> bool:
    check = _Token(lambda request: HttpResponse())
    return check.process_view(request, None, (), {}) is None  # type: ignore[arg-type]
