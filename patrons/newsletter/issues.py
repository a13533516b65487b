"""新着のお便り: every Saturday an issue with what came since the one before (rule 7.4)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from akiruno_library import policy
from catalog.models import BibStatus
from notifications import outbox
from notifications.models import Notice
from patrons.models import (
    NewsletterAuthor,
    NewsletterGenre,
    NewsletterIssue,
    NewsletterTitle,
    Patron,
)
from patrons.newsletter.matching import Arrival, Arrivals, arrivals_of

NEWSLETTER = "newsletter"


def publish(day: date, *, at: datetime) -> str:
    """Make the issue of that day and queue its mails; return a summary for staff.

    A run that died is continued by the next one: the issue exists, and the keys of queued mails are
    known.
    """
    issue = make_issue(day, at=at)
    announced = outbox.announce_all(_notices(issue, at), at=at)
    return f"{issue}: 資料{issue.titles.count():,}点、{announced:,}人"


@transaction.atomic
def make_issue(day: date, *, at: datetime) -> NewsletterIssue:
    """Make the issue from what was accepted up to this day and is in no issue yet.

    The days of two more weeks are read again for late entries. A title appears in one issue only.
    """
    # A run that died after this transaction finds its issue here and does not make a second one.
    made = NewsletterIssue.objects.filter(day=day).first()
    if made is not None:
        return made
    first = NewsletterIssue.objects.order_by("number").first()
    last = NewsletterIssue.objects.order_by("number").last()
    since = (first.day if first else day) - policy.NEWSLETTER_EVERY
    if last is not None:
        # Only some weeks are read again: reading everything since the first issue would take longer
        # every week.
        since = max(since, last.day - policy.NEWSLETTER_ENTERED_LATE)
    issue = NewsletterIssue.objects.create(
        number=last.number + 1 if last else 1, day=day, made_at=at
    )
    new = list(_new_bibs(since, day))
    for begin in range(0, len(new), policy.IMPORT_BATCH):
        NewsletterTitle.objects.bulk_create(
            NewsletterTitle(issue=issue, bib_id=one.bib_id, genres=one.genres, authors=one.authors)
            for one in arrivals_of(new[begin : begin + policy.IMPORT_BATCH])
        )
    return issue


def _new_bibs(since: date, until: date) -> Iterable[int]:
    """Return the new bibs, newest first. The day `since` itself belonged to the issue before."""
    announced = NewsletterTitle.objects.values("bib")
    return (
        BibStatus.objects.filter(first_accepted_on__gt=since, first_accepted_on__lte=until)
        .filter(Q(circulating__gt=0) | Q(in_library_only__gt=0))
        # A late entry could fall into two windows; the table of titles decides, not the dates.
        .exclude(pk__in=announced)
        .order_by("-first_accepted_on", "-pk")
        .values_list("pk", flat=True)
    )


def _notices(issue: NewsletterIssue, at: datetime) -> Iterator[Notice]:
    for patron_id, address_id in readers_of(arrivals_in(issue.pk)):
        yield outbox.notice_of(
            key=f"{NEWSLETTER}:{patron_id}:{issue.number}",
            kind=NEWSLETTER,
            address_id=address_id,
            subject_ids={"patron": patron_id, "issue": issue.pk},
            at=at,
        )


def readers_of(arrivals: Arrivals) -> Iterator[tuple[int, int]]:
    """Yield patron and address of the readers of the issue, a thousand at a time."""
    by_genre = NewsletterGenre.objects.filter(genre__in=list(arrivals.genres)).values("patron")
    by_author = NewsletterAuthor.objects.filter(folded__in=list(arrivals.authors)).values("patron")
    readers = (
        Patron.objects.filter(
            Q(pk__in=by_genre) | Q(pk__in=by_author),
            notification_preferences__newsletter_since__isnull=False,
            mail_address__undeliverable_since__isnull=True,
            mail_address__isnull=False,
        )
        .order_by("pk")
        .values_list("pk", "mail_address_id")
    )
    last = 0
    # Paged by the key, not by OFFSET: a patron who joins or leaves meanwhile shifts nobody.
    while portion := list(readers.filter(pk__gt=last)[: policy.IMPORT_BATCH]):
        yield from portion  # type: ignore[misc]  # the address is there
        last = portion[-1][0]


@lru_cache(maxsize=2)
def arrivals_in(issue_id: int) -> Arrivals:
    """Return the titles of an issue. It never changes, so all mails share one cached result."""
    titles = NewsletterTitle.objects.filter(issue=issue_id).order_by("pk")
    return Arrivals(
        Arrival(bib_id, genres, authors)
        for bib_id, genres, authors in titles.values_list("bib", "genres", "authors")
    )


def recent_arrivals(*, at: datetime | None = None) -> Arrivals:
    """Return the titles of the last four weeks, cached for the preview. No personal data."""
    today = timezone.localdate(at)
    seconds = policy.RELATED_SHELVES_KEPT.total_seconds()
    return Arrivals(cache.get_or_set(f"arrivals:{today}", lambda: _recent(today), seconds) or ())


def _recent(today: date) -> list[Arrival]:
    new = BibStatus.objects.filter(
        first_accepted_on__gt=today - policy.NEWSLETTER_PREVIEW, first_accepted_on__lte=today
    ).order_by("-first_accepted_on", "-pk")
    return list(arrivals_of(list(new.values_list("pk", flat=True)[: policy.NEW_REACHABLE])))
