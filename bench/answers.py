"""`python -m bench.answers`: do registration, reset and login answer alike in time (safety 1, 6)?

Real gunicorn on servers of its own. Each way to fail is tried so many times, in turns with the
others, and its median is set beside the median of them all. Then so many logins at once, and the
most memory the web workers took together.
"""

import os
import re
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import django
import psutil
import requests

from bench.servers import servers
from demo.console import step

if TYPE_CHECKING:
    from bench.library import Library

ATTEMPTS = 200
LOGINS = 20
AT_ONCE = 32
PASSWORD = "kawa-no-oto-2026"  # noqa: S105 - of nobody
FACTS = {
    "card_number": "30000001",
    "name": "秋川 花子",
    "birth_date": "1985/4/12",
    "telephone": "042-123-4567",
}


@dataclass(frozen=True, eq=False)
class Attempt:
    """One way to be refused, and what is typed for it."""

    page: str
    name: str
    typed: Mapping[str, str]


def attempts() -> Iterator[Attempt]:
    for page in ("register", "reset"):
        typed = FACTS | {"password": PASSWORD}
        yield Attempt(page, "unknown card", typed | {"card_number": "99999999"})
        yield Attempt(page, "wrong name", typed | {"name": "秋川 華子"})
        yield Attempt(page, "wrong birth date", typed | {"birth_date": "1985/4/13"})
        yield Attempt(page, "wrong telephone", typed | {"telephone": "042-123-4568"})
        yield Attempt(page, "barred", typed | {"card_number": "30000003"})
        if page == "register":
            yield Attempt(page, "password exists", typed | {"card_number": "30000002"})
    yield Attempt("login", "unknown card", {"card_number": "99999999", "password": "wrong-one"})
    yield Attempt("login", "no password", {"card_number": "30000001", "password": "wrong-one"})
    yield Attempt("login", "wrong password", {"card_number": "30000002", "password": "wrong-one"})
    yield Attempt("login", "suspended, wrong", {"card_number": "30000004", "password": "wrong-one"})


class Guesser:
    """A browser that gets one token a page and then only sends."""

    def __init__(self, address: str) -> None:
        self.address, self.session = address, requests.Session()
        self.tokens: dict[str, str] = {}

    def send(self, page: str, typed: Mapping[str, str]) -> tuple[float, int]:
        path = f"{self.address}/mypage/{page}/"
        if page not in self.tokens:
            login_page = self.session.get(path, timeout=30).text
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login_page)
            assert found  # noqa: S101
            self.tokens[page] = found[1]
        fields = {**typed, "csrfmiddlewaretoken": self.tokens[page]}
        begun = time.perf_counter()
        answer = self.session.post(path, data=fields, timeout=60, allow_redirects=False)
        return (time.perf_counter() - begun) * 1000, answer.status_code


def main() -> None:
    with servers() as environment:
        os.environ.update(environment)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")
        django.setup()
        _fill()
        from bench import library

        with library.opened() as opened:
            address = f"http://127.0.0.1:{opened.port}"
            _compare(address)
            _one_after_another(address, opened)
            _all_at_once(address, opened.web)


def _fill() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from patrons.models import Patron, User

    with step("tables"):
        call_command("migrate", interactive=False, verbosity=0)
    with step("patrons"):
        for number in range(1, 5 + AT_ONCE):
            user = User.objects.create_patron_user()
            if number != 1 and number != 3:
                user.set_password(PASSWORD)
                user.save()
            Patron.objects.create(
                user=user,
                card_number=str(30_000_000 + number),
                name=FACTS["name"],
                name_reading="アキカワ ハナコ",
                birth_date=date(1985, 4, 12),
                telephone=FACTS["telephone"],
                card_expires_on=date(2099, 3, 31),
            )
        now = timezone.now()
        Patron.objects.filter(card_number="30000003").update(
            web_barred_at=now, web_barred_reason="bench"
        )
        Patron.objects.filter(card_number="30000004").update(
            suspended_at=now, suspension_reason="bench"
        )


def _compare(address: str) -> None:
    from patrons.models import Throttle

    guesser, took = Guesser(address), {attempt: [] for attempt in attempts()}  # type: ignore[var-annotated]
    for attempt in took:
        guesser.send(attempt.page, attempt.typed)  # the token, and what a first request loads
    for _ in range(ATTEMPTS):
        for attempt, times in took.items():
            Throttle.objects.all().delete()
            milliseconds, status = guesser.send(attempt.page, attempt.typed)
            assert status == 200, (attempt, status)  # noqa: S101
            times.append(milliseconds)
    print(f"\n{ATTEMPTS} attempts each, in turns; load {os.getloadavg()[0]:.1f}\n")
    print("| page | refused because | median ms | from the page's median |\n|---|---|--:|--:|")
    for attempt, times in took.items():
        same_page = [statistics.median(t) for w, t in took.items() if w.page == attempt.page]
        median, middle = statistics.median(times), statistics.median(same_page)
        difference = (median / middle - 1) * 100
        print(f"| {attempt.page} | {attempt.name} | {median:.1f} | {difference:+.1f} % |")


def _one_after_another(address: str, opened: "Library") -> None:
    """The same patron, each time in a new browser: what a login costs on an idle machine is CPU."""
    before, took = opened.cpu_seconds(), []
    for _ in range(LOGINS):
        milliseconds, status = Guesser(address).send("login", _of(4))
        assert status == 302, status  # noqa: S101
        took.append(milliseconds)
    web, database = (
        (after - so_far) * 1000 / LOGINS
        for so_far, after in zip(before, opened.cpu_seconds(), strict=True)
    )
    print(f"\n{LOGINS} logins one after another: median {statistics.median(took):.0f} ms each;")
    print(
        f"with the page of its form {web:.0f} ms CPU of gunicorn, {database:.0f} ms of PostgreSQL."
    )


def _all_at_once(address: str, web: psutil.Process) -> None:
    """The right passwords of as many patrons, sent together."""
    from patrons.models import Throttle

    Throttle.objects.all().delete()
    guessers = [Guesser(address) for _ in range(AT_ONCE)]
    took: list[tuple[float, int]] = []
    for guesser in guessers:
        guesser.session.get(f"{address}/mypage/login/", timeout=30)
        guesser.send("login", {"card_number": "0", "password": ""})
    threads = [
        threading.Thread(target=lambda g=guesser, n=number: took.append(g.send("login", _of(n))))
        for number, guesser in enumerate(guessers, start=5)
    ]
    begun, most = time.perf_counter(), 0.0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sizes = [each.memory_full_info().pss for each in web.children()]
        most = max(most, sum(sizes) / 1e6)
        time.sleep(0.01)
    seconds = time.perf_counter() - begun
    rightly = sum(status == 302 for _, status in took)
    print(f"{rightly} of {AT_ONCE} logins at once in {seconds:.1f} s;")
    print(f"the web workers together took at most {most:.0f} MB (proportional).")


def _of(number: int) -> dict[str, str]:
    return {"card_number": str(30_000_000 + number), "password": PASSWORD}


if __name__ == "__main__":
    main()
