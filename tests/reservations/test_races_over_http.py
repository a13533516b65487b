"""Races as the world runs them: gunicorn's worker processes, real HTTP (safety: "Trying it")."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch
from operation.invariants import offenders
from patrons.models import Patron
from reservations.basket import PatronBasket
from reservations.hold_shelf import lapse_all_overdue
from reservations.models import Reservation, State
from reservations.queue import bibs_with_missed_copies, offer_free_copies
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch, material, staff
from tests.progress import HANG, until
from tests.verbs import reserve

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "a" * 32


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """A portal of two worker processes on the database of these tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    facts = connection.settings_dict
    host = quote(facts["HOST"], safe="") if facts["HOST"].startswith("/") else facts["HOST"]
    login = f"{facts['USER']}:{quote(facts['PASSWORD'] or '')}@" if facts["USER"] else ""
    database = f"postgres://{login}{host}:{facts['PORT']}/{facts['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", "akiruno_library.wsgi", "--workers", "2"]
    command += ["--threads", "4", "--worker-class", "gthread", "--bind", f"127.0.0.1:{free}"]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
    try:
        _wait_for(free)
        yield free
    finally:
        server.terminate()
        server.wait(HANG)


def _wait_for(port: int) -> None:
    def answers() -> bool:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=HANG)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    until(answers, "an answer of gunicorn")


def session_of(patron: Patron) -> str:
    client = Client()
    client.force_login(patron.user, backend="patrons.backends.PatronBackend")
    return client.cookies["sessionid"].value


def sent(port: int, session: str, path: str, form: Mapping[str, object]) -> tuple[int, str]:
    """Send a form in somebody's session, on a connection of its own; where it led."""
    pressed = HTTPConnection("127.0.0.1", port, timeout=HANG)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    pressed.request("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN} | form, True), headers)
    answer = pressed.getresponse()
    answer.read()
    pressed.close()
    return answer.status, answer.headers.get("Location", "")


def sent_at_once(
    port: int, path: str, forms: Sequence[tuple[str, dict[str, object]]]
) -> Counter[tuple[int, str]]:
    """Send all the forms (in whose session, which fields) at the same moment; what came back."""
    start = threading.Barrier(len(forms))

    def send(one: tuple[str, dict[str, object]]) -> tuple[int, str]:
        start.wait(HANG)
        return sent(port, one[0], path, one[1])

    with ThreadPoolExecutor(len(forms)) as pool:
        return Counter(pool.map(send, forms))


def confirmed_at_once(port: int, presses: Sequence[tuple[str, int]]) -> Counter[tuple[int, str]]:
    form = {"pickup_branch": branch().pk, "contact_method": "none"}
    forms = [(session, form | {"bib": bib_id}) for session, bib_id in presses]
    return sent_at_once(port, "/basket/confirm/", forms)


REFUSED_LINE_BY_LINE = (302, "/basket/placed/")


def in_words(answers: Counter[tuple[int, str]], placed: int) -> str:
    kind = answers[REFUSED_LINE_BY_LINE]
    return f"{placed} placed, {kind - placed} kind refusals, {others(answers)}"


def others(answers: Counter[tuple[int, str]]) -> str:
    return f"{answers.total() - answers[REFUSED_LINE_BY_LINE]} other answers"


def test_of_200_confirms_at_19_of_20_exactly_one_is_placed(port, borrower, record_property):
    for copy in CopyFactory.create_batch(19):
        reserve(borrower, copy.bib)
    more = [copy.bib_id for copy in CopyFactory.create_batch(50)]
    PatronBasket(borrower).add(more)
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, bib_id) for bib_id in more * 4])
    placed = borrower.reservations.open().count() - 19
    record_property("figure", f"at 19 of 20: {in_words(answers, placed)}")
    assert answers == {REFUSED_LINE_BY_LINE: 200}
    assert placed == 1
    assert borrower.basket.count() == 49
    assert offenders() == {}


