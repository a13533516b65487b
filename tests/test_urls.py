"""Each visitor gets of each address what is meant for them (safety 13).

A new page fails until it has its line in tests/url_table.py, a new table of the admin until it
has one in ADMIN.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from akiruno_library.roles import ROLES
from catalog.models import Branch, Contributor, News, ReadingList, Series
from catalog.search import rebuild
from operation.invariants import offenders
from patrons.favourites import add_to_list
from patrons.models import NewsletterIssue, Session
from patrons.unsubscribing import unsubscribe_address
from reservations.models import Reservation
from tests.factories import a_terminal, staff_with_role
from tests.url_table import (
    ADMIN_LOGIN,
    ADMINISTRATOR,
    CATALOGUER,
    CLASSIFIED,
    COUNTER,
    OF_A_PATRON,
    OURS,
    TERMINAL,
    Answer,
)
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
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
    "patrons.staffaction": {ADMINISTRATOR: "v"},
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
    "patrons_patron_action",  # tests/patrons/test_counter_actions.py
}


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
    for pattern, answered in meant.items():
        if isinstance(answered, str):
            meant[pattern] = answered.format(reservation=reservation.pk)
    assert got == meant
    assert offenders() == {}


def test_head_answers_as_get_without_a_body(reservation, at_home):
    pages = [address(name, reservation) for name in OURS if CLASSIFIED[name].method == "get"]
    for client in (Client(), at_home):
        for path in pages:
            head, got = client.head(path), client.get(path)
            assert head.status_code == got.status_code, path
            assert head.headers.get("Location") == got.headers.get("Location"), path
            assert head.content == b"", path


def test_another_patrons_request_changes_nothing(reservation, stranger):
    client = logged_in(stranger.user, "PatronBackend")
    owned = [n for n in OURS if any(part in CLASSIFIED[n].path for part in OF_A_PATRON)]
    before = Reservation.objects.values().get()
    for name in owned:
        ask(client, name, reservation)
    assert owned
    assert Reservation.objects.values().get() == before


def test_a_change_is_never_a_get(reservation, at_home, counter_client):
    for name in (name for name in OURS if CLASSIFIED[name].method == "post"):
        for client in (at_home, counter_client):
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
    visits = [(at_home, address(n, reservation)) for n in OURS if CLASSIFIED[n].method == "get"]
    visits += [
        (by_role["administrator"], reverse(f"admin:{m.app_label}_{m.model_name}_changelist"))
        for m in tables
    ]
    for client, path in visits:
        headers = client.get(path).headers
        content = headers["Content-Security-Policy"]
        assert "default-src 'none'" in content, path
        assert "frame-ancestors 'none'" in content, path
        assert "unsafe" not in content, path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path


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

    allowances = {
        "v": allowed("changelist", "get"),
        "a": allowed("add", "get"),
        "c": allowed("change", "post", "0"),
        "d": allowed("delete", "get", "0"),
    }
    return "".join(right for right, yes in allowances.items() if yes)


def test_each_role_of_staff_does_with_each_table_what_its_work_needs(by_role):
    tables = sorted(model._meta.label_lower for model in admin.site._registry)
    allowed = {table: {role: may(by_role[role], table) for role in ROLES} for table in tables}
    got = {table: {r: m for r, m in roles.items() if m} for table, roles in allowed.items()}
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
