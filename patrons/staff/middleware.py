"""The door of the staff pages: everything under /admin/ (safety 19)."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

OPEN = {"admin:login", "admin:jsi18n"}


class StaffDoor:
    """Whoever is not staff is led to the staff's own login, never to the patrons'."""

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
        if match.view_name in OPEN or (request.user.is_active and request.user.is_staff):
            return None
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
