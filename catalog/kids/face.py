"""Makes a page a children's page: always with furigana, whatever the visitor's setting."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from japanese import furigana


def for_children(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_not_required
    @require_safe
    @wraps(view)
    def with_readings(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = furigana.show(True)
        try:
            return view(request, *args, **kwargs)
        finally:
            furigana.as_before(token)

    return with_readings
