"""The newsletter's mail: each reader gets the titles that match their preferences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.urls import reverse

from akiruno_library import policy
from akiruno_library.absolute_url import absolute, bib_address
from akiruno_library.plain_text import one_line
from catalog.models import Bib
from catalog.results.rows import imprint_of, joined_authors
from japanese.date_format import spoken_day
from notifications.models import Notice
from notifications.rendering import Link, MailText, sample, writes
from patrons.models import NewsletterIssue, Patron
from patrons.newsletter.issues import NEWSLETTER, arrivals_in
from patrons.unsubscribing import sample_address, unsubscribe_address


@dataclass(frozen=True)
class TitleSummary:
    title: str
    imprint: str
    url: str


@writes(NEWSLETTER, name="新着のお便り", bulk=True, follows=True)
def newsletter(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write the mail by the reader's current preferences; return None when nothing matches."""
    ids = notices[-1].subject_ids
    patron = Patron.objects.filter(
        pk=ids["patron"], notification_preferences__newsletter_since__isnull=False
    ).first()
    if patron is None:
        return None
    found = matching_bibs(patron, ids["issue"])
    if not found:
        return None
    known = _summaries_of_issue(ids["issue"], int(at.timestamp() // 600))
    titles = [known[pk] for pk in found[: policy.NEWSLETTER_TITLES] if pk in known]
    return _text(
        _issue(ids["issue"]), titles, len(found), unsubscribe_address(patron.pk, NEWSLETTER), at
    )


def matching_bibs(patron: Patron, issue_id: int) -> list[int]:
    return arrivals_in(issue_id).matching(
        patron.newsletter_genres.values_list("genre", flat=True),
        patron.newsletter_authors.values_list("folded", flat=True),
    )


def summaries_of(bib_ids: Sequence[int]) -> list[TitleSummary]:
    """Return the titles in the given order; a bib that has gone is left out."""
    bibs = (
        Bib.objects.public()
        .select_related("material_type")
        .prefetch_related("contributions__contributor")
        .in_bulk(list(bib_ids))
    )
    return [_summary(bibs[pk]) for pk in bib_ids if pk in bibs]


@lru_cache(maxsize=1)
def _summaries_of_issue(issue_id: int, tenth_minute: int) -> dict[int, TitleSummary]:
    """Read the titles once for the thousands of mails of ten minutes. No personal data."""
    ids = [arrival.bib_id for arrival in arrivals_in(issue_id).all]
    by_url = {summary.url: summary for summary in summaries_of(ids)}
    return {pk: by_url[bib_address(pk)] for pk in ids if bib_address(pk) in by_url}


def _summary(bib: Bib) -> TitleSummary:
    people = [one.contributor.name for one in bib.contributions.all()]
    imprint = " ".join(part for part in (joined_authors(people), imprint_of(bib)) if part)
    return TitleSummary(one_line(bib.title_with_volume), one_line(imprint), bib_address(bib.pk))


@lru_cache(maxsize=2)
def _issue(issue_id: int) -> NewsletterIssue:
    return NewsletterIssue.objects.get(pk=issue_id)


@sample(NEWSLETTER)
def _sample() -> MailText:
    issue = NewsletterIssue(number=12, day=date(2026, 11, 21))
    titles = [
        TitleSummary("秋川のほとりで", "草花 一子 秋川書房 2026.11", bib_address(101)),
        TitleSummary("多摩の野鳥 2", "西秋留 健 山里社 2026.10", bib_address(102)),
    ]
    return _text(issue, titles, 5, sample_address(), None)


def _text(
    issue: NewsletterIssue,
    titles: Sequence[TitleSummary],
    total: int,
    unsubscribe: str,
    at: datetime | None,
) -> MailText:
    return MailText(
        subject=f"新着のお便り {issue}",
        template="patrons/email/newsletter",
        context={
            "day": spoken_day(issue.day, at=at),
            "titles": titles,
            "total": total,
            "rest": total - len(titles),
            "all_of_it": absolute(reverse("patron_mails:issue", args=[issue.number])),
        },
        setting=Link(
            "分野と著者は「メールの設定」で変えられます。",
            absolute(reverse("patrons:newsletter")),
        ),
        unsubscribe=unsubscribe,
    )
