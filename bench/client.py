"""A browser without eyes: one kept connection, cookies of one visitor, times in milliseconds."""

import http.client
import re
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from demo.ports import LOOPBACK
from patrons.models import Patron, User

CSRF_SECRET = "b" * 32  # cookie and form field agree; that is all the guard asks


class WrongAnswer(Exception):
    """A page that was measured was not the page that was meant."""


class Visitor:
    def __init__(self, port: int, patron: Patron | None = None) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
        self._cookies = {settings.CSRF_COOKIE_NAME: CSRF_SECRET}
        if patron is not None:
            self._cookies[settings.SESSION_COOKIE_NAME] = _session_of(patron)

    def get(self, path: str) -> float:
        """Fetch a page whole and say how many milliseconds it took."""
        took, _, _ = self._ask("GET", path, expected=200)
        return took

    def read(self, path: str) -> str:
        return self._ask("GET", path, expected=200)[1]

    def post(self, path: str, fields: Mapping[str, object], *, leads_to: str) -> float:
        """Send a form and say how many milliseconds its answer took."""
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF_SECRET}, doseq=True)
        took, _, location = self._ask("POST", path, body, expected=302)
        if not re.fullmatch(leads_to, location):
            raise WrongAnswer(f"{path} led to {location}")
        return took

    def _ask(
        self, method: str, path: str, body: str | None = None, *, expected: int
    ) -> tuple[float, str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read()
        took = (time.perf_counter() - begun) * 1000
        if response.status != expected:
            raise WrongAnswer(f"{method} {path}: {response.status}")
        return took, text.decode(), response.headers.get("Location", "")


class StaffVisitor(Visitor):
    """A member of staff who may do everything, logged in to the admin."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(port)
        staff, _ = User.objects.get_or_create(
            username=name,
            defaults={"kind": User.Kind.STAFF, "is_staff": True, "is_superuser": True},
        )
        self._cookies[settings.SESSION_COOKIE_NAME] = _session(
            staff, "patrons.backends.StaffBackend"
        )


def _session_of(patron: Patron) -> str:
    return _session(patron.user, "patrons.backends.PatronBackend")


def _session(user: User, backend: str) -> str:
    client = Client()
    client.force_login(user, backend=backend)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
