"""Every address of the portal, and who may see it (safety 13): a new one fails until it is here.

A new page gets one line in CLASSIFIED; a new table of the admin one line in ADMIN.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from akiruno_library.roles import ROLES
from catalog.models import Branch, Contributor, News, ReadingList, Series
from catalog.search.rebuild import rebuild
from circulation.invariants import offenders
from patrons.favourites import add_to_list
from patrons.models import NewsletterIssue, Session
from patrons.unsubscribing import unsubscribe_address
from reservations.models import Reservation
from tests.factories import a_terminal, staff_with_role
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
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
    "display:wish": everyone("/display/", "/", method="post"),
    "help:index": everyone("/help/"),
    "help:topic": everyone("/help/register/"),
    "machines:search": programs("/api/v1/search/"),
    "machines:bib": programs("/api/v1/bib/{bib}/"),
    "machines:openapi": programs("/api/v1/openapi.json"),
    "machines:nothing_here": programs("/api/v1/nothing/", 404),
    "machines:bibtex": programs("/bib/{bib}.bib"),
    "machines:ris": programs("/bib/{bib}.ris"),
    "machines:new_feed": programs("/feeds/new.atom"),
    "machines:search_feed": programs("/feeds/search.atom?q=x"),
    "machines:suggest": programs("/search/suggest/?q=x"),
    "machines:opensearch": programs("/opensearch.xml"),
    "machines:sitemap": programs("/sitemap.xml"),
    "machines:sitemap_part": programs("/sitemap-1.xml"),
    "patron_mails:unsubscribe": everyone("/unsubscribe/{unsubscribe}/"),
    "patron_mails:issue": everyone("/newsletter/1/"),
    "patron_mails:feed": everyone("/feeds/newsletter.atom"),
    "patrons:newsletter": patrons("/mypage/newsletter/"),
    "patrons:notices": patrons("/mypage/notices/"),
    "patrons:test_mail": patrons("/mypage/notices/test/", "/mypage/notices/", method="post"),
    "mail_desk:standing": staff("/admin/mail/"),
    "mail_desk:letters": staff("/admin/mail/letters/"),
    "mail_desk:letter": staff("/admin/mail/letters/hold_ready/"),
    "mail_desk:letter_html": staff("/admin/mail/letters/hold_ready/html/"),
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
    "children:send_again": patrons(
        "/mypage/children/send-again/", "/mypage/children/", method="post"
    ),
    "children:confirm": everyone("/mypage/children/confirm/0123/", 410),
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
    "reservations:put_in_order": patrons(
        "/mypage/reservations/order/", "/mypage/reservations/", method="post"
    ),
    "reservations:change_pickup": patrons(
        "/mypage/reservations/pickup/", "/mypage/reservations/", method="post"
    ),
    "reservations:change": patrons("/mypage/reservations/{reservation}/change/", method="post"),
    "reservations:again": patrons(
        "/mypage/reservations/{reservation}/again/", "/mypage/reservations/", method="post"
    ),
    "reservations:order": patrons(
        "/mypage/reservations/{reservation}/order/lift/", "/mypage/reservations/", method="post"
    ),
    "reservations:skip": patrons("/mypage/settings/skip/"),
    "reservations:end_skip": patrons(
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
    "library:components": staff("/admin/library/components/", roles=None),
    "library:operation": staff("/admin/library/operation/", roles=(ADMINISTRATOR,)),
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
    "counter:return": staff("/admin/counter/return/", 404, method="post"),
    "counter:return_and_lend": staff("/admin/counter/return-and-lend/", 404, method="post"),
    "counter:renew": staff("/admin/counter/renew/", "/admin/counter/", method="post"),
    "counter:damaged": staff("/admin/counter/damaged/", 404, method="post"),
    "counter:lost": staff("/admin/counter/lost/", "/admin/counter/", method="post"),
    "counter:open_card": staff("/admin/counter/open/", 404, method="post"),
    "counter:renew_card": staff("/admin/counter/card/", "/admin/counter/", method="post"),
    "counter:slip": staff("/admin/counter/slips/{reservation}/"),
    "counter:lists": staff("/admin/counter/lists/", "/admin/counter/"),
    "counter:list": staff("/admin/counter/lists/fetch/", "/admin/counter/"),
    "counter:list_scan": staff(
        "/admin/counter/lists/fetch/scan/", "/admin/counter/", method="post"
    ),
    "counter:list_slips": staff("/admin/counter/lists/shelf/slips/", "/admin/counter/"),
    "counter:list_act": staff(
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

# What each role may do with each table of the admin: view, add, change, delete. Written out once
# more, so that a slip in akiruno_library/roles.py is seen; a table that belongs to no line fails.
ADMIN = {
    "auth.group": {ADMINISTRATOR: "v"},
    "catalog.bib": {COUNTER: "v", CATALOGUER: "vacd", ADMINISTRATOR: "vacd"},
    "catalog.branch": {COUNTER: "v", CATALOGUER: "v", ADMINISTRATOR: "vac"},
    "catalog.contributor": {COUNTER: "v", CATALOGUER: "vacd", ADMINISTRATOR: "vacd"},
    "catalog.copy": {COUNTER: "v", CATALOGUER: "vacd", ADMINISTRATOR: "vacd"},
    "catalog.materialtype": {COUNTER: "v", CATALOGUER: "v", ADMINISTRATOR: "vac"},
    "catalog.news": {ADMINISTRATOR: "vacd"},
    "catalog.readinglist": {COUNTER: "vacd", CATALOGUER: "vacd", ADMINISTRATOR: "vacd"},
    "catalog.publicholiday": {COUNTER: "v", CATALOGUER: "v", ADMINISTRATOR: "vacd"},
    "catalog.series": {COUNTER: "v", CATALOGUER: "vacd", ADMINISTRATOR: "vacd"},
    "notifications.jobrun": {ADMINISTRATOR: "v"},
    "notifications.mail": {COUNTER: "v", ADMINISTRATOR: "v"},
    "patrons.newssending": {ADMINISTRATOR: "vc"},
    "patrons.patron": {COUNTER: "vac", ADMINISTRATOR: "vac"},
    "patrons.changerecord": {ADMINISTRATOR: "v"},
    "patrons.staffact": {ADMINISTRATOR: "v"},
    "patrons.terminal": {ADMINISTRATOR: "vac"},
    "patrons.user": {ADMINISTRATOR: "vac"},
    "reservations.reservation": {COUNTER: "v", ADMINISTRATOR: "v"},
}
STANDARD = ("changelist", "add", "history", "delete", "change")
OF_THE_ADMIN_ITSELF = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    "auth_user_password_change",
    "patrons_patron_act",  # tests/patrons/test_at_the_counter.py
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


def answer(response: HttpResponse) -> Answer:
    where = response.headers.get("Location", "").split("?")[0]
    return where or response.status_code


@pytest.fixture
def reservation(borrower, book) -> Reservation:
    Contributor.objects.create(name="谷崎 潤一郎")
    Series.objects.create(title="秋川文庫")
    NewsletterIssue.objects.create(number=1, day=date(2026, 11, 21), made_at=timezone.now())
    ReadingList.objects.create(pk=1, title="おすすめ", shows_from=date(2026, 11, 1))
    News.objects.create(pk=1, title="お知らせ", text="本文", shows_from=date(2026, 11, 1))
    rebuild()
    add_to_list(borrower, [book.bib_id])
    return reserve(borrower, book.bib)


def logged_in(user: object, backend: str) -> Client:
    client = Client()
    client.force_login(user, backend=f"patrons.backends.{backend}")  # type: ignore[arg-type]
    return client


@pytest.fixture
def at_a_terminal(db: None) -> Client:
    return a_terminal()


@pytest.fixture
def by_role(db: None) -> dict[str, Client]:
    """For each role a browser in which somebody of that role, and no more, has logged in."""
    return {role: logged_in(staff_with_role(role), "StaffBackend") for role in ROLES}


def test_every_address_is_classified():
    assert [name for name in OURS if name not in CLASSIFIED] == []
    assert [name for name in CLASSIFIED if name not in OURS] == []


def address(name: str, reservation: Reservation) -> str:
    return CLASSIFIED[name].path.format(
        bib=reservation.bib_id,
        reservation=reservation.pk,
        list=1,
        patron=reservation.patron_id,
        author=Contributor.objects.get().pk,
        series=Series.objects.get().pk,
        unsubscribe=unsubscribe_address(reservation.patron_id, "news").split("/")[-2],
    )


def ask(client: Client, name: str, reservation: Reservation, method: str = "") -> HttpResponse:
    return getattr(client, method or CLASSIFIED[name].method)(address(name, reservation))


def test_each_visitor_gets_what_is_meant_for_them(
    reservation, stranger, at_home, at_a_terminal, by_role
):
    visitors = {
        "nobody": Client(),
        "terminal": at_a_terminal,
        "stranger": logged_in(stranger.user, "PatronBackend"),
        "patron": at_home,
        **by_role,
    }
    got = {
        (name, visitor): answer(ask(client, name, reservation))
        for visitor, client in visitors.items()
        for name in OURS
    }
    meant = {(name, visitor): CLASSIFIED[name].of(visitor) for name, visitor in got}
    for asked, answered in meant.items():
        if isinstance(answered, str):
            meant[asked] = answered.format(reservation=reservation.pk)
    assert got == meant
    assert offenders() == {}


def test_another_patrons_request_changes_nothing(reservation, stranger):
    client = logged_in(stranger.user, "PatronBackend")
    owned = [n for n in OURS if any(part in CLASSIFIED[n].path for part in OF_A_PATRON)]
    before = Reservation.objects.values().get()
    for name in owned:
        ask(client, name, reservation)
    assert owned
    assert Reservation.objects.values().get() == before


def test_a_change_is_never_a_get(reservation, at_home, at_the_counter):
    for name in (name for name in OURS if CLASSIFIED[name].method == "post"):
        for client in (at_home, at_the_counter):
            response = ask(client, name, reservation, method="get")
            assert response.status_code in (302, 405), name
    assert Reservation.objects.get().is_open
    assert at_home.get("/mypage/").status_code == 200  # nor has it logged anybody out


# Forms that carry a token.
MAY_SET_A_COOKIE = {"patrons:login", "patrons:register", "patrons:reset", "terminal:enrol"}


def test_a_public_page_sets_no_cookie_and_makes_no_session(reservation):
    public = [name for name in OURS if CLASSIFIED[name].nobody == 200]
    for name in public:
        response = ask(Client(), name, reservation)
        assert name in MAY_SET_A_COOKIE or not response.cookies, name
    assert not Session.objects.exists()


def test_a_page_of_a_person_is_stored_nowhere(reservation, at_home):
    """Every page with the header greets whoever has logged in, by name (safety 11)."""
    greeted = set()
    for name in (name for name in OURS if CLASSIFIED[name].method == "get"):
        response = ask(at_home, name, reservation)
        if "秋川 花子" in response.getvalue().decode():
            assert "no-store" in response.headers["Cache-Control"], name
            greeted.add(name)
    assert greeted >= {"catalog:home", "catalog:search", "reservations:basket"}


def test_every_answer_tells_the_browser_how_little_it_may(reservation, at_home, by_role):
    """Safety 16, on every page, the admin's included; no `unsafe-` word anywhere."""
    tables = [model._meta for model in admin.site._registry]
    asked = [(at_home, address(n, reservation)) for n in OURS if CLASSIFIED[n].method == "get"]
    asked += [
        (by_role["administrator"], reverse(f"admin:{m.app_label}_{m.model_name}_changelist"))
        for m in tables
    ]
    for client, path in asked:
        told = client.get(path).headers
        content = told["Content-Security-Policy"]
        assert "default-src 'none'" in content, path
        assert "frame-ancestors 'none'" in content, path
        assert "unsafe" not in content, path
        assert "camera=()" in told["Permissions-Policy"], path
        assert told["X-Content-Type-Options"] == "nosniff", path
        assert told["X-Frame-Options"] == "DENY", path
        assert told["Referrer-Policy"] == "same-origin", path
        assert told["Cross-Origin-Opener-Policy"] == "same-origin", path


