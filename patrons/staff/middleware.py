"""The guard of all pages under /admin/ (safety 19)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from patrons import devices
from patrons.origin import DEVICE_COOKIE, comes_from, give_device_cookie
from patrons.staff.forms import StaffLoginForm

FOR_EVERYBODY = {"admin:login", "admin:jsi18n"}
ASKS = {"admin:login", "staff:code", "staff:enrol"}
BEFORE_THE_CODE = {"admin:logout", "staff:code", "staff:enrol"}


class StaffDoor:
    """Ask three questions, in this order.

    1. From where? Outside the library's networks the page does not exist (ADMIN_ADDRESSES).
    2. Who? A visitor who is not staff goes to the staff's own login, never to the patrons'.
    3. Really? Without this session's second factor only the page that asks for it opens.

    A device that has passed all of them is known: strangers who guess at the account do not make it
    wait.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        is_guarded = request.method == "POST" and match is not None and match.view_name in ASKS
        if is_guarded and _has_got_in(request.user):
            token = request.COOKIES.get(DEVICE_COOKIE, "")
            give_device_cookie(response, devices.remember(request.user, token))  # type: ignore[arg-type]
        return response

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Answer a wait on the admin's login page with 429, as other pages do (safety 2)."""
        form = (response.context_data or {}).get("form")
        if isinstance(form, StaffLoginForm) and form.seconds_to_wait:
            response.status_code = 429
            response.headers["Retry-After"] = str(form.seconds_to_wait)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not request.path.startswith(reverse("admin:index")) or match is None:
            return None
        if not _is_inside(request):
            raise Http404
        name, user = match.view_name, request.user
        if name in FOR_EVERYBODY:
            return None
        if not (user.is_active and user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not settings.STAFF_SECOND_FACTOR or name in BEFORE_THE_CODE:
            return None
        if user.is_verified():  # type: ignore[attr-defined]  # django_otp's middleware adds it
            return None
        query = urlencode({"next": request.get_full_path()}, safe="/")
        return redirect(f"{reverse('staff:code')}?{query}")


def _is_inside(request: HttpRequest) -> bool:
    """Return whether the address is in the library's networks; an unknown one (a proxy's socket) is
    not, unless every address is.
    """
    return not settings.ADMIN_ADDRESSES or comes_from(request, settings.ADMIN_ADDRESSES)


def _has_got_in(user: Any) -> bool:
    """Return whether every question is answered; a setting can drop the second factor."""
    if not (user.is_active and user.is_staff):
        return False
    return not settings.STAFF_SECOND_FACTOR or getattr(user, "otp_device", None) is not None