def test_of_200_confirms_at_3_of_4_audiovisual_exactly_one_is_placed(
    port, borrower, record_property
):
    cds = CopyFactory.create_batch(53, bib__material_type=material("cd"))
    for copy in cds[:3]:
        reserve(borrower, copy.bib)
    more = [copy.bib_id for copy in cds[3:]]
    PatronBasket(borrower).add(more)
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, bib_id) for bib_id in more * 4])
    placed = borrower.reservations.open().count() - 3
    record_property("figure", f"at 3 of 4: {in_words(answers, placed)}")
    assert answers == {REFUSED_LINE_BY_LINE: 200}
    assert placed == 1
    assert offenders() == {}


def test_fifty_patrons_race_for_one_copy_and_queue_in_the_order_of_commit(
    port, book, record_property
):
    patrons = PatronFactory.create_batch(50)
    for patron in patrons:
        PatronBasket(patron).add([book.bib_id])
    sessions = [session_of(patron) for patron in patrons]
    answers = confirmed_at_once(port, [(session, book.bib_id) for session in sessions])
    assert answers == {REFUSED_LINE_BY_LINE: 50}
    queue = list(Reservation.objects.order_by("placed_at", "pk"))
    states = Counter(one.state for one in queue)
    record_property(
        "figure",
        f"{states[State.TO_FETCH]} got the copy, {states[State.WAITING]} wait, {others(answers)}",
    )
    assert [one.state for one in queue] == [State.TO_FETCH] + [State.WAITING] * 49
    assert [one.pk for one in queue] == sorted(one.pk for one in queue)
    assert offenders() == {}


def test_the_same_form_ten_times_in_parallel_makes_one_reservation(
    port, borrower, book, record_property
):
    PatronBasket(borrower).add([book.bib_id])
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, book.bib_id)] * 10)
    made = Reservation.objects.count()
    record_property("figure", f"10 forms: {made} reservation, {others(answers)}")
    assert answers == {REFUSED_LINE_BY_LINE: 10}
    assert Reservation.objects.get().events.count() == 2  # taken in, and given the copy
    assert offenders() == {}


def test_ten_tabs_together_put_in_no_more_than_a_basket_holds(port, borrower):
    bibs = [bib.pk for bib in BibFactory.create_batch(100)]
    session = session_of(borrower)
    forms = [(session, {"bib": bibs[n : n + 10]}) for n in range(0, 100, 10)]
    answers = sent_at_once(port, "/basket/add/", forms)
    assert answers == {(302, "/basket/"): 10}
    assert borrower.basket.count() == policy.BASKET_LARGEST


# --- Everything at once ------------------------------------------------------------------------

SECONDS = 60 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 8
FEWEST = 30  # errands of each, on a machine however busy
ANSWERS = {302, 404}  # done, or refused with a sentence; what has gone is not found


