"""Two nodes on two addresses of this machine: own web server, own index; one PostgreSQL, one Redis.

Before them nginx with the very configuration of the service. One node dies under load.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from demo import ports
from demo.supervisor import Child, Supervisor
from tests.front import NGINX
from tests.progress import HANG, until
from tests.withstand.composed import (
    BehindTls,
    commands,
    environment_of,
    nginx,
    program,
    status_of,
)
from tests.withstand.library import OpenLibrary
from tests.withstand.long import Tell, short_or_long, spread
from tests.withstand.test_the_database_away import confirm, put_in_basket

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")

LOAD_SECONDS = short_or_long(9, 60)
READERS, BETWEEN_PAGES = 6, 0.15  # together some 40 pages a second: nginx allows one address 100
HOSTS = ("127.0.0.1", "127.0.0.2")
HOST_NAMES = ",".join([*HOSTS, "library.example.jp"])


@dataclass
class Node:
    address: str
    web: Child
    log: Path

    def listens(self) -> bool:
        host, _, port = self.address.removeprefix("http://").partition(":")
        return ports.answers(int(port), host)

    def answered(self) -> int:
        """How many requests this node has written down."""
        return self.log.read_text(errors="replace").count('"ms": ')


@dataclass
class TwoNodes:
    address: str
    nodes: list[Node]


@pytest.fixture(scope="module")
def two_nodes(library: OpenLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    folder = tmp_path_factory.mktemp("nodes")
    folder.chmod(0o755)
    supervisor = Supervisor(folder)
    front, nodes = ports.free_port(), []
    try:
        for number, host in enumerate(HOSTS, start=1):
            own = folder / f"node{number}"
            own.mkdir()
            port = ports.free_port()
            environment = environment_of(library, own, port, host=host)
            environment |= {"PAGES_A_SECOND": "0", "ALLOWED_HOSTS": HOST_NAMES}
            started = [
                replace(program(name, commands()[name], environment), name=f"{name}{number}")
                for name in ("web", "indexer")
            ]
            supervisor.start(*started)
            web = next(one for one in supervisor.children() if one.program == started[0])
            nodes.append(Node(f"http://{host}:{port}", web, folder / "logs" / f"web{number}.log"))
        addresses = [node.address.removeprefix("http://") for node in nodes]
        supervisor.start(nginx(folder, addresses, front, library))
        for node in nodes:
            until(lambda node=node: status_of(f"{node.address}/readyz") == 200)
        until(lambda: status_of(f"http://127.0.0.1:{front}/readyz") == 200)
        yield TwoNodes(f"http://127.0.0.1:{front}", nodes)
    finally:
        supervisor.stop()


def found(node: Node, word: str) -> bool:
    headers = {"X-Forwarded-Proto": "https", "Host": "127.0.0.1"}
    page = requests.get(f"{node.address}/search/?q={word}", headers=headers, timeout=HANG)
    return word in page.text and "/bib/" in page.text.partition("<main")[2]


def test_a_change_reaches_the_index_of_every_node(
    two_nodes: TwoNodes, library: OpenLibrary, record_property: Tell
):
    [[bib, title]] = library.facts("SELECT id, title FROM catalog_bib ORDER BY id LIMIT 1")
    word = "ふたつの節点"
    begun = time.monotonic()
    library.execute("UPDATE catalog_bib SET title = %s WHERE id = %s", word, bib)
    try:
        took = []
        for node in two_nodes.nodes:
            until(lambda node=node: found(node, word))
            took.append(time.monotonic() - begun)
        record_property(
            "figure", f"a changed title was found on both nodes after {max(took):.1f} s"
        )
    finally:
        library.execute("UPDATE catalog_bib SET title = %s WHERE id = %s", title, bib)


def test_a_node_that_dies_under_load_takes_only_its_open_requests_with_it(
    two_nodes: TwoNodes, library: OpenLibrary, record_property: Tell
):
    first, second = two_nodes.nodes
    before = [first.answered(), second.answered()]
    crowd = Crowd(two_nodes.address, library)
    crowd.begin()
    time.sleep(LOAD_SECONDS / 3)
    until(lambda: min(answered_since(two_nodes, before)) > 0, "an answer of each node")
    both = answered_since(two_nodes, before)
    os.killpg(second.web.process.pid, signal.SIGKILL)
    until(lambda: not second.listens(), "the end of all its processes")
    died = time.monotonic()
    time.sleep(LOAD_SECONDS * 2 / 3)
    until(lambda: crowd.has_reserved() or not crowd.reserves(), "a reservation")
    crowd.end()

    second.web.process.wait(HANG)
    second.web._start()
    until(lambda: status_of(f"{second.address}/readyz") == 200)
    seen, somebody = second.answered(), BehindTls(two_nodes.address)
    until(lambda: somebody.get("/") and second.answered() > seen + 1)

    failures = [one for one in crowd.answers if one.failed]
    placed = {one.bib for one in crowd.answers if one.bib and one.status == 302}
    stored = {
        bib
        for [bib] in library.facts(
            "SELECT bib_id FROM reservations_reservation WHERE bib_id = ANY(%s)", crowd.bibs
        )
    }
    long_after = [one for one in failures if one.begun > died + 1]
    took = [one.seconds for one in crowd.answers if one.begun > died]
    record_property(
        "figure",
        f"{len(crowd.answers)} requests in {LOAD_SECONDS} s, {both[0]} and {both[1]} on the nodes"
        f" before one was killed; failed: {len(failures)}"
        f"{in_words(failures)}, none a second later;"
        f" {len(placed)} reservations answered as placed, {len(placed & stored)} are there;"
        f" afterwards {spread(took)}",
    )
    assert min(both) > 0, "nginx shares out between the nodes"
    assert len(failures) <= READERS + 1  # each person had at most one request open
    assert long_after == []
    assert placed
    assert placed <= stored


def answered_since(two_nodes: TwoNodes, before: list[int]) -> list[int]:
    return [node.answered() - so_far for node, so_far in zip(two_nodes.nodes, before, strict=True)]


def in_words(failures: list["Answer"]) -> str:
    by_status = Counter(one.status for one in failures)
    numbers = ", ".join(
        f"{number} with {status or 'no answer'}" for status, number in by_status.items()
    )
    return f" ({numbers})" if numbers else ""


@dataclass(frozen=True)
class Answer:
    begun: float
    seconds: float
    status: int
    bib: int | None = None

    @property
    def failed(self) -> bool:
        return self.status == 0 or self.status >= 500


class Crowd:
    """Readers without a name, and one patron who reserves."""

    def __init__(self, address: str, library: OpenLibrary) -> None:
        self.address = address
        self.answers: list[Answer] = []
        self.bibs = [
            bib
            for [bib] in library.facts(
                "SELECT s.bib_id FROM catalog_bibstatus s JOIN catalog_bib b ON b.id = s.bib_id"
                " JOIN catalog_materialtype m ON m.id = b.material_type_id AND m.code = 'book'"
                " WHERE cardinality(s.free_at) > 0 AND NOT b.hidden"
                " AND NOT EXISTS (SELECT 1 FROM reservations_reservation r"
                "  WHERE r.bib_id = s.bib_id) ORDER BY s.bib_id DESC LIMIT 15"
            )
        ]
        self._over = threading.Event()
        self._people = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]
        self._reserving = threading.Thread(target=self._reserve)
        self._people.append(self._reserving)
        self._patron = BehindTls(address).log_in("10000004")

    def begin(self) -> None:
        for person in self._people:
            person.start()

    def end(self) -> None:
        self._over.set()
        for person in self._people:
            person.join(HANG)

    def has_reserved(self) -> bool:
        return any(one.bib and one.status == 302 for one in self.answers)

    def reserves(self) -> bool:
        """Whether there are titles left to reserve."""
        return self._reserving.is_alive()

    def _read(self, number: int) -> None:
        visitor = BehindTls(self.address)
        paths = ["/search/?q=本", "/", f"/bib/{self.bibs[number]}/", "/new/"]
        while not self._over.is_set():
            for path in paths:
                self._note(lambda path=path: visitor.get(path).status_code)
                self._over.wait(BETWEEN_PAGES)

    def _reserve(self) -> None:
        for bib in self.bibs:
            if self._over.is_set():
                return
            in_basket = self._note(lambda bib=bib: put_in_basket(self._patron, bib))
            if in_basket < 400:
                self._note(lambda bib=bib: confirm(self._patron, bib), bib)
            self._over.wait(LOAD_SECONDS / len(self.bibs))

    def _note(self, ask: Callable[[], int], bib: int | None = None) -> int:
        begun = time.monotonic()
        try:
            status = ask()
        except requests.RequestException:
            status = 0
        self.answers.append(Answer(begun, time.monotonic() - begun, status, bib))
        return status
