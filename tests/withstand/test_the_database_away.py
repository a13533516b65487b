"""PostgreSQL gone: kind pages with telephone numbers; everything heals by itself (safety 25)."""

import re
import threading
import time
from collections import Counter

from tests.progress import HANG, until
from tests.withstand.library import OpenLibrary, Visitor
from tests.withstand.long import Tell

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_safety_25_while_postgresql_is_away_pages_say_whom_to_telephone(library: OpenLibrary):
    visitor = library.visitor()
    assert visitor.get("/").status_code == 200
    library.kill("postgres")
    try:
        until(lambda: visitor.get("/").status_code == 503)
        answer = until_answered(visitor)
        assert answer.headers["Retry-After"]
        assert "0428" not in answer.text  # nothing made up: the demo's own numbers
        assert re.search(r"中央図書館 <a [^>]*>042-000-\d{4}</a>", answer.text)
        assert "Traceback" not in answer.text
        assert library.visitor().get("/healthz").status_code == 200
        assert library.visitor().get("/readyz").status_code == 503
    finally:
        library.revive("postgres")
    until(library.database_is_back)
    until(lambda: visitor.get("/").status_code == 200)
    until(lambda: library.visitor().get("/readyz").status_code == 200)


def until_answered(visitor: Visitor):
    """The page of a process that has shown the numbers before; a process just begun knows none."""
    for _ in range(50):
        answer = visitor.get("/branches/")
        assert answer.status_code == 503
        if "042-000" in answer.text:
            return answer
    raise AssertionError("no process knows a telephone number")


def test_what_was_answered_placed_is_there_after_postgresql_was_killed_under_load(
    library: OpenLibrary, record_property: Tell
):
    """Confirms go on from several browsers while the server dies; only 503 may be told."""
    bibs = [
        bib
        for [bib] in library.facts(
            "SELECT s.bib_id FROM catalog_bibstatus s WHERE cardinality(s.free_at) > 0"
            " AND NOT EXISTS (SELECT 1 FROM reservations_reservation r WHERE r.bib_id = s.bib_id)"
            " ORDER BY 1 LIMIT 36"
        )
    ]
    cards = ["10000002", "10000004", "10000008"]
    patrons = [library.visitor().log_in(card) for card in cards]
    statuses: Counter[int] = Counter()
    placed: set[tuple[str, int]] = set()
    killed = threading.Event()

    def reserve_some(card: str, patron: Visitor, wanted: list[int]) -> None:
        for number, bib in enumerate(wanted):
            if number == 2:
                killed.set()
            for step in (put_in_basket, confirm):
                status = step(patron, bib)
                statuses[status] += 1
                if status >= 500:
                    break
            else:
                placed.add((card, bib))

    threads = [
        threading.Thread(target=reserve_some, args=(card, patron, bibs[number::3]))
        for number, (card, patron) in enumerate(zip(cards, patrons, strict=True))
    ]
    for thread in threads:
        thread.start()
    killed.wait(HANG)
    killed_at = time.monotonic()
    library.kill("postgres")
    library.revive("postgres")
    until(library.database_is_back)  # /readyz may still tell what it knew five seconds ago
    until(lambda: library.visitor().get("/readyz").status_code == 200)
    healed = time.monotonic() - killed_at
    for thread in threads:
        thread.join(HANG)

    assert set(statuses) <= {302, 503}, statuses
    stored = set(
        library.facts(
            "SELECT p.card_number, r.bib_id FROM reservations_reservation r"
            " JOIN patrons_patron p ON p.id = r.patron_id WHERE r.bib_id = ANY(%s)",
            bibs,
        )
    )
    record_property(
        "figure",
        f"killed under load: {statuses[503]} answers of 503, ready again after {healed:.1f} s;"
        f" {len(placed)} reservations were answered as placed, {len(placed & stored)} are there",
    )
    assert placed
    assert placed <= stored


def put_in_basket(patron: Visitor, bib: int) -> int:
    page = patron.get(f"/bib/{bib}/")
    token = TOKEN.search(page.text)
    if page.status_code != 200 or token is None:
        return page.status_code
    return _send(patron, "/basket/add/", csrfmiddlewaretoken=token[1], bib=bib)


def confirm(patron: Visitor, bib: int) -> int:
    page = patron.get("/basket/")
    token = TOKEN.search(page.text)
    if page.status_code != 200 or token is None:
        return page.status_code
    fields = {"csrfmiddlewaretoken": token[1], "bib": bib, "contact_method": "none"}
    branch = re.search(r'name="pickup_branch".*?value="(\d+)"', page.text, re.DOTALL)
    if branch is None:
        return 409  # nothing in the basket that can be reserved
    return _send(patron, "/basket/confirm/", **fields, pickup_branch=branch[1])


def _send(patron: Visitor, path: str, **data: object) -> int:
    answer = patron.session.post(
        patron.address + path, data=data, allow_redirects=False, timeout=HANG
    )
    return answer.status_code