WAYS_OUT = re.compile(
    r"""<a\b[^>]*(?:href=["'](?:mailto:|tel:|sms:|https?://|//)|\bdownload\b|target=)[^>]*>"""
)


def test_no_page_on_a_terminal_leads_out_of_it_or_is_kept(reservation, borrower):
    """Neither mail nor telephone nor another site; walked with a patron logged in (rule 8.2)."""
    Branch.objects.update(telephone="042-000-0000", address="あきる野市")
    client = a_terminal(borrower)
    pages = [n for n in OURS if CLASSIFIED[n].method == "get" and n != "terminal:enrol"]
    for name in pages:
        response = ask(client, name, reservation)
        assert response.headers["Cache-Control"] == "no-store", name
        assert "attachment" not in response.headers.get("Content-Disposition", ""), name
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert WAYS_OUT.findall(response.getvalue().decode()) == [], name
    assert client.get("/mypage/").status_code == 200


def may(client: Client, model: str) -> str:
    """What the admin's own pages let this visitor do with a table, asked over HTTP."""
    app, name = model.split(".")

    def allowed(what: str, method: str, *args: str) -> bool:
        path = reverse(f"admin:{app}_{name}_{what}", args=args)
        return getattr(client, method)(path).status_code != 403

    letters = {
        "v": allowed("changelist", "get"),
        "a": allowed("add", "get"),
        "c": allowed("change", "post", "0"),
        "d": allowed("delete", "get", "0"),
    }
    return "".join(letter for letter, yes in letters.items() if yes)


