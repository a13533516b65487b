"""A library that tests may hurt, and the browser of somebody who uses it."""

import contextlib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import requests

from demo import ports
from demo.cards import PASSWORD, STAFF_NAME
from demo.data_folder import DataFolder
from demo.opening import start_servers
from demo.portal import Portal
from demo.supervisor import Child, Supervisor
from tests.progress import HANG


class OpenLibrary:
    def __init__(self, folder: Path) -> None:
        self.folder = DataFolder(folder)
        self.supervisor = Supervisor(folder)
        self.portal: Portal

    def open(self) -> None:
        """Start servers, sample data, web, indexer, worker and beat, as `run.py demo` does."""
        assert self.folder.lock()
        self.folder.make()
        with _own_servers_only():
            self.portal = start_servers(self.folder, ports.free_port(), self.supervisor)
        self.portal.begin_collecting_static_files(self.supervisor)
        self.supervisor.run(self.portal.filling(None))
        self.portal.finish_collecting_static_files(self.supervisor)
        self.supervisor.start(self.portal.web())
        self.portal.wait_for_first_page(self.supervisor)
        self.supervisor.start(*self.portal.backstage())

    def close(self) -> None:
        self.supervisor.stop()

    @property
    def address(self) -> str:
        return self.portal.address

    def process(self, name: str) -> Child:
        """A process by its name: postgres, valkey, web, worker, beat, indexer, mailbox."""
        return self.supervisor.child(name)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Strike the process and all its children, as a power cut would."""
        os.killpg(self.process(name).process.pid, how)

    def revive(self, name: str) -> None:
        """What the supervisor does in service; at once, for tests do not wait for its pauses."""
        child = self.process(name)
        child.process.wait(HANG)
        child._start()

    def database_is_back(self) -> bool:
        try:
            return bool(self.facts("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def facts(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.portal.database_url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.portal.database_url, autocommit=True) as connection:
            connection.execute(statement, values)

    def visitor(self) -> "Visitor":
        return Visitor(self.address)


class Visitor:
    """A browser without pictures: keeps cookies, follows forms by their token."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.address + path, timeout=HANG, allow_redirects=False)

    def post(self, path: str, *, on: str, **data: object) -> requests.Response:
        """Send the form that the page `on` shows."""
        page = self.get(on).text
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="([^"]*)"', page))
        assert hidden, f"{on} shows no form"
        fields = {**hidden, **data}
        return self.session.post(
            self.address + path, data=fields, timeout=HANG, allow_redirects=False
        )

    def log_in(self, card_number: str, password: str = PASSWORD) -> "Visitor":
        form = {"card_number": card_number, "password": password}
        answer = self.post("/mypage/login/", on="/mypage/login/", **form)
        assert answer.status_code == 302, answer.text
        return self

    def log_in_as_staff(self) -> "Visitor":
        form = {"username": STAFF_NAME, "password": PASSWORD, "next": "/admin/"}
        answer = self.post("/admin/login/", on="/admin/login/", **form)
        assert answer.status_code == 302, answer.text
        return self


@contextlib.contextmanager
def _own_servers_only() -> Iterator[None]:
    """The servers of the test run are not the ones to be hurt."""
    kept = {name: os.environ.pop(name, None) for name in ("DATABASE_URL", "REDIS_URL")}
    try:
        yield
    finally:
        os.environ.update({name: value for name, value in kept.items() if value is not None})
