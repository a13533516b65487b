"""新着のお便り: an issue each Saturday, with what came since the last one (rule 7.4)."""

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
    """Make the issue of that day and queue it for whom it has something; says what was done.

    Begun again after a death in between, it goes on: the issue is there, the keys are known.
    """
    issue = make_issue(day, at=at)
    told = outbox.announce_all(_notices(issue, at), at=at)
    return f"{issue}: 資料{issue.titles.count():,}点、{told:,}人"


@transaction.atomic
def make_issue(day: date, *, at: datetime) -> NewsletterIssue:
    """What was accepted up to this day and stands in no issue yet.

    Days are looked at again for two weeks, for what was entered late; nothing is told twice.
    """
    made = NewsletterIssue.objects.filter(day=day).first()
    if made is not None:
        return made
    first = NewsletterIssue.objects.order_by("number").first()
    last = NewsletterIssue.objects.order_by("number").last()
    since = (first.day if first else day) - policy.NEWSLETTER_EVERY
    if last is not None:
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
    """The newest first. `since` itself belonged to the issue of that day."""
    told = NewsletterTitle.objects.values("bib")
    return (
        BibStatus.objects.filter(first_accepted_on__gt=since, first_accepted_on__lte=until)
        .filter(Q(circulating__gt=0) | Q(in_library_only__gt=0))
        .exclude(pk__in=told)
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
    """Patron and address of those for whom something is in it, a thousand at a time."""
    by_genre = NewsletterGenre.objects.filter(genre__in=list(arrivals.genres)).values("patron")
    by_author = NewsletterAuthor.objects.filter(folded__in=list(arrivals.authors)).values("patron")
    readers = (
        Patron.objects.filter(
            Q(pk__in=by_genre) | Q(pk__in=by_author),
            mail_wishes__newsletter_since__isnull=False,
            mail_address__undeliverable_since__isnull=True,
            mail_address__isnull=False,
        )
        .order_by("pk")
        .values_list("pk", "mail_address_id")
    )
    last = 0
    while portion := list(readers.filter(pk__gt=last)[: policy.IMPORT_BATCH]):
        yield from portion  # type: ignore[misc]  # the address is there
        last = portion[-1][0]


@lru_cache(maxsize=2)
def arrivals_in(issue_id: int) -> Arrivals:
    """An issue never changes: what many letters ask for is read once."""
    titles = NewsletterTitle.objects.filter(issue=issue_id).order_by("pk")
    return Arrivals(
        Arrival(bib_id, genres, authors)
        for bib_id, genres, authors in titles.values_list("bib", "genres", "authors")
    )


def recent_arrivals(*, at: datetime | None = None) -> Arrivals:
    """What the preview is shown of: the last four weeks. Nobody's data, kept a few minutes."""
    today = timezone.localdate(at)
    seconds = policy.ALIKE_KEPT.total_seconds()
    return Arrivals(cache.get_or_set(f"arrivals:{today}", lambda: _recent(today), seconds) or ())


def _recent(today: date) -> list[Arrival]:
    new = BibStatus.objects.filter(
        first_accepted_on__gt=today - policy.NEWSLETTER_PREVIEW, first_accepted_on__lte=today
    ).order_by("-first_accepted_on", "-pk")
    return list(arrivals_of(list(new.values_list("pk", flat=True)[: policy.NEW_REACHABLE])))
