"""A bib with all data of its pages and files: material, status, series, contributors."""

import json
from typing import Any

from django.db import connection, models
from django.db.models import Prefetch
from django.http import Http404

from catalog.models import Bib, BibStatus, Contribution, Contributor, Copy, MaterialType, Series


def _columns(table: str, model: type[models.Model]) -> str:
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


_TABLES: dict[str, type[models.Model]] = {
    "bib": Bib,
    "material": MaterialType,
    "status": BibStatus,
    "series": Series,
}
# One statement written by hand: building four with the ORM took a fifth of the time of a bib's
# page, which programs fetch most.
PUBLIC_BIB = f"""
SELECT {", ".join(_columns(table, model) for table, model in _TABLES.items())},
       ARRAY(
           SELECT jsonb_build_array(to_jsonb(contribution), to_jsonb(person))::text
           FROM catalog_contribution contribution
           JOIN catalog_contributor person ON person.id = contribution.contributor_id
           WHERE contribution.bib_id = bib.id
           ORDER BY contribution.position
       )
FROM catalog_bib bib
JOIN catalog_materialtype material ON material.id = bib.material_type_id
JOIN catalog_bibstatus status ON status.bib_id = bib.id
LEFT JOIN catalog_series series ON series.id = bib.series_id
WHERE bib.id = %s AND NOT bib.hidden
"""  # noqa: S608  # nosec: names of our own columns
COPIES = f"""
SELECT {_columns("copy", Copy)} FROM catalog_copy copy
WHERE copy.bib_id = %s AND copy.whereabouts <> %s
"""  # noqa: S608  # nosec: names of our own columns


def bibs_with_everything() -> models.QuerySet[Bib]:
    """Return public bibs with their contributions in `credits`."""
    people = Contribution.objects.select_related("contributor").order_by("position")
    bibs = Bib.objects.public().select_related("material_type", "status", "series")
    return bibs.prefetch_related(
        Prefetch("contributions", people, to_attr="credits")  # type: ignore[no-redef]
    )


def bib_or_404(pk: int) -> Bib:
    """Return one public bib with its `credits`. Raises Http404."""
    # PostgreSQL raises an error for a number beyond bigint, which any URL may contain.
    if pk > models.BigIntegerField.MAX_BIGINT:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC_BIB, [pk])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    return _bib(row)


def copies_of(bib: Bib) -> list[Copy]:
    """Return all copies except withdrawn ones, unordered."""
    return list(Copy.objects.raw(COPIES, [bib.pk, Copy.Whereabouts.WITHDRAWN]))


def _bib(row: tuple[Any, ...]) -> Bib:
    *columns, people = row
    stored = iter(columns)
    bib, material, status, series = (_stored(model, stored) for model in _TABLES.values())
    bib.material_type, bib.status = material, status
    bib.series = series if series.pk else None
    bib.credits = [_credit(*json.loads(person)) for person in people]
    return bib


def _stored(model: type[models.Model], columns: Any) -> Any:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [next(columns) for _ in names])


def _credit(contribution: dict[str, Any], person: dict[str, Any]) -> Contribution:
    credit = Contribution(**contribution)
    credit.contributor = Contributor(**person)
    return credit
