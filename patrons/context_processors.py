from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

HIDDEN_FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


def patron(request: HttpRequest) -> dict[str, Any]:
    """Add the logged-in patron and the terminal to the context of every page.

    `patrons_token` is for forms on pages for everybody: made once a page, when a form asks.
    """
    return {
        "patron": getattr(request, "patron", None),
        "on_terminal": getattr(request, "terminal", None),
        "patrons_token": SimpleLazyObject(lambda: _hidden_token(request)),
    }


def _hidden_token(request: HttpRequest) -> SafeString:
    """The hidden field of a token for a patron; nothing, and no cookie, before a login."""
    if not getattr(request, "patron", None):
        return SafeString("")
    return format_html(HIDDEN_FIELD, get_token(request))
