"""Every address of the portal, and who may see it (safety 13): a new page gets a line here.

The tests of tests/test_urls.py, the walk of the browser and the check sheet go by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from akiruno_library.roles import ROLES

LOGIN, ADMIN_LOGIN, TERMINAL = "/mypage/login/", "/admin/login/", "/terminal/"
ENROL = "/terminal/enrol/"
Answer = int | str

COUNTER, CATALOGUER, ADMINISTRATOR = "counter", "cataloguer", "administrator"
assert {COUNTER, CATALOGUER, ADMINISTRATOR} == set(ROLES)

# Parts of an address that name something of a patron: for any other patron it is not there.
OF_A_PATRON = ("{reservation}", "{list}")


@dataclass(frozen=True)
class Answers:
    """A status, or where the visitor is led: nobody we know, a patron, staff of the roles that may.

    A terminal (with nobody logged in) answers like home unless it says otherwise; another patron
    gets what a patron gets, but 404 for what is not theirs; staff of other roles get 403.
    """

    path: str
    nobody: Answer
    patron: Answer
    staff: Answer
    method: str = "get"
    terminal: Answer | None = None
    roles: tuple[str, ...] | None = None
    refused: Answer = 403

    def of(self, visitor: str) -> Answer:
        if visitor == "terminal":
            return self.nobody if self.terminal is None else self.terminal
        if visitor == "stranger":
            theirs = self.nobody != ADMIN_LOGIN and any(p in self.path for p in OF_A_PATRON)
            return 404 if theirs else self.patron
        if visitor in ROLES:
            return self.staff if self.roles is None or visitor in self.roles else self.refused
        return {"nobody": self.nobody, "patron": self.patron}[visitor]


def everyone(
    path: str, answer: Answer = 200, *, method: str = "get", terminal: Answer | None = None
) -> Answers:
    return Answers(path, answer, answer, answer, method, terminal)


def patrons(path: str, answer: Answer = 200, *, method: str = "get") -> Answers:
    return Answers(path, LOGIN, answer, LOGIN, method)


def staff(
    path: str,
    answer: Answer = 200,
    *,
    method: str = "get",
    roles: tuple[str, ...] | None = (COUNTER, ADMINISTRATOR),
) -> Answers:
    """Staff pages: the counter's, unless other roles are named (None: every role)."""
    return Answers(path, ADMIN_LOGIN, ADMIN_LOGIN, answer, method, TERMINAL, roles)


def terminals(path: str, answer: Answer = 200, *, method: str = "get") -> Answers:
    return Answers(path, ENROL, ENROL, ENROL, method, answer)


def programs(path: str, answer: Answer = 200) -> Answers:
    """What programs read is no page for a terminal."""
    return everyone(path, answer, terminal=TERMINAL)


