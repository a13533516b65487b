"""Where a visitor goes on to, when the address or a form names a page to go back to.

What stands there was written by anybody: it is used as the path of a page of ours or not at all.
It is never resolved, for Django's `redirect` takes a word without a slash for the name of a view.
"""

import re

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

LONGEST = 2000  # a longer one does not fit into the header of an answer
# One slash, and no second one that would begin a host; browsers read a backslash as a slash and
# leave out what cannot be seen.
_PAGE = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f-\x9f\u2028\u2029]*")


def is_page_of_ours(address: str) -> bool:
    """True for a path that stays on this site, whatever a browser makes of it."""
    return len(address) <= LONGEST and bool(_PAGE.fullmatch(address))


def safe_next(request: HttpRequest, usual: str) -> str:
    """The page that the form or the address names as `next`; else the page of the name `usual`."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    return named if is_page_of_ours(named) else reverse(usual)


def go_on(request: HttpRequest, usual: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(safe_next(request, usual))
