"""Races as the world runs them: gunicorn's worker processes, real HTTP (safety: "Trying it")."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client

from akiruno_library import policy
from circulation.invariants import offenders
from patrons.models import Patron
from reservations.basket import PatronBasket
from reservations.models import Reservation, State
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch, material
from tests.verbs import reserve

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("http_races"),
]
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60
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
        server.wait(PATIENCE)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")


def session_of(patron: Patron) -> str:
    client = Client()
    client.force_login(patron.user, backend="patrons.backends.PatronBackend")
    return client.cookies["sessionid"].value


def sent_at_once(
    port: int, path: str, forms: Sequence[tuple[str, dict[str, object]]]
) -> Counter[tuple[int, str]]:
    """Send all the forms (in whose session, which fields) at the same moment; what came back."""
    start = threading.Barrier(len(forms))

    def send(sent: tuple[str, dict[str, object]]) -> tuple[int, str]:
        session, form = sent
        asked = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        asked.connect()
        start.wait(PATIENCE)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        }
        body = urlencode({"csrfmiddlewaretoken": TOKEN} | form, doseq=True)
        asked.request("POST", path, body, headers)
        answer = asked.getresponse()
        answer.read()
        asked.close()
        return answer.status, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(forms)) as pool:
        return Counter(pool.map(send, forms))


def confirmed_at_once(port: int, wishes: Sequence[tuple[str, int]]) -> Counter[tuple[int, str]]:
    wish = {"pickup_branch": branch().pk, "contact_method": "none"}
    forms = [(session, wish | {"bib": bib_id}) for session, bib_id in wishes]
    return sent_at_once(port, "/basket/confirm/", forms)


TOLD_LINE_BY_LINE = (302, "/basket/placed/")


def test_of_200_confirms_at_19_of_20_exactly_one_is_placed(port, borrower):
    for copy in CopyFactory.create_batch(19):
        reserve(borrower, copy.bib)
    more = [copy.bib_id for copy in CopyFactory.create_batch(50)]
    PatronBasket(borrower).add(more)
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, bib_id) for bib_id in more * 4])
    assert answers == {TOLD_LINE_BY_LINE: 200}
    assert borrower.reservations.open().count() == 20
    assert borrower.basket.count() == 49
    assert offenders() == {}


def test_of_200_confirms_at_3_of_4_audiovisual_exactly_one_is_placed(port, borrower):
    cds = CopyFactory.create_batch(53, bib__material_type=material("cd"))
    for copy in cds[:3]:
        reserve(borrower, copy.bib)
    more = [copy.bib_id for copy in cds[3:]]
    PatronBasket(borrower).add(more)
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, bib_id) for bib_id in more * 4])
    assert answers == {TOLD_LINE_BY_LINE: 200}
    assert borrower.reservations.open().count() == 4
    assert offenders() == {}


def test_fifty_patrons_race_for_one_copy_and_queue_in_the_order_of_commit(port, book):
    patrons = PatronFactory.create_batch(50)
    for patron in patrons:
        PatronBasket(patron).add([book.bib_id])
    sessions = [session_of(patron) for patron in patrons]
    answers = confirmed_at_once(port, [(session, book.bib_id) for session in sessions])
    assert answers == {TOLD_LINE_BY_LINE: 50}
    queue = list(Reservation.objects.order_by("placed_at", "pk"))
    assert [one.state for one in queue] == [State.TO_FETCH] + [State.WAITING] * 49
    assert [one.pk for one in queue] == sorted(one.pk for one in queue)
    assert offenders() == {}


def test_the_same_form_ten_times_in_parallel_makes_one_reservation(port, borrower, book):
    PatronBasket(borrower).add([book.bib_id])
    session = session_of(borrower)
    answers = confirmed_at_once(port, [(session, book.bib_id)] * 10)
    assert answers == {TOLD_LINE_BY_LINE: 10}
    assert Reservation.objects.get().events.count() == 2  # taken in, and given the copy
    assert offenders() == {}


def test_ten_tabs_together_put_in_no_more_than_a_basket_holds(port, borrower):
    bibs = [bib.pk for bib in BibFactory.create_batch(100)]
    session = session_of(borrower)
    forms = [(session, {"bib": bibs[n : n + 10]}) for n in range(0, 100, 10)]
    answers = sent_at_once(port, "/basket/add/", forms)
    assert answers == {(302, "/basket/"): 10}
    assert borrower.basket.count() == policy.BASKET_LARGEST
