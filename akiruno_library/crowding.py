"""Answers 429 to an address that requests more pages than people read.

Token buckets in the memory of each process (safety 22) need no shared state, no cleaning and no
connection. Patrons, staff and terminals are not limited.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from akiruno_library import metrics, policy
from akiruno_library.client_address import client_address

Page = Callable[[HttpRequest], HttpResponse]
UNCOUNTED = ("/healthz", "/readyz", "/metrics")
WHILE_TYPING = ("/search/suggest/", "/kids/suggest/")


@dataclass
class Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """One bucket for each recent address; the least recent is dropped."""

    def __init__(self, *, rate: float, size: float, most: int = 20_000) -> None:
        self.rate, self.size, self.most = rate, size, most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        # The threads of a gunicorn worker share the dictionary.
        self._alone = threading.Lock()

    def seconds_to_wait(self, address: str, cost: float, *, now: float) -> float:
        """Take `cost` tokens and return 0, or return the seconds until they are available."""
        with self._alone:
            bucket = self._buckets.pop(address, None) or Bucket(self.size, now)
            self._buckets[address] = bucket
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
            elapsed = max(now - bucket.filled_at, 0.0)
            bucket.tokens = min(bucket.tokens + elapsed * self.rate, self.size)
            bucket.filled_at = now
            if bucket.tokens < cost:
                return (cost - bucket.tokens) / self.rate
            bucket.tokens -= cost
            return 0.0


def bound_each_address(get_response: Page) -> Page:
    """Middleware, after those that identify patrons, staff and terminals."""
    if not settings.PAGES_A_SECOND:
        raise MiddlewareNotUsed
    buckets = Buckets(
        rate=settings.PAGES_A_SECOND / settings.WEB_WORKERS,
        size=policy.PAGES_AT_ONCE / settings.WEB_WORKERS,
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in UNCOUNTED:
            return get_response(request)
        cost = policy.COST_OF_A_SUGGESTION if request.path in WHILE_TYPING else 1.0
        wait = buckets.seconds_to_wait(client_address(request), cost, now=time.monotonic())
        if wait and not _is_known(request):
            metrics.throttled.labels("pages").inc()
            return too_many(wait)
        return get_response(request)

    return middleware


def too_many(wait_seconds: float) -> HttpResponse:
    """Return a 429 page that says when to try again."""
    seconds = max(math.ceil(wait_seconds), 1)
    page = render_to_string("429.html", {"seconds": seconds})
    # Not stored: a cache must not show the limit of one visitor to others.
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(page, status=429, headers=headers)


def _is_known(request: HttpRequest) -> bool:
    return bool(getattr(request, "terminal", None)) or request.user.is_authenticated
