"""Metrics of throttling, for the operators' monitoring."""

from django.utils import timezone

from akiruno_library import metrics
from akiruno_library.metrics import Figure
from patrons.models import Throttle


@metrics.gauge("throttles_waiting", "Cards, facts, addresses and terminals that have to wait now")
def _waiting() -> list[Figure]:
    return [Figure(Throttle.objects.filter(blocked_until__gt=timezone.now()).count())]
