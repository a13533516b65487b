"""Slowing down whoever guesses, in PostgreSQL, before any hash is made (safety 2).

    attempt = throttling.begin(subjects)    # raises TooManyTries; counts a failure beforehand
    … look whether it was right …
    attempt.succeeded()                     # takes its own counts back

What is counted (a card, a telephone number, an address …) is a Subject; its key is an HMAC, so
that the table tells nothing. Tries that come while a wait runs are refused and not counted: a
stranger can make the wait come, never make it longer by asking.

A Gauge counts how much is guessed in a network, or in all. Nobody waits because of a gauge: while
it is high, each subject has the fewer free tries and the longer waits of `under_attack`. Whoever
has not guessed wrong of late gets in at once, however many others guess.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from akiruno_library import metrics, policy
from akiruno_library.locking import locked_transaction
from akiruno_library.policy import Level, Waits
from patrons.models import Throttle
from patrons.refusals import TooManyTries

PREFIX = 32  # characters of a key: half names the value, half the network it was tried in

RAISE = """
UPDATE patrons_throttle
SET level = least(
        greatest(level - greatest(extract(epoch FROM %s - counted_at), 0) / %s, 0) + 1, %s
    ),
    counted_at = %s
WHERE key = %s
"""


def secret_word(*parts: object) -> str:
    """What stands in the table for a card, a number, a name: an HMAC under the server's secret."""
    text = "\x1f".join(str(part) for part in parts)
    return salted_hmac("patrons.throttling", text, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Subject:
    """One thing that tries are counted by. With `card`, only cards not tried before count."""

    key: str
    waits: Waits
    under_attack: Waits
    card: str = ""


def subject(
    what: str,
    value: object,
    waits: Waits,
    *,
    within: object = "",
    under_attack: Waits | None = None,
    card: str = "",
) -> Subject:
    """`within` a network the same value is counted apart; `prefix_of` finds all of these."""
    key = secret_word(what, value)
    if within:
        key = key[:PREFIX] + secret_word(what, "within", within)[:PREFIX]
    return Subject(key, waits, under_attack or waits, secret_word("card", card) if card else "")


def prefix_of(what: str, value: object) -> str:
    """How the keys of this value begin, in whatever network it was tried."""
    return secret_word(what, value)[:PREFIX]


@dataclass(frozen=True)
class Gauge:
    """How much is guessed, by everybody who is counted by this key."""

    key: str
    level: Level

    def is_high(self, row: Throttle, at: datetime) -> bool:
        return _left(row, self.level.one_forgotten_after, at) >= self.level.high


def gauge(what: str, value: object, level: Level) -> Gauge:
    return Gauge(secret_word(what, value), level)


@dataclass(frozen=True)
class _Counted:
    """What an attempt did to one row, so that it can be taken back."""

    key: str
    blocked_before: datetime | None
    blocked_until: datetime | None


@dataclass(frozen=True)
class Attempt:
    counted: tuple[_Counted, ...]

    @transaction.atomic
    def succeeded(self) -> None:
        """It was right after all: take back what this attempt counted, and nothing else's."""
        for row in self.counted:  # in the order in which they were locked
            ours = Q(blocked_until=row.blocked_until)
            Throttle.objects.filter(key=row.key).update(
                level=Greatest(F("level") - 1, 0.0),
                blocked_until=Case(
                    When(ours, then=Value(row.blocked_before)), default=F("blocked_until")
                ),
            )


@locked_transaction
def begin(counted_by: Iterable[Subject | Gauge], *, at: datetime | None = None) -> Attempt:
    """Count one try of all subjects, or raise TooManyTries when one of them has to wait.

    1. make the rows that are missing, and read the gauges;
    2. lock the rows of the subjects in the order of their keys;
    3. refuse while any of them waits;
    4. raise their levels, and set the next wait where the free tries are used up;
    5. raise the gauges last: everybody's row is locked for a moment only.
    """
    at = at or timezone.now()
    by_key = {each.key: each for each in counted_by}
    subjects = {k: each for k, each in by_key.items() if isinstance(each, Subject)}
    gauges = [each for each in by_key.values() if isinstance(each, Gauge)]
    _make_missing(by_key, at)
    attacked = is_high(gauges, at=at)
    rows = list(Throttle.objects.select_for_update().filter(key__in=subjects).order_by("key"))
    _refuse_who_waits(rows, subjects, at)
    counted = []
    for row in rows:
        one = subjects[row.key]
        if not _tried(row, one):
            before = row.blocked_until
            _count(row, one, one.under_attack if attacked else one.waits, at)
            counted.append(_Counted(row.key, before, row.blocked_until))
    Throttle.objects.bulk_update(rows, ["level", "counted_at", "blocked_until", "cards"])
    _raise(gauges, at)
    return Attempt((*counted, *(_Counted(each.key, None, None) for each in gauges)))


def is_high(gauges: Iterable[Gauge], *, at: datetime | None = None) -> bool:
    """Whether any of them stands higher than people's mistakes would lift it."""
    by_key = {each.key: each for each in gauges}
    if not by_key:
        return False
    at = at or timezone.now()
    return any(by_key[row.key].is_high(row, at) for row in Throttle.objects.filter(key__in=by_key))


def _make_missing(keys: Iterable[str], at: datetime) -> None:
    missing = [Throttle(key=key, counted_at=at) for key in sorted(keys)]
    Throttle.objects.bulk_create(missing, ignore_conflicts=True)


def _refuse_who_waits(rows: list[Throttle], subjects: dict[str, Subject], at: datetime) -> None:
    waiting = [
        row.blocked_until
        for row in rows
        if row.blocked_until and row.blocked_until > at and not _tried(row, subjects[row.key])
    ]
    if waiting:
        metrics.throttled.labels("tries").inc()
        raise TooManyTries(until=max(waiting), at=at)


def _tried(row: Throttle, one: Subject) -> bool:
    """The same facts with the same card again: the card's own count speaks for it."""
    return bool(one.card) and one.card in row.cards


def _left(row: Throttle, one_forgotten_after: timedelta, at: datetime) -> float:
    forgotten = max(at - row.counted_at, timedelta(0)) / one_forgotten_after
    return max(0.0, row.level - forgotten)


def _count(row: Throttle, one: Subject, waits: Waits, at: datetime) -> None:
    left = _left(row, waits.one_forgotten_after, at)
    if left == 0:
        row.cards = []
    row.level, row.counted_at = left + 1, at
    if one.card:
        row.cards = [*row.cards, one.card][-policy.THROTTLE_CARDS_KEPT :]
    row.blocked_until = at + wait if (wait := _wait(row.level, waits)) else None


def _wait(level: float, waits: Waits) -> timedelta:
    """None before the free tries are used up; then the next try waits, each further one twice
    as long."""
    beyond = math.ceil(level - waits.free)
    if beyond < 0:
        return timedelta(0)
    return min(waits.first * 2 ** min(beyond, 20), waits.longest)


def _raise(gauges: Iterable[Gauge], at: datetime) -> None:
    """One more, up to where the gauge is full: an attack that ended is over within minutes."""
    with connection.cursor() as cursor:
        for each in gauges:
            forgotten_in = each.level.one_forgotten_after.total_seconds()
            cursor.execute(RAISE, [at, forgotten_in, each.level.full, at, each.key])


def unlock(keys: Iterable[str]) -> None:
    """Staff forgive every try counted under these keys."""
    Throttle.objects.filter(key__in=list(keys)).delete()


def unlock_everywhere(prefixes: Iterable[str]) -> None:
    """The same for values that are counted within networks."""
    for prefix in prefixes:
        Throttle.objects.filter(key__startswith=prefix).delete()


def forget_old(*, at: datetime | None = None) -> int:
    """Delete what the waits have forgotten anyway; rows in use are left to the next run."""
    old = (at or timezone.now()) - policy.THROTTLES_KEPT
    with transaction.atomic():
        rows = Throttle.objects.filter(counted_at__lt=old).select_for_update(skip_locked=True)
        return Throttle.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[0]
