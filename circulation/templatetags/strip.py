"""The strip on the home page: what needs the patron's action today."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from akiruno_library import policy
from circulation.patron_notices import notices_of
from japanese.date_format import days_left, spoken_day
from patrons.models import Patron
from reservations.models import State

register = template.Library()


@dataclass(frozen=True)
class StripLine:
    words: str
    tone: str


@register.inclusion_tag("circulation/_strip.html", takes_context=True)
def strip(context: Context) -> dict[str, Any]:
    patron = context.get("patron")
    return {"lines": list(lines_for(patron)) if patron else []}


@register.inclusion_tag("circulation/_notices.html", takes_context=True)
def patron_notices(context: Context) -> dict[str, Any]:
    """The notices at the top of My Page; the page of the suspension says its own."""
    patron, here = context.get("patron"), context["request"].resolver_match
    notices = list(notices_of(patron)) if patron else []
    if here and here.view_name == "reservations:suspension":
        notices = [notice for notice in notices if not notice.is_of_suspension]
    return {"notices": notices}


def lines_for(patron: Patron, *, at: datetime | None = None) -> Iterator[StripLine]:
    """Yield the lines, with three queries."""
    yield from (StripLine(notice.words, notice.tone) for notice in notices_of(patron, at=at))
    if patron.mail_address and patron.mail_address.undeliverable_since:
        yield StripLine("図書館からのメールが届いていません", "bad")
    yield from _ready(patron, at)
    today = timezone.localdate(at)
    soon = patron.loans.open().filter(due_on__lte=today + policy.DUE_SOON)
    due = list(soon.order_by("due_on").values_list("due_on", flat=True))
    late = [day for day in due if day < today]
    if late:
        yield StripLine(f"返却期限を過ぎています {len(late)}点", "bad")
    if in_time := [day for day in due if day >= today]:
        left = days_left(in_time[0], at=at)
        yield StripLine(f"返却期限 {left} {len(in_time)}点", "warm")


def _ready(patron: Patron, at: datetime | None) -> Iterator[StripLine]:
    """Yield 受け取れます 2点 (中央図書館 11月29日まで) for each branch."""
    ready = patron.reservations.filter(state=State.READY).order_by("deadline")
    deadlines: defaultdict[str, list[date]] = defaultdict(list)
    for branch, deadline in ready.values_list("pickup_branch__name", "deadline"):
        if deadline:  # ready reservations always have one; the type allows None
            deadlines[branch].append(deadline)
    for branch, days in deadlines.items():
        until = spoken_day(days[0], at=at)
        yield StripLine(f"受け取れます {len(days)}点({branch} {until}まで)", "good")
