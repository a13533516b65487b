"""The newsletter's issues as public pages and as a feed."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from akiruno_library.absolute_url import absolute
from catalog.feeds.endpoints import open_to_programs
from japanese.date_format import spoken_day
from patrons.models import NewsletterIssue
from patrons.newsletter.issues import arrivals_in
from patrons.newsletter.matching import genre_choices
from patrons.newsletter.rendering import summaries_of

ISSUES_IN_THE_FEED = 20


def issue_page(issue: NewsletterIssue, *, at: datetime | None = None) -> dict[str, Any]:
    """Return all titles of an issue, each under the first genre it belongs to."""
    names = genre_choices()
    groups: dict[str, list[int]] = {}
    for arrival in arrivals_in(issue.pk).all:
        genre = arrival.genres[0] if arrival.genres else ""
        groups.setdefault(genre, []).append(arrival.bib_id)
    order = [*names, ""]
    return {
        "issue": issue,
        "day": spoken_day(issue.day, at=at),
        "groups": [
            (names.get(genre, "そのほか"), summaries_of(groups[genre]))
            for genre in order
            if genre in groups
        ],
        "other": NewsletterIssue.objects.exclude(pk=issue.pk)[:10],
    }


@open_to_programs(fresh_for=timedelta(minutes=30))
def feed(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed with one entry for each issue."""
    here = absolute(reverse("patron_mails:feed"))
    atom = Atom1Feed(
        title="新着のお便り | あきる野市図書館",
        link=absolute(reverse("browsing:arrivals")),
        description=None,
        language="ja",
        author_name="あきる野市図書館",
        feed_url=here,
        feed_guid=here,
    )
    issues = NewsletterIssue.objects.annotate(number_of_titles=Count("titles"))
    for issue in issues[:ISSUES_IN_THE_FEED]:
        address = absolute(reverse("patron_mails:issue", args=[issue.number]))
        atom.add_item(
            title=f"{issue} {spoken_day(issue.day)}",
            link=address,
            description=f"新しく入った資料{issue.number_of_titles}点",
            unique_id=address,
            pubdate=issue.made_at,
            updateddate=issue.made_at,
        )
    return HttpResponse(
        atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
