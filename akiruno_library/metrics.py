"""Figures for monitoring in the Prometheus format, at /metrics.

Counters of a process (requests, searches) are summed over the processes of a machine through
PROMETHEUS_MULTIPROC_DIR. Gauges from the database are computed at each read; each app registers its
own in its AppConfig.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

Page = Callable[[HttpRequest], HttpResponse]
PATH = "/metrics"
SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 3, 6)
requests = Counter("akiruno_requests", "Requests answered", ["page", "method", "status"])
request_seconds = Histogram("akiruno_request_seconds", "Time of a page", ["page"], buckets=SECONDS)
search_seconds = Histogram("akiruno_search_seconds", "Time of the engine", buckets=SECONDS)
throttled = Counter("akiruno_throttled", "Asked to wait for coming too often", ["what"])
COUNTED = (requests, request_seconds, search_seconds, throttled)


def count_request(page: str, method: str, status: int, seconds: float) -> None:
    requests.labels(page, method if method in ("GET", "POST", "HEAD") else "other", status).inc()
    request_seconds.labels(page).observe(seconds)


@dataclass(frozen=True)
class Figure:
    """A value and its labels: Figure(3, {"state": "waiting"})."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)


Reader = Callable[[], Iterable[Figure]]
_gauges: dict[str, tuple[str, Reader]] = {}


def gauge(name: str, meaning: str) -> Callable[[Reader], Reader]:
    """Register a function that computes the gauge `name` at each read."""

    def register(reader: Reader) -> Reader:
        _gauges[f"akiruno_{name}"] = (meaning, reader)
        return reader

    return register


def measured_now() -> dict[str, float]:
    """Return the registered gauges by name and labels."""
    return {
        ":".join([name, *figure.labels.values()]): figure.value
        for name, (_, reader) in sorted(_gauges.items())
        for figure in reader()
    }


def counted() -> CollectorRegistry:
    """Return the counters of all processes of this machine since their start."""
    of_processes = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # gunicorn's workers; elsewhere there is only us
        MultiProcessCollector(of_processes)
    else:
        for each in COUNTED:
            of_processes.register(each)
    return of_processes


class _MeasuredNow(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (meaning, reader) in sorted(_gauges.items()):
            figures = list(reader())
            labels = sorted(figures[0].labels) if figures else []
            family = GaugeMetricFamily(name, meaning, labels=labels)
            for figure in figures:
                family.add_metric([figure.labels[label] for label in labels], figure.value)
            yield family


def is_for_operators(request: HttpRequest) -> bool:
    """Whether the request has METRICS_TOKEN. Without a configured token nobody has access."""
    given = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    # In constant time: how long an answer takes must not tell how much of the token was right.
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, wanted)


def answer_prometheus(get_response: Page) -> Page:
    """Answer whoever has the token before the host and the scheme are checked.

    Prometheus asks the machine itself (`http://web:8000/metrics`), not the library's address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH and is_for_operators(request):
            return figures(request)
        return get_response(request)

    return middleware


@login_not_required
@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All figures, for requests with METRICS_TOKEN; otherwise 404."""
    if not is_for_operators(request):
        raise Http404
    everything = counted()
    everything.register(_MeasuredNow())
    portal = Info("akiruno_portal", "What answers", registry=everything)
    portal.info({"version": settings.VERSION})
    return HttpResponse(generate_latest(everything), content_type=CONTENT_TYPE_LATEST)
