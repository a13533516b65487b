"""Reads bibs with all their searchable data in one statement."""

from collections.abc import Generator, Iterable
from typing import Any

from django.db import connection

from catalog.indexing.bib_source import BibSource, row_of
from catalog.models import Copy

# The statement returns JSON text, because psycopg then converts one value a bib instead of thirty,
# and the text can be passed to another process without pickling.
BIBS = """
SELECT json_build_array(
    bib.id, bib.title, bib.title_reading, bib.title_romanised, bib.subtitle, bib.volume,
    bib.volume_order::text, bib.volume_set_id, bib.publisher, bib.published, bib.year, bib.isbns,
    bib.ndc, bib.subjects, bib.subject_readings, bib.language, bib.audience, bib.edition,
    bib.contents, bib.notes, material.code,
    coalesce(series.title, ''), coalesce(series.reading, ''), bib.series_number,
    ARRAY(
        SELECT json_build_array(
            person.name, person.reading, person.romanised, person.other_names
        )
        FROM catalog_contribution contribution
        JOIN catalog_contributor person ON person.id = contribution.contributor_id
        WHERE contribution.bib_id = bib.id
        ORDER BY contribution.position
    ),
    holdings.branches,
    ARRAY(
        SELECT code FROM catalog_branch
        WHERE id = ANY (coalesce(status.free_at, '{}')) ORDER BY position, id
    ),
    holdings.call_numbers, holdings.times_lent,
    ARRAY(
        SELECT DISTINCT see_from FROM catalog_subjectreference
        WHERE subject = ANY (bib.subjects::text[])
    )
)::text
FROM catalog_bib bib
JOIN catalog_materialtype material ON material.id = bib.material_type_id
LEFT JOIN catalog_series series ON series.id = bib.series_id
LEFT JOIN catalog_bibstatus status ON status.bib_id = bib.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT branch.code)
                    FILTER (WHERE copy.whereabouts <> ALL (%(gone)s)), '{}') AS branches,
           coalesce(array_agg(DISTINCT copy.call_number)
                    FILTER (WHERE copy.call_number <> ''), '{}') AS call_numbers,
           coalesce(sum(copy.times_lent), 0)::bigint AS times_lent
    FROM catalog_copy copy
    JOIN catalog_branch branch ON branch.id = copy.home_branch_id
    WHERE copy.bib_id = bib.id
) holdings
WHERE NOT bib.hidden
"""
ROWS_AT_A_TIME = 1_000


def of_bibs(bibs: Iterable[int]) -> list[BibSource]:
    """Return these bibs as they are now. Bibs that are deleted or hidden are left out."""
    with connection.cursor() as cursor:
        cursor.execute(f"{BIBS} AND bib.id = ANY (%(bibs)s)", _facts(bibs=list(bibs)))
        return [row_of(text) for (text,) in cursor.fetchall()]


def all_bibs() -> Generator[list[str], None, None]:
    """Yield the JSON texts of all visible bibs, `ROWS_AT_A_TIME` in a batch.

    Needs an open transaction, because a server-side cursor reads that transaction's snapshot. The
    consumer parses the texts with `row_of`, possibly in another process.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(BIBS, _facts())
        while batch := cursor.fetchmany(ROWS_AT_A_TIME):
            yield [text for (text,) in batch]


def number_of_bibs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_bib WHERE NOT hidden")
        return cursor.fetchone()[0]


def _facts(**facts: Any) -> dict[str, Any]:
    return {"gone": [str(whereabouts) for whereabouts in Copy.Whereabouts.gone()], **facts}
