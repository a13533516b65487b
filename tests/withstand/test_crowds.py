"""A crawler beside patrons, nonsense by the thousand, bodies too large.

WITHSTAND_LONG=1 in the environment makes crowd and nonsense as large as the requirements say.
"""

import http.client
import os
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import quote

import requests

from tests.withstand.library import OpenLibrary

LONG = bool(os.environ.get("WITHSTAND_LONG"))
CRAWLING_SECONDS = 60 if LONG else 8
NONSENSE = 20_000 if LONG else 1_200
PATRONS_A_SECOND = 5


# Addresses of their own, so that nobody else in these tests is asked to wait because of them.
CRAWLER, TALKER_OF_NONSENSE = "127.0.0.2", "127.0.0.3"


def _line(library: OpenLibrary, source: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(
        "127.0.0.1", library.portal.port, timeout=30, source_address=(source, 0)
    )


def sessions(library: OpenLibrary) -> int:
    [[number]] = library.facts("SELECT count(*) FROM patrons_session")
    return number


def test_safety_21_22_a_crawler_is_told_to_wait_and_patrons_do_not_notice(library: OpenLibrary):
    patron = library.visitor().log_in("10000008")
    before, crawled, over = sessions(library), Counter[int](), threading.Event()

    def crawl() -> None:
        line = _line(library, CRAWLER)
        while not over.is_set():
            line.request("GET", f"/search/?q={random.randrange(10**6)}")
            answer = line.getresponse()
            answer.read()
            crawled[answer.status] += 1
            assert not answer.headers["Set-Cookie"]

    crawlers = [threading.Thread(target=crawl) for _ in range(4)]
    for crawler in crawlers:
        crawler.start()
    answered: list[tuple[int, float]] = []
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
    assert {status for status, _ in answered} == {200}
    assert set(crawled) <= {200, 429}
    if sum(crawled.values()) > 1000:  # a machine so slow that it bounds the crawler by itself
        assert crawled[429]
    assert sessions(library) == before


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


def test_nonsense_of_every_kind_is_answered_and_never_with_a_fault(library: OpenLibrary):
    dice = random.Random(20261125)
    faults: list[tuple[int, str, str]] = []

    def ask_nonsense(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(NONSENSE // 4):
            method, path, body = _nonsense(own)
            status = _status_of(library, method, path, body, own)
            if status >= 500:
                faults.append((status, method, path))

    askers = [
        threading.Thread(target=ask_nonsense, args=(dice.randrange(10**9),)) for _ in range(4)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert faults == []


def _nonsense(dice: random.Random) -> tuple[str, str, bytes]:
    query = "&".join(
        f"{dice.choice(NAMES)}={dice.choice(ODD)}" for _ in range(dice.randrange(5))
    ).replace(" ", "+")
    path = dice.choice(PATHS) + (f"?{query}" if query else "")
    method = dice.choice(["GET", "GET", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
    return method, path, dice.randbytes(dice.randrange(300)) if method == "POST" else b""


def _status_of(
    library: OpenLibrary, method: str, path: str, body: bytes, dice: random.Random
) -> int:
    connection = _line(library, TALKER_OF_NONSENSE)
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
        f"{library.address}/mypage/login/", data={"card_number": "x" * 10_000_000}, timeout=30
    )
    assert answer.status_code in (400, 403, 413)
