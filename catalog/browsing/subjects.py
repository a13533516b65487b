"""件名: the subjects of each class, as links to the search."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from akiruno_library import policy
from catalog import ndc

_SUBJECTS = "browsing.subjects"
# Only the latest bibs are counted, because a large catalogue takes too long.
MOST_USED = """
SELECT class, subject, titles FROM (
    SELECT class, subject, count(*) AS titles,
           row_number() OVER (PARTITION BY class ORDER BY count(*) DESC, subject) AS place
    FROM (
        SELECT left(ndc, 1) AS class, subjects FROM catalog_bib
        WHERE NOT hidden ORDER BY id DESC LIMIT %(latest)s
    ) AS bib, unnest(bib.subjects) AS subject
    WHERE class BETWEEN '0' AND '9' AND subject <> ''
    GROUP BY class, subject
) AS counted
WHERE place <= %(most)s
ORDER BY class, place
"""


@dataclass(frozen=True)
class Subject:
    words: str
    url: str


@dataclass(frozen=True)
class SubjectsOfClass:
    number: str
    words: str
    url: str
    subjects: list[Subject]


def subjects_page() -> dict[str, Any]:
    by_class = groupby(_most_used(), key=lambda row: row[0])
    return {
        "classes": [
            SubjectsOfClass(
                ndc.display_number(number),
                ndc.name_of(number),
                reverse("browsing:class", args=[number]),
                [Subject(subject, _search(subject)) for _, subject, _ in rows],
            )
            for number, rows in by_class
        ]
    }


def _most_used() -> list[tuple[str, str, int]]:
    """Return (class, subject, titles). Cached for an hour."""
    found = cache.get(_SUBJECTS)
    if found is None:
        facts = {"latest": policy.SUBJECTS_LOOKED_THROUGH, "most": policy.SUBJECTS_OF_A_CLASS}
        with connection.cursor() as cursor:
            cursor.execute(MOST_USED, facts)
            found = cursor.fetchall()
        cache.set(_SUBJECTS, found, policy.COUNTS_KEPT.total_seconds())
    return found


def _search(subject: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode({'subject': subject})}"
