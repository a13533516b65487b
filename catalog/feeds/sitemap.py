"""The URLs of all bibs for crawlers, in parts by ranges of ids.

A range is one scan of the primary key, however large the catalogue is, and a part keeps its bibs
for ever. There is no date of the last change, because none is stored.
"""

from collections.abc import Iterable
from datetime import timedelta
from xml.sax.saxutils import escape

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from akiruno_library.absolute_url import absolute
from catalog.feeds.endpoints import open_to_programs
from catalog.models import Bib

BIBS_IN_A_PART = 10_000
FRESH_FOR = timedelta(hours=1)

PARTS_IN_USE = """
SELECT part
FROM generate_series(1, (SELECT max(id) / %(size)s + 1 FROM catalog_bib)) AS part
WHERE EXISTS (
    SELECT FROM catalog_bib WHERE id > (part - 1) * %(size)s AND id <= part * %(size)s
      AND NOT hidden
)
ORDER BY part
"""


@open_to_programs(fresh_for=FRESH_FOR)
def index(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(PARTS_IN_USE, {"size": BIBS_IN_A_PART})
        parts = [part for (part,) in cursor.fetchall()]
    addresses = (absolute(reverse("api:sitemap_part", args=[part])) for part in parts)
    return _xml("sitemapindex", "sitemap", addresses)


@open_to_programs(fresh_for=FRESH_FOR)
def part(request: HttpRequest, number: int) -> HttpResponse:
    last = number * BIBS_IN_A_PART
    found = Bib.objects.public().filter(pk__gt=last - BIBS_IN_A_PART, pk__lte=last).order_by("pk")
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        raise Http404
    # Resolve the URL once: ten thousand times would take longer than everything else.
    before, after = absolute(reverse("catalog:detail", args=[0])).rsplit("0", 1)
    return _xml("urlset", "url", (f"{before}{pk}{after}" for pk in ids))


def _xml(root: str, element: str, addresses: Iterable[str]) -> HttpResponse:
    lines = (f"<{element}><loc>{escape(address)}</loc></{element}>" for address in addresses)
    text = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            f"</{root}>\n",
        ]
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")
