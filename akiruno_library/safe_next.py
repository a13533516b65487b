"""The page to which a visitor returns, from the parameter `next`.

Anybody can set the parameter, so it is used only as a path of this site. It is never resolved,
because Django's `redirect` takes a word without a slash as the name of a view.
"""

import re

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

LONGEST = 2000  # a longer one does not fit into the header of an answer
# One slash, and no second one that would begin a host; browsers read a backslash as a slash and
# leave out what cannot be seen.
_PAGE = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f-\x9f\u2028\u2029]*")


def is_page_of_ours(address: str) -> bool:
    """Whether the path stays on this site in every browser."""
    return len(address) <= LONGEST and bool(_PAGE.fullmatch(address))


def safe_next(request: HttpRequest, usual: str) -> str:
    """Return the page of the parameter `next`; otherwise the page with the name `usual`."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    return named if is_page_of_ours(named) else reverse(usual)


def go_on(request: HttpRequest, usual: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(safe_next(request, usual))
