"""Whether this process can serve: the database answers and the index can be searched.

Everybody may read yes or no, which is cached for seconds. The figures (lag of the index, Redis,
mail, jobs) do not decide and are for operators only: the number of mails of one evening could
reveal a child's visit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection

from akiruno_library import metrics, policy
from akiruno_library.metrics import Figure
from catalog.refusals import SearchUnavailable
from catalog.search import SearchRequest, index_state, search

REDIS_SECONDS = 1
KEPT_AS = "can-serve"


@dataclass(frozen=True)
class Readiness:
    database: bool
    index: bool
    details: dict[str, float] = field(default_factory=dict)

    @property
    def can_serve(self) -> bool:
        return self.database and self.index

    def as_json(self) -> dict[str, object]:
        return {"database": self.database, "index": self.index, "details": self.details}


def readiness() -> Readiness:
    """Return the state with every figure. Costs many queries."""
    index = _index_answers()
    try:
        return Readiness(_database_answers(), index, metrics.measured_now())
    except DatabaseError:
        return Readiness(False, index)


def can_serve() -> bool:
    """Return yes or no; cached, so that frequent probes cost nothing."""
    kept: bool | None = cache.get(KEPT_AS)
    if kept is None:
        kept = _database_answers() and _index_answers()
        cache.set(KEPT_AS, kept, policy.READINESS_KEPT.total_seconds())
    return kept


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _index_answers() -> bool:
    try:
        search(SearchRequest(per_page=1))
    except SearchUnavailable:
        return False
    return True


@metrics.gauge("index_documents", "Bibs in the search index of this machine")
def _documents() -> list[Figure]:
    return [Figure(index_state().documents)]


@metrics.gauge("index_changes_waiting", "Changes of bibs that the index has not taken in yet")
def _changes_waiting() -> list[Figure]:
    return [Figure(index_state().changes_waiting)]


@metrics.gauge("index_lag_seconds", "Age of the oldest change that is not in the index")
def _lag() -> list[Figure]:
    return [Figure(index_state().lag_seconds)]


@metrics.gauge("queue_length", "Errands in the queue of the worker; -1 while Redis is away")
def _queue_length() -> list[Figure]:
    return [Figure(_answer_of_redis(lambda queue: queue.llen("celery")))]


@metrics.gauge("queue_in_hands", "Errands that a worker has taken and not ended; -1 without Redis")
def _queue_in_hands() -> list[Figure]:
    return [Figure(_answer_of_redis(lambda queue: queue.hlen("unacked")))]


def _answer_of_redis(question: Callable[[redis.Redis], Any]) -> float:
    patience = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **patience) as queue:
            return float(question(queue))
    except redis.RedisError:
        return -1
