"""The common part of all URLs for programs."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from catalog.refusals import SearchUnavailable

View = Callable[..., HttpResponse]
RETRY_AFTER_SECONDS = 60


def open_to_programs(*, fresh_for: timedelta) -> Callable[[View], View]:
    """Open a view to every site, without cookie or session; caches may keep the answer."""

    def decorate(view: View) -> View:
        @login_not_required
        @require_safe
        @conditional_page
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except SearchUnavailable as refusal:
                response = HttpResponse(f"{refusal}\n", "text/plain; charset=utf-8", status=503)
            return _with_cache_headers(response, fresh_for)

        return opened

    return decorate


def _with_cache_headers(response: HttpResponse, fresh_for: timedelta) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 200:
        patch_cache_control(response, public=True, max_age=int(fresh_for.total_seconds()))
    else:
        patch_cache_control(response, no_store=True)
    if response.status_code == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
