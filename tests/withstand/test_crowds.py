"""A crawler beside patrons, a crawl of everything, nonsense by the thousand, bodies too large."""

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

import requests

from tests.progress import HANG, until
from tests.withstand.library import OpenLibrary
from tests.withstand.long import LONG, Tell, short_or_long, spread
from tests.withstand.test_mail import RUNNING

CRAWLING_SECONDS = short_or_long(8, 60)
CRAWLED_PAGES = short_or_long(600, 33_000)
NONSENSE = short_or_long(1_200, 20_000)
CRAWLED_A_SECOND, PATRONS_A_SECOND = 200, 5
SOON = 1.0  # seconds within which 19 of 20 pages of a patron come beside the crawler


# Addresses of their own, so that nobody else in these tests is asked to wait because of them.
CRAWLER = "127.0.0.2"


def _line(library: OpenLibrary, source: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(
        "127.0.0.1", library.portal.port, timeout=HANG, source_address=(source, 0)
    )


def sessions(library: OpenLibrary) -> int:
    [[number]] = library.facts("SELECT count(*) FROM patrons_session")
    return number


def test_safety_21_22_a_crawler_is_told_to_wait_and_patrons_do_not_notice(
    library: OpenLibrary, record_property: Tell
):
    patron = library.visitor().log_in("10000008")
    before, crawled, over = sessions(library), Counter[int](), threading.Event()

    def crawl() -> None:
        line, due = _line(library, CRAWLER), time.monotonic()
        while not over.is_set():
            line.request("GET", f"/search/?q={random.randrange(10**6)}")
            answer = line.getresponse()
            answer.read()
            crawled[answer.status] += 1
            assert not answer.headers["Set-Cookie"]
            due += 4 / CRAWLED_A_SECOND
            over.wait(max(due - time.monotonic(), 0))

    crawlers = [threading.Thread(target=crawl) for _ in range(4)]
    for crawler in crawlers:
        crawler.start()
    answered: list[tuple[int, float]] = []
    begun_at = time.monotonic()
    try:
        for _ in range(CRAWLING_SECONDS * PATRONS_A_SECOND):
            begun = time.monotonic()
            status = patron.get("/search/?q=本").status_code
            answered.append((status, time.monotonic() - begun))
            time.sleep(max(1 / PATRONS_A_SECOND - answered[-1][1], 0))
    finally:
        over.set()
        for crawler in crawlers:
            crawler.join()
    lasted = time.monotonic() - begun_at
    took = [seconds for _, seconds in answered]
    pages = sum(crawled.values())
    record_property(
        "figure",
        f"{pages / lasted:.0f} pages a second asked for during {lasted:.0f} s, of which"
        f" {crawled[429] * 100 // pages} % got 429; {len(took)} pages of patrons, all 200:"
        f" {spread(took)}",
    )
    assert {status for status, _ in answered} == {200}
    assert set(crawled) <= {200, 429}
    if pages > 1000:  # a machine so slow that it bounds the crawler by itself
        assert crawled[429]
    assert sessions(library) == before
    if LONG:
        assert sorted(took)[int(len(took) * 0.95)] < SOON


# What grows by itself while time passes, whether anybody crawls or not.
OF_THE_CLOCK = {"notifications_pulse", "notifications_jobrun"}


def rows(library: OpenLibrary) -> dict[str, int]:
    tables = library.facts("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        table: library.facts(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608
        for [table] in tables
        if table not in OF_THE_CLOCK
    }


def test_safety_21_a_crawl_of_the_whole_library_leaves_nothing_behind(
    library: OpenLibrary, record_property: Tell
):
    """From many addresses, so that nobody is told to wait; no cookie is ever sent back."""
    pages = itertools.cycle(every_page(library))
    statuses, most = Counter[int](), 0
    alone = threading.Lock()

    def crawl(number: int) -> None:
        for count in range(CRAWLED_PAGES // 4):
            if count % 100 == 0:
                line = _line(library, f"127.1.{number}.{count // 100 % 250 + 1}")
            with alone:
                page = next(pages)
            line.request("GET", page)
            answer = line.getresponse()
            answer.read()
            statuses[answer.status] += 1
            assert not answer.headers["Set-Cookie"], page

    crawlers = [threading.Thread(target=crawl, args=(number,)) for number in range(4)]
    with no_clock(library):
        before, begun = rows(library), time.monotonic()
        for crawler in crawlers:
            crawler.start()
        while any(crawler.is_alive() for crawler in crawlers):
            most = max(most, connections(library))
            time.sleep(0.5)
        lasted, after = time.monotonic() - begun, rows(library)
    grown = {table: n - before[table] for table, n in after.items() if n != before[table]}
    record_property(
        "figure",
        f"{sum(statuses.values()):,} pages without cookies in {lasted:.0f} s"
        f" ({dict(sorted(statuses.items()))}); sessions and rows grown: {grown or 0};"
        f" at most {most} connections of PostgreSQL in use by everything",
    )
    assert sum(statuses.values()) == CRAWLED_PAGES // 4 * 4
    assert set(statuses) <= {200, 404, 429}
    assert grown == {}
    assert most < 40  # web's threads, worker, beat, indexer: none for each visitor


@contextmanager
def no_clock(library: OpenLibrary) -> Iterator[None]:
    """The jobs of the library rest: what they write is theirs, not the crawler's."""
    library.kill("beat")
    try:
        until(lambda: not library.facts(RUNNING))
        yield
    finally:
        library.revive("beat")


def every_page(library: OpenLibrary) -> list[str]:
    bibs = [f"/bib/{pk}/" for [pk] in library.facts("SELECT id FROM catalog_bib ORDER BY id")]
    lists = [f"/search/?q=%E6%9C%AC&page={page}" for page in range(1, 8)]
    around = ["/", "/new/", "/ranking/", "/branches/", "/browse/ndc/", "/help/", "/sitemap.xml",
              "/feeds/new.atom", "/api/v1/search/?q=%E6%9C%AC"]  # fmt: skip
    return bibs + lists + around


def connections(library: OpenLibrary) -> int:
    [[number]] = library.facts(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )
    return number


PATHS = [
    "/", "/search/", "/search/advanced/", "/search/suggest/", "/bib/1/", "/bib/999999999999/",
    "/new/", "/ranking/", "/browse/ndc/913/", "/browse/author/1/", "/browse/series/0/",
    "/branches/chuo/", "/basket/", "/basket/add/", "/basket/confirm/", "/mypage/",
    "/mypage/login/", "/mypage/register/", "/mypage/reset/x/", "/mypage/favourites/0/",
    "/mypage/reservations/1/cancel/", "/unsubscribe/x/", "/terminal/", "/terminal/children/",
    "/admin/", "/admin/login/", "/admin/counter/scan/", "/api/v1/search/", "/api/v1/bib/1/",
    "/feeds/search.atom", "/sitemap-9.xml", "/help/", "/help/x/", "/readyz", "/metrics", "/nothing",
]  # fmt: skip
NAMES = ["q", "title", "page", "per_page", "sort", "branch", "material", "decade", "f1", "t1",
         "bib", "next", "card_number", "password", "kana", "year_from", "available"]  # fmt: skip
ODD = [
    "", "%00", "%ff%fe", "%ED%A0%80", quote("🐈" * 50), quote("あ" * 5000), "' OR 1=1 --",
    "{{7*7}}",
    "<img onerror=x>", "%0d%0aX:%20y", "-1", "1e9", "9" * 30, "AND OR NOT", quote('"((**??:'), "\\",
    quote("‮"), "../../etc/passwd", "true", "[]",
]  # fmt: skip


def test_nonsense_of_every_kind_is_answered_and_never_with_a_fault(
    library: OpenLibrary, record_property: Tell
):
    """From many addresses, so that nobody is told to wait instead of being answered."""
    dice = random.Random(20261125)
    faults: list[tuple[int, str, str]] = []
    statuses: Counter[int] = Counter()

    def ask_nonsense(number: int, seed: int) -> None:
        own = random.Random(seed)
        for count in range(NONSENSE // 4):
            method, path, body = _nonsense(own)
            source = f"127.3.{number}.{count // 100 % 250 + 1}"
            status = _status_of(library, source, method, path, body, own)
            statuses[status] += 1
            if status >= 500:
                faults.append((status, method, path))

    askers = [
        threading.Thread(target=ask_nonsense, args=(number, dice.randrange(10**9)))
        for number in range(4)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    in_words = ", ".join(f"{status or 'cut off'}: {n}" for status, n in sorted(statuses.items()))
    record_property("figure", f"{sum(statuses.values()):,} requests ({in_words})")
    assert faults == []
    assert statuses[429] < NONSENSE / 10  # what was asked is answered, not only turned away


def _nonsense(dice: random.Random) -> tuple[str, str, bytes]:
    query = "&".join(
        f"{dice.choice(NAMES)}={dice.choice(ODD)}" for _ in range(dice.randrange(5))
    ).replace(" ", "+")
    path = dice.choice(PATHS) + (f"?{query}" if query else "")
    method = dice.choice(["GET", "GET", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
    return method, path, dice.randbytes(dice.randrange(300)) if method == "POST" else b""


def _status_of(
    library: OpenLibrary, source: str, method: str, path: str, body: bytes, dice: random.Random
) -> int:
    connection = _line(library, source)
    kinds = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/x"]
    headers = {
        "Content-Type": dice.choice(kinds),
        "Cookie": dice.choice(["", "sessionid=x", "session=%00; csrftoken=é", "messages=[[", "="]),
        "X-Forwarded-For": dice.choice(["", "1.2.3.4", "x, y", "::1"]),
    }
    sent = path.encode("latin-1", "replace").decode("latin-1")
    status = 0  # turned away before it became a request
    with suppress(ConnectionError, http.client.HTTPException, UnicodeEncodeError):
        connection.request(method, sent, body, headers)
        status = connection.getresponse().status
    connection.close()
    return status


def test_a_body_of_ten_megabytes_is_turned_away(library: OpenLibrary):
    answer = requests.post(
        f"{library.address}/mypage/login/", data={"card_number": "x" * 10_000_000}, timeout=HANG
    )
    assert answer.status_code in (400, 403, 413)
