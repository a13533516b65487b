from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from japanese import furigana
from patrons.display.preferences import SIZES, DisplayPreferences


def apply_display_preferences(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: show furigana where the reader wants it, and tell caches that pages differ."""

    def middleware(request: HttpRequest) -> HttpResponse:
        preferences = DisplayPreferences.of(request)
        request.display = preferences  # type: ignore[attr-defined]
        token = furigana.show(preferences.furigana)
        try:
            response = get_response(request)
        finally:
            furigana.as_before(token)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def display(request: HttpRequest) -> dict[str, Any]:
    """Add the preferences and the possible sizes to the context of every page."""
    return {"display": getattr(request, "display", None), "display_sizes": SIZES}