class Clerk:
    """Does one thing after the other over HTTP: as some patron at home, or at some counter."""

    def __init__(self, port: int, number: int, library: "BusyLibrary") -> None:
        self.port, self.dice, self.library = port, random.Random(number), library
        self.done: Counter[tuple[str, int]] = Counter()

    def work(self, until: float) -> Counter[tuple[str, int]]:
        for errand in count():
            if errand > FEWEST and time.monotonic() > until:
                break
            patron = self.dice.choice(self.library.patrons)
            action = self.dice.choice(
                [self._reserve, self._change_one, self._settle, self._counter]
            )
            action(patron)
        connection.close()
        return self.done

    def _send(self, what: str, session: str, path: str, **form: object) -> None:
        status, _ = sent(self.port, session, path, form)
        self.done[what, status] += 1

    def _reserve(self, patron: Patron) -> None:
        session, bibs = self.library.sessions[patron.pk], self.library.bibs
        form = {"pickup_branch": self._branch().pk, "contact_method": "none"}
        self._send("basket", session, "/basket/add/", bib=bibs)
        self._send("confirm", session, "/basket/confirm/", bib=bibs, **form)

    def _change_one(self, patron: Patron) -> None:
        session = self.library.sessions[patron.pk]
        one = patron.reservations.open().order_by("?").values_list("pk", flat=True).first()
        if one is None:
            return
        path = f"/mypage/reservations/{one}/"
        if self.dice.random() < 0.5:
            self._send("cancel", session, f"{path}cancel/")
        else:
            form = {"pickup_branch": self._branch().pk, "contact_method": "telephone"}
            self._send("change", session, f"{path}change/", **form)

    def _settle(self, patron: Patron) -> None:
        session, today = self.library.sessions[patron.pk], timezone.localdate().isoformat()
        action = self.dice.choice(["order", "skip", "end skip", "pickup", "renew"])
        if action == "order":
            mine = list(patron.reservations.open().order_by("?").values_list("pk", flat=True))
            self._send(action, session, "/mypage/reservations/order/", reservation=mine)
        elif action == "skip":
            path = "/mypage/settings/skip/"
            self._send(action, session, path, first_day=today, last_day=today)
        elif action == "end skip":
            self._send(action, session, "/mypage/settings/skip/end/")
        elif action == "pickup":
            path = "/mypage/reservations/pickup/"
            self._send(action, session, path, pickup_branch=self._branch().pk)
        else:
            mine = list(patron.loans.open().values_list("pk", flat=True))
            self._send(action, session, "/mypage/loans/renew/", loan=mine)

    def _counter(self, patron: Patron) -> None:
        desk, copy = self.dice.choice(self.library.desks), self.dice.choice(self.library.copies)
        self._send("finish", desk, "/admin/counter/finish/")
        if self.dice.random() < 0.5:
            self._send("card", desk, "/admin/counter/scan/", code=patron.card_number)
        self._send("scan", desk, "/admin/counter/scan/", code=copy.barcode)

    def _branch(self) -> Branch:
        return branch(self.dice.choice(["chuo", "el"]))


class BusyLibrary:
    """Three bibs and four copies, five patrons at home, a counter in each of two branches."""

    def __init__(self) -> None:
        copies = CopyFactory.create_batch(3)
        self.bibs = [copy.bib_id for copy in copies]
        self.copies = [*copies, CopyFactory(bib=copies[0].bib, home_branch=branch("el"))]
        self.patrons = PatronFactory.create_batch(5)
        self.sessions = {patron.pk: session_of(patron) for patron in self.patrons}
        self.desks = [_desk(code) for code in ("chuo", "el")]


def _desk(code: str) -> str:
    client = Client()
    client.force_login(staff(code), backend="patrons.backends.StaffBackend")
    client.post("/admin/counter/branch/", {"branch": code})
    return client.cookies["sessionid"].value


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_everything_on_the_same_few_bibs_for_a_while_meets_no_deadlock_and_no_fault(port):
    library, before = BusyLibrary(), deadlocks()
    until = time.monotonic() + SECONDS
    clerks = [Clerk(port, number, library) for number in range(6)]
    with ThreadPoolExecutor(len(clerks)) as pool:
        working = [pool.submit(clerk.work, until) for clerk in clerks]
        while not all(one.done() for one in working):  # what beat would do, and time as it passes
            lapse_all_overdue(at=timezone.now() + timedelta(days=30))
            for bib_id in bibs_with_missed_copies():
                offer_free_copies(bib_id)
            time.sleep(0.5)
        done = sum((one.result(HANG) for one in working), Counter())
    assert {status for _, status in done} <= ANSWERS, done
    actions = {what for what, status in done if status == 302}
    assert actions >= {"confirm", "cancel", "change", "order", "skip", "pickup", "renew", "scan"}, (
        done
    )
    assert offenders() == {}
    assert deadlocks() == before
    print(f"{sum(done.values())} forms in {SECONDS} s: {dict(done)}")  # noqa: T201 - with -s
