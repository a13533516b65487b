"""One log line for each request: page, status and duration; no person and no parameters."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from akiruno_library import metrics
from akiruno_library.logs import request_id

logger = logging.getLogger(__name__)
Page = Callable[[HttpRequest], HttpResponse]
# The form of nginx's $request_id. Any other text could put a visitor's words into the log.
FROM_OUR_PROXY = re.compile(r"[0-9a-f]{32}")


def write_down_each_request(get_response: Page) -> Page:
    """The outermost middleware: gives the request the id of all its log lines."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if FROM_OUR_PROXY.fullmatch(given) else uuid.uuid4().hex)
        begun = time.perf_counter()
        try:
            response = get_response(request)
            seconds = time.perf_counter() - begun
            page = request.resolver_match.view_name if request.resolver_match else "no page"
            metrics.count_request(page, request.method or "", response.status_code, seconds)
            logger.info(
                "%s %s %s",
                request.method,
                page,
                response.status_code,
                extra={"ms": round(seconds * 1000, 1)},
            )
            response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    return middleware