def test_each_role_of_staff_does_with_each_table_what_its_work_needs(by_role):
    tables = sorted(model._meta.label_lower for model in admin.site._registry)
    asked = {table: {role: may(by_role[role], table) for role in ROLES} for table in tables}
    got = {table: {r: m for r, m in roles.items() if m} for table, roles in asked.items()}
    assert got == ADMIN


def test_the_admin_has_no_page_beyond_its_tables_that_is_not_classified():
    standard = {f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry}
    known = {f"{table}_{page}" for table in standard for page in STANDARD} | OF_THE_ADMIN_ITSELF
    found = {pattern.name for pattern in _flat(admin.site.urls[0]) if pattern.name}
    assert sorted(found - known) == []


def _flat(patterns: list) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _flat(pattern.url_patterns)


def test_the_admin_is_for_staff_and_not_on_terminals(at_home, at_a_terminal, by_role):
    tables = [model._meta for model in admin.site._registry]
    pages = [reverse(f"admin:{m.app_label}_{m.model_name}_changelist") for m in tables]
    for page in ["/admin/", *pages]:
        assert answer(Client().get(page)) == ADMIN_LOGIN, page
        assert answer(at_home.get(page)) == ADMIN_LOGIN, page
        assert answer(at_a_terminal.get(page)) == TERMINAL, page
    for client in by_role.values():
        assert client.get("/admin/").status_code == 200
