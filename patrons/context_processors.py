from typing import Any

from django.http import HttpRequest


def patron(request: HttpRequest) -> dict[str, Any]:
    """Add the logged-in patron and the terminal to the context of every page."""
    return {
        "patron": getattr(request, "patron", None),
        "on_terminal": getattr(request, "terminal", None),
    }
