"""The door of the staff pages: everything under /admin/ (safety 19)."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from akiruno_library.client_address import client_address

FOR_EVERYBODY = {"admin:login", "admin:jsi18n"}
BEFORE_THE_CODE = {"admin:logout", "staff:code", "staff:enrol"}


class StaffDoor:
    """Three questions, in this order.

    1. Where from? Outside the library's networks there is no such page (ADMIN_ADDRESSES).
    2. Who? Whoever is not staff is led to the staff's own login, never to the patrons'.
    3. Really? Without the second factor of this session no page opens but the one that asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
    """An address nobody knows (a socket of a proxy) is inside only where everybody is."""
    if not settings.ADMIN_ADDRESSES:
        return True
    try:
        asking = ip_network(client_address(request))
    except ValueError:
        return False
    ours = [each for each in settings.ADMIN_ADDRESSES if each.version == asking.version]
    return any(each.supernet_of(asking) for each in ours)  # type: ignore[arg-type]
