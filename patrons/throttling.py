"""Throttling of guesses, in PostgreSQL, before any hash is computed (safety 2).

    attempt = throttling.begin(subjects)    # raises TooManyAttempts; counts a failure beforehand
    … check whether it was right …
    attempt.succeeded()                     # takes its own counts back

A Subject is what attempts are counted by (a card, a telephone number, an address …). Its key is an
HMAC, so the table tells nothing. Attempts during a wait are refused and not counted: a stranger
can cause a wait, but cannot prolong it by asking again.

A Gauge counts the guesses in one network, or everywhere. Nobody waits because of a gauge. While it
is high, each subject has fewer free attempts and longer waits (`under_attack`). People who have
not guessed wrong lately get in at once, however many others guess.
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
from patrons.refusals import TooManyAttempts

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
    """Return what the table stores for a card, a number or a name: an HMAC."""
    text = "\x1f".join(str(part) for part in parts)
    return salted_hmac("patrons.throttling", text, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Subject:
    """One thing by which attempts are counted. With `card`, only cards not yet tried count."""

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
    """Return a subject. A value counts separately in each `within`; `prefix_of` finds all."""
    key = secret_word(what, value)
    if within:
        key = key[:PREFIX] + secret_word(what, "within", within)[:PREFIX]
    return Subject(key, waits, under_attack or waits, secret_word("card", card) if card else "")


def prefix_of(what: str, value: object) -> str:
    """Return the first part of the keys of this value, in whatever network it was tried."""
    return secret_word(what, value)[:PREFIX]


@dataclass(frozen=True)
class Gauge:
    """How many wrong attempts everybody together makes under this key."""

    key: str
    level: Level

    def is_high(self, row: Throttle, at: datetime) -> bool:
        return _left(row, self.level.one_forgotten_after, at) >= self.level.high


def gauge(what: str, value: object, level: Level) -> Gauge:
    return Gauge(secret_word(what, value), level)


@dataclass(frozen=True)
class _Counted:
    """What an attempt changed in one row, so that it can be subtracted."""

    key: str
    blocked_before: datetime | None
    blocked_until: datetime | None


@dataclass(frozen=True)
class Attempt:
    counted: tuple[_Counted, ...]

    @transaction.atomic
    def succeeded(self) -> None:
        """Subtract what this attempt counted, and nothing that others counted."""
        for row in self.counted:  # in the order in which they were locked, against deadlocks
            ours = Q(blocked_until=row.blocked_until)
            Throttle.objects.filter(key=row.key).update(
                level=Greatest(F("level") - 1, 0.0),
                blocked_until=Case(
                    When(ours, then=Value(row.blocked_before)), default=F("blocked_until")
                ),
            )


@locked_transaction
def begin(counted_by: Iterable[Subject | Gauge], *, at: datetime | None = None) -> Attempt:
    """Count one attempt for all subjects, or raise TooManyAttempts when one of them has to wait.

    1. Create missing rows, and read the gauges.
    2. Lock the subjects' rows in the order of their keys, against deadlocks.
    3. Refuse while any of them waits.
    4. Raise their levels, and set the next wait when the free attempts are used up.
    5. Raise the gauges last, because everybody shares their rows: they stay locked for a moment
       only.
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
    # Counted before the password is checked: many guesses sent at once are all counted.
    Throttle.objects.bulk_update(rows, ["level", "counted_at", "blocked_until", "cards"])
    _raise(gauges, at)
    return Attempt((*counted, *(_Counted(each.key, None, None) for each in gauges)))


def is_high(gauges: Iterable[Gauge], *, at: datetime | None = None) -> bool:
    """Return whether any gauge is higher than honest mistakes would lift it."""
    by_key = {each.key: each for each in gauges}
    if not by_key:
        return False
    at = at or timezone.now()
    return any(by_key[row.key].is_high(row, at) for row in Throttle.objects.filter(key__in=by_key))


def _make_missing(keys: Iterable[str], at: datetime) -> None:
    # Inserted in the order of keys, as they are locked later: two attempts with the same facts
    # cannot wait for each other in a circle.
    missing = [Throttle(key=key, counted_at=at) for key in sorted(keys)]
    Throttle.objects.bulk_create(missing, ignore_conflicts=True)


def _refuse_who_waits(rows: list[Throttle], subjects: dict[str, Subject], at: datetime) -> None:
    waiting = [
        row.blocked_until
        for row in rows
        if row.blocked_until and row.blocked_until > at and not _tried(row, subjects[row.key])
    ]
    if waiting:
        metrics.throttled.labels("attempts").inc()
        raise TooManyAttempts(until=max(waiting), at=at)


def _tried(row: Throttle, one: Subject) -> bool:
    """Return whether this card was tried before with these facts; the card's own count has that."""
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
    """Return zero while attempts are free; then each further wait is twice as long."""
    beyond = math.ceil(level - waits.free)
    if beyond < 0:
        return timedelta(0)
    return min(waits.first * 2 ** min(beyond, 20), waits.longest)


def _raise(gauges: Iterable[Gauge], at: datetime) -> None:
    """Add one, up to the gauge's limit, so that the end of an attack shows within minutes."""
    with connection.cursor() as cursor:
        for each in gauges:
            forgotten_in = each.level.one_forgotten_after.total_seconds()
            cursor.execute(RAISE, [at, forgotten_in, each.level.full, at, each.key])


def unlock(keys: Iterable[str]) -> None:
    """Forget every attempt counted under these keys.

    One row after the other, in the order in which `begin` locks them: somebody who guesses at
    this moment and a member of staff who unlocks do not wait for each other.
    """
    for key in sorted(keys):
        Throttle.objects.filter(key=key).delete()


def unlock_everywhere(prefixes: Iterable[str]) -> None:
    """Forget the attempts with these values in every network."""
    for prefix in prefixes:
        unlock(Throttle.objects.filter(key__startswith=prefix).values_list("key", flat=True))


def forget_old(*, at: datetime | None = None) -> int:
    """Delete rows whose waits are over and forgotten; rows in use are left to the next run."""
    old = (at or timezone.now()) - policy.THROTTLES_KEPT
    with transaction.atomic():
        rows = Throttle.objects.filter(counted_at__lt=old).select_for_update(skip_locked=True)
        return Throttle.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[0]
