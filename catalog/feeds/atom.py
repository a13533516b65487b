"""Atom feeds: new bibs, and the hits of a search, newest first."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from akiruno_library.absolute_url import absolute, bib_address
from akiruno_library.plain_text import one_line
from catalog.feeds.bib_data import in_order
from catalog.feeds.endpoints import open_to_programs
from catalog.models import Bib
from catalog.results.request import Addresses, parameters_of, read
from catalog.results.rows import imprint_of, joined_authors
from catalog.results.shelves import newest_arrivals
from catalog.search import SearchRequest
from catalog.search import search as find

LENGTH = 50  # entries; enough for a reader that looks once a week
FRESH_FOR = timedelta(minutes=10)

Entry = tuple[Bib, datetime]


@open_to_programs(fresh_for=FRESH_FOR)
def new(request: HttpRequest) -> HttpResponse:
    came = newest_arrivals(LENGTH)
    entries = [(bib, _morning(came[bib.pk])) for bib in in_order(list(came))]
    return _feed("新しく入った資料", reverse("api:new_feed"), reverse("catalog:home"), entries)


@open_to_programs(fresh_for=FRESH_FOR)
def search(request: HttpRequest) -> HttpResponse:
    request_of_url = read(request.GET)
    wanted = replace(request_of_url, sort="newest", page=1, per_page=LENGTH)
    entries = [(bib, bib.created_at) for bib in in_order(find(wanted).ids)]
    here = f"{reverse('api:search_feed')}?{urlencode(searched_for(wanted))}"
    title = f"「{wanted.q}」の資料" if wanted.q else "資料の検索"
    return _feed(title, here, Addresses(wanted).with_(per_page=request_of_url.per_page), entries)


def searched_for(request: SearchRequest) -> list[tuple[str, str]]:
    """Return the parameters of a search without order and page, which the feed decides."""
    own = ("sort", "page", "per_page")
    return [(name, value) for name, value in parameters_of(request) if name not in own]


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _feed(title: str, here: str, page: str, entries: Iterable[Entry]) -> HttpResponse:
    feed = Atom1Feed(
        title=one_line(f"{title} | あきる野市図書館"),
        link=absolute(page),
        description=None,
        language="ja",
        author_name="あきる野市図書館",
        feed_url=absolute(here),
        feed_guid=absolute(here),
    )
    for bib, moment in entries:
        _add(feed, bib, moment)
    text = feed.writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def _add(feed: Atom1Feed, bib: Bib, moment: datetime) -> None:
    people = [one.contributor.name for one in bib.credits]
    said = " ".join(part for part in (joined_authors(people), imprint_of(bib)) if part)
    feed.add_item(
        title=one_line(bib.title_with_volume),
        link=bib_address(bib.pk),
        description=escape(one_line(said)),  # the element is declared to hold HTML
        author_name=one_line(joined_authors(people)) or None,
        unique_id=bib_address(bib.pk),
        pubdate=moment,
        updateddate=moment,
        categories=[one_line(bib.material_type.name)],
    )
