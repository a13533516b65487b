from typing import Any

from django.http import HttpRequest


def patron(request: HttpRequest) -> dict[str, Any]:
    return {"patron": getattr(request, "patron", None)}
