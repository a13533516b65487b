"""The columns of the index: what is counted in facets, and what the hits are sorted by."""

import math
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from catalog.indexing.bib_source import BibSource
from catalog.indexing.field_values import class_beginnings, clean
from japanese.collation import collation_key

TIMES_LENT_OF_THE_MOST_POPULAR = 500  # at this number of loans the popularity is 1
MOST_POPULARITY = 0.3  # of 1; raises a score by a fifth, enough to decide between equal hits

WITHOUT_YEAR = 9 * 10**18  # in the order of the oldest, bibs without a year come last
MAGAZINE = "magazine"

Value = str | bytes | int | float
Document = dict[str, Sequence[Value]]


def facets(row: BibSource) -> Document:
    classes = [mark for mark in class_beginnings(row.ndc)[:1] if mark.isdigit()]
    return {
        "material": [row.material] if row.material else [],
        "branch": list(row.branches),
        "available_branch": list(row.free),
        "available": ["1"] if row.free else [],
        "decade": [str(row.year // 10 * 10)] if row.year else [],
        "class": classes,
        "language": [row.language] if row.language else [],
        "audience": [row.audience] if row.audience else [],
        "author_facet": [
            *dict.fromkeys(clean(person.name) for person in row.people if person.name)
        ],
    }


def numbers(row: BibSource, author: str) -> Document:
    share = math.log1p(row.times_lent) / math.log1p(TIMES_LENT_OF_THE_MOST_POPULAR)
    order = row.volume_order or Decimal(0)
    sort_key = _sort_key(row, order)
    # Bibs without an author come last: this is the highest code point.
    person = author or "\U0010ffff"
    return {
        "bib": [row.id],
        "year": [row.year] if row.year else [],
        "publication_order": [_newest(row)],
        "oldest_order": [_newest(row) if row.year else WITHOUT_YEAR],
        "loan_count_order": [row.times_lent * 10**11 + row.id],
        "volume_set": [row.volume_set] if row.volume_set else [],
        "volume_position": [_place(row, order)],
        "popularity": [MOST_POPULARITY * min(1.0, share)],
        "title_sort": [sort_key],
        "author_sort": [f"{person}\x01{sort_key}"],
    }


def _place(row: BibSource, order: Decimal) -> int:
    """Return the place of a volume in its set; of magazines the newest issue is first."""
    place = int(order * 10**8)  # 第二部下 is 2.0003, so every decimal matters
    return -place if row.material == MAGAZINE else place


def _newest(row: BibSource) -> int:
    """Return year and month of publication; of equals the highest id is first.

    10**11 leaves room for the id in the same integer.
    """
    parts = unicodedata.normalize("NFKC", row.published).replace("-", ".").split(".")
    month = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() and parts[1].isascii() else 0
    return ((row.year or 0) * 100 + min(month, 12)) * 10**11 + row.id


def _sort_key(row: BibSource, order: Decimal) -> str:
    """Sort by reading, set, volume and year. Padding makes strings sort as numbers."""
    reading = collation_key(row.title_reading or row.title)
    return f"{reading}\x01{row.volume_set or 0:015}{order:022.8f}{row.year or 0:05}{row.id:015}"
