"""Bibs that were merged into others: whoever asks for the old one is led to the one that stays."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from catalog.models import Bib, FormerBib

View = Callable[..., HttpResponse]


def remember(duplicate: Bib, into: Bib, *, at: datetime) -> None:
    """Within the transaction that deletes the duplicate; who led to it leads further now."""
    duplicate.former.update(bib=into)
    FormerBib.objects.create(
        number=duplicate.pk,
        source=duplicate.source,
        source_key=duplicate.source_key,
        bib=into,
        merged_at=at,
    )


def now_found_as(numbers: Iterable[int]) -> dict[int, int]:
    """Of these numbers those that are another bib's now."""
    rows = FormerBib.objects.filter(number__in=list(numbers))
    return dict(rows.values_list("number", "bib_id"))


def leads_on(view: View) -> View:
    """A page of one bib; where there is none any more, its address leads to the same page of the
    bib it became part of."""

    @wraps(view)
    def answered(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk=pk)
        except Http404:
            kept = now_found_as([pk]).get(pk)
            if kept is None or request.resolver_match is None:
                raise
            page = reverse(request.resolver_match.view_name, kwargs={"pk": kept})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{page}?{query}" if query else page)

    return answered