CLASSIFIED = {
    ":metrics": everyone("/metrics", 404),  # nobody here knows the token
    "catalog:home": everyone("/"),
    "catalog:search": everyone("/search/"),
    "catalog:advanced": everyone("/search/advanced/"),
    "catalog:detail": everyone("/bib/{bib}/"),
    "catalog:branches": everyone("/branches/"),
    "catalog:branch": everyone("/branches/chuo/"),
    "catalog:healthz": everyone("/healthz"),
    "catalog:readyz": everyone("/readyz"),
    "catalog:robots": everyone("/robots.txt"),
    "catalog:security_txt": everyone("/.well-known/security.txt"),
    "browsing:arrivals": everyone("/new/"),
    "browsing:ranking": everyone("/ranking/"),
    "browsing:classes": everyone("/browse/ndc/"),
    "browsing:class": everyone("/browse/ndc/913/"),
    "browsing:subjects": everyone("/browse/subject/"),
    "browsing:authors": everyone("/browse/author/"),
    "browsing:author": everyone("/browse/author/{author}/"),
    "browsing:all_series": everyone("/browse/series/"),
    "browsing:series": everyone("/browse/series/{series}/"),
    "kids:home": everyone("/kids/"),
    "kids:search": everyone("/kids/search/"),
    "kids:suggest": everyone("/kids/suggest/?q=x"),
    "kids:bib": everyone("/kids/bib/{bib}/"),
    "kids:list": everyone("/kids/lists/1/"),
    "browsing:reading_list": everyone("/lists/1/"),
    "display:change": everyone("/display/", "/", method="post"),
    "help:index": everyone("/help/"),
    "help:topic": everyone("/help/register/"),
    "api:search": programs("/api/v1/search/"),
    "api:bib": programs("/api/v1/bib/{bib}/"),
    "api:openapi": programs("/api/v1/openapi.json"),
    "api:nothing_here": programs("/api/v1/nothing/", 404),
    "api:bibtex": programs("/bib/{bib}.bib"),
    "api:ris": programs("/bib/{bib}.ris"),
    "api:new_feed": programs("/feeds/new.atom"),
    "api:search_feed": programs("/feeds/search.atom?q=x"),
    "api:suggest": programs("/search/suggest/?q=x"),
    "api:opensearch": programs("/opensearch.xml"),
    "api:sitemap": programs("/sitemap.xml"),
    "api:sitemap_part": programs("/sitemap-1.xml"),
    "patron_mails:unsubscribe": everyone("/unsubscribe/{unsubscribe}/"),
    "patron_mails:issue": everyone("/newsletter/1/"),
    "patron_mails:feed": everyone("/feeds/newsletter.atom"),
    "patrons:newsletter": patrons("/mypage/newsletter/"),
    "patrons:notices": patrons("/mypage/notices/"),
    "patrons:test_mail": patrons("/mypage/notices/test/", "/mypage/notices/", method="post"),
    "mail_desk:delivery": staff("/admin/mail/"),
    "mail_desk:samples": staff("/admin/mail/letters/"),
    "mail_desk:sample": staff("/admin/mail/letters/hold_ready/"),
    "mail_desk:sample_html": staff("/admin/mail/letters/hold_ready/html/"),
    "news_desk:prepare": staff("/admin/news/1/send/", roles=(ADMINISTRATOR,)),
    "news_desk:stop": staff("/admin/news/0/stop/", 404, method="post", roles=(ADMINISTRATOR,)),
    "catalog:news": everyone("/news/1/"),
    "patrons:login": Answers("/mypage/login/", 200, "/mypage/", 200),
    "patrons:logout": everyone("/mypage/logout/", "/", method="post"),
    "patrons:register": everyone("/mypage/register/"),
    "patrons:reset": everyone("/mypage/reset/"),
    "patrons:reset_by_link": everyone("/mypage/reset/nothing/", 410),
    "patrons:password": patrons("/mypage/password/"),
    "patrons:mail_address": patrons("/mypage/email/"),
    "patrons:send_confirmation": patrons("/mypage/email/again/", "/mypage/email/", method="post"),
    "patrons:confirm_address": everyone("/mypage/email/confirm/nothing/", 410),
    "patrons:allow_our_mail": everyone("/mypage/email/allow/"),
    "patrons:sessions": patrons("/mypage/sessions/"),
    "patrons:end_login": patrons("/mypage/sessions/end/", "/mypage/sessions/", method="post"),
    "patrons:end_logins": patrons("/mypage/sessions/end-all/", LOGIN, method="post"),
    "patrons:stay": everyone("/mypage/sessions/stay/", "/mypage/", method="post"),
    "patrons:card": patrons("/mypage/card/"),
    "patrons:favourites": patrons("/mypage/favourites/"),
    "patrons:add_favourite": patrons(
        "/mypage/favourites/add/", "/mypage/favourites/", method="post"
    ),
    "patrons:favourite_list": patrons("/mypage/favourites/{list}/"),
    "patrons:delete_favourites": patrons("/mypage/favourites/{list}/delete/"),
    "patrons:note_favourite": patrons("/mypage/favourites/{list}/note/", 404, method="post"),
    **{
        f"patrons:{verb}_favourites": patrons(
            f"/mypage/favourites/{{list}}/{path}/", "/mypage/favourites/1/", method="post"
        )
        for verb, path in {
            "rename": "rename",
            "move": "move",
            "copy": "copy",
            "take_out": "take-out",
            "arrange": "arrange",
        }.items()
    },
    "terminal:home": terminals("/terminal/"),
    "terminal:enrol": everyone("/terminal/enrol/"),
    "terminal:here": terminals("/terminal/here/", 204, method="post"),
    "terminal:end": terminals("/terminal/end/", TERMINAL, method="post"),
    "children:settings": patrons("/mypage/children/"),
    "children:stop": patrons("/mypage/children/stop/"),
    "children:resend": patrons("/mypage/children/send-again/", "/mypage/children/", method="post"),
    "children:confirm": everyone("/mypage/children/confirm/0123/", 410),
    "children:send_replace_link": patrons(
        "/mypage/children/replace/", "/mypage/children/", method="post"
    ),
    "children:replace": everyone("/mypage/children/replace/0123/", 410),
    "children:press": terminals("/terminal/children/"),
    "children:answer": terminals("/terminal/children/hello/"),
    "reservations:basket": everyone("/basket/"),
    "reservations:add": everyone("/basket/add/", "/basket/", method="post"),
    "reservations:remove": everyone("/basket/remove/", "/basket/", method="post"),
    "reservations:confirm": patrons("/basket/confirm/", method="post"),
    "reservations:placed": patrons("/basket/placed/"),
    "reservations:childrens_basket": everyone("/kids/basket/"),
    "reservations:favourite": patrons("/basket/favourite/", "/basket/", method="post"),
    "reservations:basket_order": patrons("/basket/order/out/", "/basket/", method="post"),
    "reservations:list": patrons("/mypage/reservations/"),
    "reservations:detail": patrons("/mypage/reservations/{reservation}/"),
    "reservations:deadlines": patrons("/mypage/reservations/deadlines.ics"),
    "reservations:form_sequence": patrons(
        "/mypage/reservations/order/", "/mypage/reservations/", method="post"
    ),
    "reservations:change_pickup": patrons(
        "/mypage/reservations/pickup/", "/mypage/reservations/", method="post"
    ),
    "reservations:change": patrons("/mypage/reservations/{reservation}/change/", method="post"),
    "reservations:place_again": patrons(
        "/mypage/reservations/{reservation}/again/", "/mypage/reservations/", method="post"
    ),
    "reservations:order": patrons(
        "/mypage/reservations/{reservation}/order/lift/", "/mypage/reservations/", method="post"
    ),
    "reservations:suspension": patrons("/mypage/settings/skip/"),
    "reservations:end_suspension": patrons(
        "/mypage/settings/skip/end/", "/mypage/settings/skip/", method="post"
    ),
    "reservations:cancel": patrons(
        "/mypage/reservations/{reservation}/cancel/", "/mypage/", method="post"
    ),
    "circulation:mypage": patrons("/mypage/"),
    "circulation:loans": patrons("/mypage/loans/"),
    "circulation:renew": patrons("/mypage/loans/renew/", "/mypage/", method="post"),
    "circulation:print": patrons("/mypage/loans/print/"),
    "circulation:due_days": patrons("/mypage/loans/due-days.ics"),
    "loans:history": patrons("/mypage/history/"),
    "loans:consent": patrons("/mypage/history/consent/", "/mypage/history/", method="post"),
    "loans:withdraw": patrons("/mypage/history/withdraw/", "/mypage/history/", method="post"),
    "loans:delete_all": patrons("/mypage/history/delete/", "/mypage/history/", method="post"),
    "loans:delete_entry": patrons("/mypage/history/1/delete/", 404, method="post"),
    "loans:export": patrons("/mypage/history/export/"),
    "circulation:export": patrons("/mypage/export/"),
    "circulation:export_csv": patrons("/mypage/export/all.csv"),
    "circulation:export_json": patrons("/mypage/export/all.json"),
    "circulation:settings": patrons("/mypage/settings/"),
    "staff:code": staff("/admin/second-factor/", "/admin/second-factor/enrol/", roles=None),
    "staff:enrol": staff("/admin/second-factor/enrol/", roles=None),
    "catalog:calendar": everyone("/branches/calendar/"),
    "library:year": staff("/admin/library/calendar/", roles=(ADMINISTRATOR,)),
    "library:day": staff("/admin/library/calendar/chuo/2099-12-05/", roles=(ADMINISTRATOR,)),
    "operation:page": staff("/admin/library/operation/", roles=(ADMINISTRATOR,)),
    "library:figures": staff("/admin/library/figures/", roles=(ADMINISTRATOR,)),
    "library:chart": staff("/admin/library/figures/chart.svg", roles=(ADMINISTRATOR,)),
    "library:file": staff("/admin/library/figures/csv/", roles=(ADMINISTRATOR,)),
    "library:patron": staff("/admin/library/patrons/{patron}/"),
    "library:renew": staff("/admin/library/patrons/{patron}/renew/", 404, method="post"),
    "counter:counter": staff("/admin/counter/"),
    "counter:scan": staff("/admin/counter/scan/", "/admin/counter/", method="post"),
    "counter:finish": staff("/admin/counter/finish/", "/admin/counter/", method="post"),
    "counter:branch": staff("/admin/counter/branch/", "/admin/counter/", method="post"),
    "counter:drop": staff("/admin/counter/drop/", "/admin/counter/", method="post"),
    "counter:undo": staff("/admin/counter/undo/", "/admin/counter/", method="post"),
    "counter:return": staff("/admin/counter/return/", "/admin/counter/", method="post"),
    "counter:return_and_lend": staff(
        "/admin/counter/return-and-lend/", "/admin/counter/", method="post"
    ),
    "counter:renew": staff("/admin/counter/renew/", "/admin/counter/", method="post"),
    "counter:damaged": staff("/admin/counter/damaged/", "/admin/counter/", method="post"),
    "counter:lost": staff("/admin/counter/lost/", "/admin/counter/", method="post"),
    "counter:open_card": staff("/admin/counter/open/", 404, method="post"),
    "counter:renew_card": staff("/admin/counter/card/", "/admin/counter/", method="post"),
    "counter:slip": staff("/admin/counter/slips/{reservation}/"),
    "counter:lists": staff("/admin/counter/lists/", "/admin/counter/"),
    "counter:list": staff("/admin/counter/lists/fetch/", "/admin/counter/"),
    "counter:list_scan": staff(
        "/admin/counter/lists/fetch/scan/", "/admin/counter/", method="post"
    ),
    "counter:list_undo": staff(
        "/admin/counter/lists/fetch/undo/", "/admin/counter/", method="post"
    ),
    "counter:list_slips": staff("/admin/counter/lists/shelf/slips/", "/admin/counter/"),
    "counter:list_action": staff(
        "/admin/counter/lists/fetch/not-on-shelf/", "/admin/counter/", method="post"
    ),
    "counter:reserve": staff("/admin/counter/reserve/", "/admin/counter/"),
    "counter:merge": staff("/admin/counter/merge/", roles=(CATALOGUER, ADMINISTRATOR)),
    "counter:queue": staff("/admin/counter/bibs/{bib}/"),
    "counter:reservation": staff("/admin/counter/reservations/{reservation}/"),
    "counter:priority": staff(
        "/admin/counter/reservations/{reservation}/priority/",
        "/admin/counter/reservations/{reservation}/",
        method="post",
    ),
    "counter:end": staff(
        "/admin/counter/reservations/{reservation}/end/",
        "/admin/counter/reservations/{reservation}/",
        method="post",
    ),
    "counter:grant": staff(
        "/admin/counter/reservations/{reservation}/grant/",
        "/admin/counter/reservations/{reservation}/",
        method="post",
    ),
    "counter:decline": staff(
        "/admin/counter/reservations/{reservation}/decline/",
        "/admin/counter/reservations/{reservation}/",
        method="post",
    ),
}


def names(patterns: list, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; the admin's own are walked by model, the demo's are not ours."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}"
        elif pattern.namespace not in ("admin", "demo"):
            yield from names(pattern.url_patterns, pattern.namespace or namespace)


ENDS_A_VISIT = {"patrons:end_logins", "patrons:logout", "terminal:end"}
OURS = sorted(
    set(names(get_resolver().url_patterns)),
    key=lambda name: (name in ENDS_A_VISIT, name),
)


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """The whole path of every address of ours, its parameters in braces: mypage/reset/{token}/."""
    for pattern in resolver.url_patterns:
        if getattr(pattern, "namespace", None) in ("admin", "demo"):
            continue
        path = before + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from routes(pattern, path)
