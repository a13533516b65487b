"""The search of staff: finds hidden bibs, barcodes and source keys, too."""

from akiruno_library import policy
from catalog.models import Bib, Copy, MergedBib
from catalog.refusals import SearchUnavailable
from catalog.search import SearchRequest, search

FOUND_AT_MOST = 500


def bibs_found(typed: str) -> list[int]:
    """Return the hits of the portal's search, the most relevant first, and exact numbers."""
    term = typed.replace("\0", "").strip()[: policy.QUERY_MAX_CHARACTERS]
    if not term:
        return []
    ids = list(Copy.objects.filter(barcode=term).values_list("bib_id", flat=True))
    hidden = Bib.objects.filter(hidden=True, title__icontains=term)  # the index has no hidden bibs
    ids += hidden.values_list("pk", flat=True)[:FOUND_AT_MOST]
    ids += Bib.objects.filter(source_key=term).values_list("pk", flat=True)[:FOUND_AT_MOST]
    merged = MergedBib.objects.filter(source_key=term)
    ids += merged.values_list("bib_id", flat=True)[:FOUND_AT_MOST]
    try:
        # Staff look for a record itself, so nothing is left out and nothing is put in its place.
        wanted = SearchRequest(q=term, per_page=FOUND_AT_MOST, as_typed=True, within_words=True)
        ids += search(wanted).ids
    except SearchUnavailable:
        begins = Bib.objects.filter(title__startswith=term)
        ids += begins.values_list("pk", flat=True)[:FOUND_AT_MOST]
    return ids
