"""`python -m bench.hour`: the private memory of every process while people come and go.

Readers search and look at records, patrons log in, look at their pages, reserve and cancel, a
counter lends and takes back; worker and beat do what follows from it. Every five minutes a line.
"""

import argparse
import itertools
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil

from bench.servers import servers
from demo import ports
from demo.console import step

if TYPE_CHECKING:
    from bench.client import StaffVisitor, Visitor
    from bench.library import Library

BETWEEN_LINES = 300.0
PROCESSES = {
    "gunicorn": "web",
    "index_changes": "indexer",
    "worker": "worker",
    "beat": "beat",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hour", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--bibs", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=12, help="pages a second, all together")
    parser.add_argument("--keep", type=Path, help="a folder for the data; it is used again")
    options = parser.parse_args()
    with (
        servers(options.keep) as environment,
        tempfile.TemporaryDirectory(prefix="akiruno-hour-") as name,
    ):
        mail_port = ports.free_port()
        os.environ.update(environment)
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
        os.environ["STAFF_SECOND_FACTOR"] = "false"  # the counter of this hour is a program
        from bench.__main__ import fill

        fill(options.bibs)
        _watch(options.minutes, options.rate, _backstage(Path(name), mail_port))


def _backstage(folder: Path, mail_port: int) -> list:
    from bench.library import program

    celery = ["-m", "celery", "-A", "akiruno_library"]
    mailbox_arguments = ["--port", str(mail_port), "--folder", str(folder)]
    return [
        program("mailbox", "-m", "demo.mailbox", *mailbox_arguments),
        program("worker", *celery, "worker", "--concurrency=2", "--without-mingle"),
        program("beat", *celery, "beat", f"--schedule={folder / 'beat'}", "--pidfile="),
    ]


def _watch(minutes: float, rate: float, backstage: list) -> None:
    from bench import library
    from catalog.search import is_needed

    if is_needed():
        with step("index"), library.rebuilding():
            pass
    with library.opened(*backstage) as opened:
        crowd = Crowd(opened, rate)
        crowd.begin()
        try:
            _print_lines(opened, crowd, minutes * 60)
        finally:
            crowd.end()


def _print_lines(opened: "Library", crowd: "Crowd", seconds: float) -> None:
    begun = time.monotonic()
    heading: list[str] = []
    for number in itertools.count(1):
        until = min(begun + BETWEEN_LINES * number, begun + seconds)
        time.sleep(max(until - time.monotonic(), 0.0))
        megabytes = megabytes_of_each_process()
        if sorted(megabytes) != heading:  # while an index is built, the indexer has helpers
            heading = sorted(megabytes)
            print(f"\n| minute | pages | wrong | {' | '.join(heading)} | load |")
            print(f"|{'--:|' * (len(heading) + 4)}")
        sizes = " | ".join(f"{megabytes.get(name, 0.0):.0f}" for name in heading)
        minute = (time.monotonic() - begun) / 60
        pages, wrong = sum(crowd.done.values()), sum(crowd.wrong.values())
        load = os.getloadavg()[0]
        print(f"| {minute:.0f} | {pages:,} | {wrong} | {sizes} | {load:.1f} |", flush=True)
        if until >= begun + seconds:
            print("\n" + ", ".join(f"{name} {count:,}" for name, count in crowd.done.most_common()))
            if wrong:
                print("wrong: " + ", ".join(f"{what} {n}" for what, n in crowd.wrong.items()))
            return


def megabytes_of_each_process() -> dict[str, float]:
    """Those of one service are numbered."""
    from bench import library

    sizes: dict[str, float] = {}
    for child in psutil.Process().children():
        words = " ".join(child.cmdline())
        name = next((title for word, title in PROCESSES.items() if word in words), None)
        if name is None:
            continue
        members = [child, *sorted(child.children(recursive=True), key=lambda one: one.pid)]
        for number, process in enumerate(members):
            label = name if len(members) == 1 else f"{name} {number or 'parent'}"
            sizes[label] = library.private_megabytes(process.pid)
    return sizes


@dataclass
class Crowd:
    """Some threads, each a person at a time; together they ask for `rate` pages a second."""

    library: "Library"
    rate: float
    done: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    threads: int = 6

    def begin(self) -> None:
        self._over = threading.Event()
        self._people = [
            threading.Thread(target=self._come_and_go, args=(number,), daemon=True)
            for number in range(self.threads)
        ]
        for person in self._people:
            person.start()

    def end(self) -> None:
        self._over.set()
        for person in self._people:
            person.join(60)

    def _come_and_go(self, number: int) -> None:
        from django.db import connection

        from bench.client import WrongAnswer

        draw = random.Random(number)
        actions = _actions(self.library, draw, number)
        names = list(WEIGHTS)
        wait = self.threads / self.rate
        while not self._over.is_set():
            name = draw.choices(names, list(WEIGHTS.values()))[0]
            begun = time.monotonic()
            try:
                actions[name]()
            except (WrongAnswer, OSError) as trouble:
                self.wrong[f"{name}: {trouble}"[:120]] += 1
                actions = _actions(self.library, draw, number)
            else:
                self.done[name] += 1
            self._over.wait(max(wait - (time.monotonic() - begun), 0.0))
        connection.close()


