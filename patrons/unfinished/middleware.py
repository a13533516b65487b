"""After the login back to the page on which the form stood, with what was typed, and a sentence.

1. A POST that is led to a login: `next` becomes the page of the form; a signed cookie remembers for
   some minutes which press it was. Of whoever's session had ended, the fields are kept as well, in
   a session of the server, for that person alone (docs/decisions).
2. The first look at that page after the login: the sentence, and the fields as they were.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from akiruno_library import policy
from akiruno_library.safe_next import is_page_of_ours
from patrons.unfinished import fields
from patrons.unfinished.filling import fill_in
from patrons.unfinished.words import WITH_FIELDS, sentence_for

COOKIE = f"{settings.COOKIE_PREFIX}unfinished"
SALT = "patrons.unfinished"
LOGINS = ("patrons:login", "admin:login", "staff:code")
Page = Callable[[HttpRequest], HttpResponse]


def presses_that_came_too_late(get_response: Page) -> Page:
    def middleware(request: HttpRequest) -> HttpResponse:
        press = _back_on_the_page(request)
        typed = fields.take(request, press["action"]) if press else None
        if press:
            sentence = sentence_for(press["view"])
            words = WITH_FIELDS.format(sentence=sentence) if typed else sentence
            messages.warning(request, words)
        response = get_response(request)
        if press:
            response.delete_cookie(COOKIE, samesite="Lax")
            if typed and _is_page(response):
                page = response.content.decode()
                response.content = fill_in(page, press["action"], request.path, typed)
        elif request.method == "POST" and _leads_to_a_login(response):
            _remember(request, response)
        return response

    return middleware


def page_for_405(get_response: Page) -> Page:
    """Middleware: whoever opens an address that only takes presses reads a page, not nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _back_on_the_page(request: HttpRequest) -> dict[str, Any] | None:
    if request.method != "GET" or COOKIE not in request.COOKIES:
        return None
    kept_for = policy.UNFINISHED_KEPT
    try:
        press = signing.loads(request.COOKIES[COOKIE], salt=SALT, max_age=kept_for)
    except signing.BadSignature:
        return None
    there = press["page"] == request.get_full_path()
    return press if there and request.user.is_authenticated else None


def _leads_to_a_login(response: HttpResponse) -> bool:
    to = urlsplit(response.headers.get("Location", ""))
    asks_for_next = REDIRECT_FIELD_NAME in QueryDict(to.query)
    return asks_for_next and to.path in [reverse(name) for name in LOGINS]


def _remember(request: HttpRequest, response: HttpResponse) -> None:
    page, to = page_of_the_form(request), urlsplit(response.headers["Location"])
    query = QueryDict(to.query, mutable=True)
    query[REDIRECT_FIELD_NAME] = page
    response.headers["Location"] = f"{to.path}?{query.urlencode(safe='/')}"
    view = request.resolver_match.view_name if request.resolver_match else ""
    if request.terminal is not None:  # type: ignore[attr-defined]
        # Whoever logs in there next may be somebody else: it is said at once, and nothing kept.
        messages.warning(request, sentence_for(view))
        return
    press = {"view": view, "action": request.path, "page": page}
    response.set_cookie(
        COOKIE,
        signing.dumps(press, salt=SALT),
        max_age=policy.UNFINISHED_KEPT,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    fields.keep(request)


def page_of_the_form(request: HttpRequest) -> str:
    """The page that was sent from, if it is ours; else the first page behind this login."""
    found = urlsplit(request.headers.get("Referer", ""))
    page = f"{found.path}?{found.query}" if found.query else found.path
    if found.netloc == request.get_host() and is_page_of_ours(page):
        return page
    staff = request.path.startswith(reverse("admin:index"))
    return reverse("admin:index" if staff else settings.LOGIN_REDIRECT_URL)


def _is_page(response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and is_html and not response.streaming
