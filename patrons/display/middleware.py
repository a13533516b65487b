from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from japanese import furigana
from patrons.display.preferences import SIZES, Wishes


def show_as_wished(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: readings stand on every page of whoever wants them, and caches know of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        wishes = Wishes.of(request)
        request.display = wishes  # type: ignore[attr-defined]
        token = furigana.show(wishes.furigana)
        try:
            response = get_response(request)
        finally:
            furigana.as_before(token)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def display(request: HttpRequest) -> dict[str, Any]:
    """For the pages: what is wished, and what can be."""
    return {"display": getattr(request, "display", None), "display_sizes": SIZES}