# How often each happens, in a hundred.
WEIGHTS = {
    "search": 34,
    "record": 22,
    "words while typing": 12,
    "home": 3,
    "new books": 3,
    "feed": 2,
    "My Page": 8,
    "login": 3,
    "reserve and cancel": 3,
    "lend and take back": 10,
}


def _actions(
    library: "Library", draw: random.Random, number: int
) -> dict[str, Callable[[], object]]:
    from bench.client import Visitor
    from bench.people import FIRST_CARD, READER_CARD
    from bench.queries import drawn_queries, sample_bibs, typed_so_far
    from patrons.models import Patron

    texts, typed = drawn_queries().mixed(400), typed_so_far(200)
    records = [bib.pk for bib in sample_bibs(400)]
    anybody = Visitor(library.port)
    reader = Visitor(library.port, Patron.objects.get(card_number=READER_CARD))
    cards = itertools.cycle(range(FIRST_CARD + 1_600 + number, FIRST_CARD + 1_990, 7))

    def search() -> float:
        parameters: dict[str, object] = {"q": draw.choice(texts)}
        if draw.random() < 0.3:
            parameters["page"] = draw.randrange(1, 4)
        return anybody.get(f"/search/?{urlencode(parameters)}")

    def suggest() -> float:
        return anybody.get(f"/search/suggest/?{urlencode({'q': draw.choice(typed)})}")

    counter = _counter(library, draw, number)
    return {
        "search": search,
        "record": lambda: anybody.get(f"/bib/{draw.choice(records)}/"),
        "words while typing": suggest,
        "home": partial(anybody.get, "/"),
        "new books": partial(anybody.get, "/new/"),
        "feed": partial(anybody.get, "/feeds/new.atom"),
        "My Page": partial(reader.get, "/mypage/"),
        "login": lambda: _log_in(library, next(cards)),
        "reserve and cancel": lambda: _reserve_and_cancel(library, next(cards), draw),
        "lend and take back": lambda: next(counter),
    }


def _log_in(library: "Library", card: int) -> "Visitor":
    from bench.client import Visitor
    from bench.people import PASSWORD

    visitor = Visitor(library.port)
    fields = {"card_number": card, "password": PASSWORD}
    visitor.post("/mypage/login/", fields, leads_to=".*")
    return visitor


def _reserve_and_cancel(library: "Library", card: int, draw: random.Random) -> None:
    from bench.client import Visitor
    from bench.queries import sample_bibs
    from patrons.models import Patron
    from reservations.basket import PatronBasket

    patron = Patron.objects.select_related("user").get(card_number=str(card))
    visitor = Visitor(library.port, patron)
    PatronBasket(patron).add([draw.choice(sample_bibs(200)).pk])
    fields = {
        "bib": list(patron.basket.values_list("bib_id", flat=True)),
        "pickup_branch": patron.pickup_branch_id,
        "contact_method": "none",
    }
    visitor.post("/basket/confirm/", fields, leads_to="/basket/placed/")
    visitor.get("/basket/placed/")
    for reservation in patron.reservations.open():
        visitor.post(f"/mypage/reservations/{reservation.pk}/cancel/", {}, leads_to=".*")


def _counter(library: "Library", draw: random.Random, number: int) -> Iterator[float]:
    """A desk that opens a card, lends a copy, closes the card and takes the copy back, for ever."""
    from bench.client import StaffVisitor
    from bench.people import FIRST_CARD
    from catalog.models import Copy

    desk = StaffVisitor(library.port, f"counter{number}")
    yield desk.post("/admin/counter/branch/", {"branch": "chuo"}, leads_to=".*")
    free = Copy.objects.filter(whereabouts=Copy.Whereabouts.SHELF).order_by("pk")
    barcodes = list(free.values_list("barcode", flat=True)[number * 300 : number * 300 + 300])
    while True:
        card, barcode = FIRST_CARD + draw.randrange(1_000, 1_200), draw.choice(barcodes)
        for code in (card, barcode):
            yield _press(desk, "scan", code=code)
            yield desk.get("/admin/counter/")
        yield _press(desk, "finish")
        yield _press(desk, "scan", code=barcode)


def _press(desk: "StaffVisitor", route: str, **fields: object) -> float:
    """Send a form with what the page says of the desk that it shows (rule 9.7)."""
    page = desk.read("/admin/counter/")
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    return desk.post(f"/admin/counter/{route}/", {"seen": seen, **fields}, leads_to=".*")


if __name__ == "__main__":
    main()
