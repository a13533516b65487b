"""Slowing down whoever guesses, in PostgreSQL, before any hash is made (safety 2).

    attempt = throttling.begin(subjects)    # raises TooManyTries; counts a failure beforehand
    … look whether it was right …
    attempt.succeeded()                     # takes its own counts back

What is counted (a card, a telephone number, an address …) is a Subject; its key is an HMAC, so
that the table tells nothing. Tries that come while a wait runs are refused and not counted: a
stranger can make the wait come, never make it longer by asking.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from akiruno_library import metrics, policy
from akiruno_library.locking import locked_transaction
from akiruno_library.policy import Waits
from patrons.models import Throttle
from patrons.refusals import TooManyTries


def secret_word(*parts: object) -> str:
    """What stands in the table for a card, a number, a name: an HMAC under the server's secret."""
    text = "\x1f".join(str(part) for part in parts)
    return salted_hmac("patrons.throttling", text, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Subject:
    """One thing that tries are counted by. With `card`, only cards not tried before count."""

    key: str
    waits: Waits
    card: str = ""


def subject(what: str, value: object, waits: Waits, *, card: str = "") -> Subject:
    return Subject(secret_word(what, value), waits, secret_word("card", card) if card else "")


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
        for row in sorted(self.counted, key=lambda row: row.key):
            ours = Q(blocked_until=row.blocked_until)
            Throttle.objects.filter(key=row.key).update(
                level=Greatest(F("level") - 1, 0.0),
                blocked_until=Case(
                    When(ours, then=Value(row.blocked_before)), default=F("blocked_until")
                ),
            )


@locked_transaction
def begin(subjects: Iterable[Subject], *, at: datetime | None = None) -> Attempt:
    """Count one try of all subjects, or raise TooManyTries when one of them has to wait.

    1. make the rows that are missing, and lock all of them in the order of their keys;
    2. refuse while any of them waits;
    3. raise their levels, and set the next wait where the free tries are used up.
    """
    at = at or timezone.now()
    by_key = {each.key: each for each in subjects}
    rows = _locked_rows(sorted(by_key), at)
    waiting = [
        row.blocked_until
        for row in rows
        if row.blocked_until and row.blocked_until > at and not _tried(row, by_key[row.key])
    ]
    if waiting:
        metrics.throttled.labels("tries").inc()
        raise TooManyTries(until=max(waiting), at=at)
    counted = []
    for row in rows:
        one = by_key[row.key]
        if not _tried(row, one):
            before = row.blocked_until
            _count(row, one, at)
            counted.append(_Counted(row.key, before, row.blocked_until))
    Throttle.objects.bulk_update(rows, ["level", "counted_at", "blocked_until", "cards"])
    return Attempt(tuple(counted))


def _locked_rows(keys: list[str], at: datetime) -> list[Throttle]:
    missing = [Throttle(key=key, counted_at=at) for key in keys]
    Throttle.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Throttle.objects.select_for_update().filter(key__in=keys).order_by("key"))


def _tried(row: Throttle, one: Subject) -> bool:
    """The same facts with the same card again: the card's own count speaks for it."""
    return bool(one.card) and one.card in row.cards


def _count(row: Throttle, one: Subject, at: datetime) -> None:
    forgotten = max(at - row.counted_at, timedelta(0)) / one.waits.one_forgotten_after
    left = max(0.0, row.level - forgotten)
    if left == 0:
        row.cards = []
    row.level, row.counted_at = left + 1, at
    if one.card:
        row.cards = [*row.cards, one.card][-policy.THROTTLE_CARDS_KEPT :]
    row.blocked_until = at + wait if (wait := _wait(row.level, one.waits)) else None


def _wait(level: float, waits: Waits) -> timedelta:
    """None for the free tries, then doubled with each further one."""
    beyond = math.ceil(level - waits.free)
    if beyond <= 0:
        return timedelta(0)
    return min(waits.first * 2 ** min(beyond - 1, 20), waits.longest)


def unlock(keys: Iterable[str]) -> None:
    """Staff forgive every try counted under these keys."""
    Throttle.objects.filter(key__in=list(keys)).delete()


def forget_old(*, at: datetime | None = None) -> int:
    """Delete what the waits have forgotten anyway; rows in use are left to the next run."""
    old = (at or timezone.now()) - policy.THROTTLES_KEPT
    with transaction.atomic():
        rows = Throttle.objects.filter(counted_at__lt=old).select_for_update(skip_locked=True)
        return Throttle.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[0]
