from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from reservations.basket import SESSION_KEY, open_basket


def basket(request: HttpRequest) -> dict[str, Any]:
    """Give templates the number of basket lines; the query runs only when it is shown."""
    return {"basket_count": SimpleLazyObject(lambda: _count(request))}


def _count(request: HttpRequest) -> int:
    patron = getattr(request, "patron", None)
    if not patron and SESSION_KEY not in request.session:
        return 0
    return len(open_basket(request.session, patron).bib_ids())
