"""Guessing at a portal of four processes: what one of them counts, all of them know (safety 2)."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date

import pytest
import requests
from django.db import connection

from akiruno_library import policy
from demo import ports
from patrons.models import Patron
from tests.factories import PASSWORD, PatronFactory
from tests.progress import HANG

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
FACTS = {"name": "秋川 花子", "birth_date": "S60.4.12", "telephone": "042-123-4567"}
FREE = policy.LOGIN_WAITS["card"].free


@pytest.fixture
def hanako(transactional_db: None) -> Patron:
    return PatronFactory(
        card_number="30000150",
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        birth_date=date(1985, 4, 12),
        telephone="042-123-4567",
        password=PASSWORD,
    )


@pytest.fixture
def portal(hanako: Patron) -> Iterator[str]:
    """gunicorn with four workers on the database of this test; one proxy stands before it."""
    database, port = connection.settings_dict, ports.free_port()
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(database)
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TRUSTED_PROXIES": "1",
        "PAGES_A_SECOND": "0",  # this test is about guesses, not about crawlers
    }
    command = [sys.executable, "-m", "gunicorn", "akiruno_library.wsgi", "--workers=4",
               f"--bind=127.0.0.1:{port}", "--preload", "--no-control-socket"]  # fmt: skip
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        ports.wait_until_it_answers(port, seconds=HANG)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(HANG)


class Browser:
    """One address, one set of cookies."""

    def __init__(self, portal: str, address: str) -> None:
        self.portal, self.session = portal, requests.Session()
        self.session.headers["X-Forwarded-For"] = address
        self.refresh()

    def refresh(self) -> None:
        """A logout has changed the token."""
        text = self.session.get(f"{self.portal}/mypage/login/", timeout=HANG).text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert found
        self.token = found[1]

    def send(self, page: str, **fields: str) -> requests.Response:
        return self.session.post(
            f"{self.portal}/mypage/{page}/",
            data=fields | {"csrfmiddlewaretoken": self.token},
            allow_redirects=False,
            timeout=HANG,
        )

    def log_in(self, password: str) -> int:
        return self.send("login", card_number="30000150", password=password).status_code


def test_guesses_at_once_on_four_workers_are_counted_as_one_row_of_guesses(portal):
    """From sixteen addresses: only the free ones and one more cost a hash."""
    browsers = [Browser(portal, f"192.0.2.{number}") for number in range(16)]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda browser=browser: statuses.append(browser.log_in("wrong")))
        for browser in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * FREE + [429] * (16 - FREE)


def test_the_ex_partner_gets_nowhere_with_200_cards_and_the_real_patron_gets_in(portal, hanako):
    """Knows name, birth date and telephone number, and has a new address for each try."""
    at_home = Browser(portal, "203.0.113.1")
    assert at_home.log_in(PASSWORD) == 302
    at_home.send("logout")
    ex_partner, statuses = Browser(portal, "192.0.2.1"), []
    for number in range(200):
        ex_partner.session.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        card = str(30000001 + number)
        statuses.append(ex_partner.send("reset", card_number=card, **FACTS).status_code)
    free = policy.FACTS_WAITS["person"].free
    assert statuses == [200] * free + [429] * (200 - free)
    hanako.user.refresh_from_db()
    assert hanako.user.has_usable_password()
    assert "device" in at_home.session.cookies
    at_home.refresh()
    assert at_home.log_in(PASSWORD) == 302
    assert Browser(portal, "203.0.113.99").log_in(PASSWORD) == 302
