"""Every address of the portal, and who may see it (safety 13): a new one fails until it is here."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from catalog.models import Contributor, Series
from catalog.search.rebuild import rebuild
from circulation.invariants import offenders
from patrons.models import Session
from reservations.models import Reservation
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
LOGIN, ADMIN_LOGIN = "/mypage/login/", "/admin/login/"


@dataclass(frozen=True)
class Answers:
    """A status, or where the visitor is led: to nobody we know, to a patron, to staff."""

    path: str
    nobody: int | str
    patron: int | str
    staff: int | str
    method: str = "get"


def everyone(path: str, answer: int | str = 200, *, method: str = "get") -> Answers:
    return Answers(path, answer, answer, answer, method)


def patrons(path: str, answer: int | str = 200, *, method: str = "get") -> Answers:
    return Answers(path, LOGIN, answer, LOGIN, method)


def staff(path: str, answer: int | str = 200, *, method: str = "get") -> Answers:
    return Answers(path, ADMIN_LOGIN, ADMIN_LOGIN, answer, method)


CLASSIFIED = {
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
    "browsing:authors": everyone("/browse/author/"),
    "browsing:author": everyone("/browse/author/{author}/"),
    "browsing:all_series": everyone("/browse/series/"),
    "browsing:series": everyone("/browse/series/{series}/"),
    "machines:search": everyone("/api/v1/search/"),
    "machines:bib": everyone("/api/v1/bib/{bib}/"),
    "machines:openapi": everyone("/api/v1/openapi.json"),
    "machines:nothing_here": everyone("/api/v1/nothing/", 404),
    "machines:bibtex": everyone("/bib/{bib}.bib"),
    "machines:ris": everyone("/bib/{bib}.ris"),
    "machines:new_feed": everyone("/feeds/new.atom"),
    "machines:search_feed": everyone("/feeds/search.atom?q=x"),
    "machines:opensearch": everyone("/opensearch.xml"),
    "machines:sitemap": everyone("/sitemap.xml"),
    "machines:sitemap_part": everyone("/sitemap-1.xml"),
    "patrons:login": Answers("/mypage/login/", 200, "/mypage/", 200),
    "patrons:logout": everyone("/mypage/logout/", "/", method="post"),
    "patrons:stay": everyone("/mypage/sessions/stay/", "/mypage/", method="post"),
    "reservations:basket": everyone("/basket/"),
    "reservations:add": everyone("/basket/add/", "/basket/", method="post"),
    "reservations:remove": everyone("/basket/remove/", "/basket/", method="post"),
    "reservations:confirm": patrons("/basket/confirm/", method="post"),
    "reservations:placed": patrons("/basket/placed/"),
    "reservations:cancel": patrons(
        "/mypage/reservations/{reservation}/cancel/", "/mypage/", method="post"
    ),
    "circulation:mypage": patrons("/mypage/"),
    "circulation:loans": patrons("/mypage/loans/"),
    "circulation:renew": patrons("/mypage/loans/renew/", "/mypage/", method="post"),
    "circulation:settings": patrons("/mypage/settings/"),
    "counter:counter": staff("/admin/counter/"),
    "counter:scan": staff("/admin/counter/scan/", "/admin/counter/", method="post"),
    "counter:finish": staff("/admin/counter/finish/", "/admin/counter/", method="post"),
    "counter:branch": staff("/admin/counter/branch/", "/admin/counter/", method="post"),
}


def names(patterns: list, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; the admin's own and the demo's are not ours to list."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}"
        elif pattern.namespace not in ("admin", "demo"):
            yield from names(pattern.url_patterns, pattern.namespace or namespace)


OURS = sorted(
    set(names(get_resolver().url_patterns)), key=lambda name: (name == "patrons:logout", name)
)


def answer(response: HttpResponse) -> int | str:
    where = response.headers.get("Location", "").split("?")[0]
    return where or response.status_code


@pytest.fixture
def reservation(borrower, book) -> Reservation:
    Contributor.objects.create(name="谷崎 潤一郎")
    Series.objects.create(title="秋川文庫")
    rebuild()
    return reserve(borrower, book.bib)


def test_every_address_is_classified():
    assert [name for name in OURS if name not in CLASSIFIED] == []


def ask(client: Client, name: str, reservation: Reservation, method: str = "") -> HttpResponse:
    asked = CLASSIFIED[name]
    path = asked.path.format(
        bib=reservation.bib_id,
        reservation=reservation.pk,
        author=Contributor.objects.get().pk,
        series=Series.objects.get().pk,
    )
    return getattr(client, method or asked.method)(path)


def test_each_visitor_gets_what_is_meant_for_them(reservation, at_home, at_the_counter):
    visitors = {"nobody": Client(), "staff": at_the_counter, "patron": at_home}
    got = {
        (name, visitor): answer(ask(client, name, reservation))
        for name in OURS
        for visitor, client in visitors.items()
    }
    meant = {(name, visitor): getattr(CLASSIFIED[name], visitor) for name, visitor in got}
    assert got == meant
    assert offenders() == {}


def test_a_change_is_never_a_get(reservation, at_home, at_the_counter):
    for name in (name for name in OURS if CLASSIFIED[name].method == "post"):
        for client in (at_home, at_the_counter):
            response = ask(client, name, reservation, method="get")
            assert response.status_code in (302, 405), name
    assert Reservation.objects.get().is_open
    assert at_home.get("/mypage/").status_code == 200  # nor has it logged anybody out


def test_a_public_page_sets_no_cookie_and_makes_no_session(reservation):
    public = [name for name in OURS if CLASSIFIED[name].nobody == 200]
    for name in public:
        response = ask(Client(), name, reservation)
        assert name == "patrons:login" or not response.cookies, name
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


def test_the_admin_is_for_staff(at_home, at_the_counter):
    assert answer(at_home.get("/admin/")) == ADMIN_LOGIN
    assert answer(Client().get("/admin/")) == ADMIN_LOGIN
    assert at_the_counter.get("/admin/").status_code == 200
