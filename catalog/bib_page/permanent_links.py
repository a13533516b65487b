"""The URL of a bib stays valid for ever, also after a merge."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from catalog.copies.merged import now_found_as

View = Callable[..., HttpResponse]


def leads_on(view: View) -> View:
    """Redirect the URL of a merged bib to the same page of the bib that stays."""

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
