from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from catalog.display.choices import Choices
from catalog.kids.face import for_children
from catalog.kids.summaries import kids_books
from patrons.access import PortalRequest
from patrons.privileges import may_use_reservations
from reservations.basket import open_basket


@for_children
@never_cache
def childrens_basket(request: PortalRequest) -> HttpResponse:
    """Show the basket with furigana, and who can confirm it: the child or the counter."""
    inside = open_basket(request.session, request.patron).bib_ids()
    books = kids_books(inside, Choices.load().branches.values())
    may_reserve = request.patron and may_use_reservations(request.patron)
    context = {"books": books, "may_reserve": may_reserve}
    return render(request, "reservations/childrens_basket.html", context)
