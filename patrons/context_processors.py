from typing import Any

from django.http import HttpRequest


def patron(request: HttpRequest) -> dict[str, Any]:
    """Who is here, and whether at a terminal in the library."""
    return {
        "patron": getattr(request, "patron", None),
        "on_terminal": getattr(request, "terminal", None),
    }
