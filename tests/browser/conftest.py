"""A real Chromium, at a phone's and a desk's width, in Tokyo."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from akiruno_library import policy
from patrons.models import Patron
from tests.browser.gestures import Album, Finger, Keys
from tests.factories import PASSWORD, PatronFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs an event loop

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 300_000  # milliseconds; a machine that is busy with other work is no defect
expect.set_options(timeout=PATIENCE)
WIDTHS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """Playwright's event loop makes Django open a connection object of its own; it is handed the
    rows of the migrations, which each transactional test puts back."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed on this machine")
    facts = getattr(connections["default"], "_test_serialized_contents", None)
    with sync_playwright() as playwright:
        if facts is not None:
            connections["default"]._test_serialized_contents = facts
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--lang=en-US",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS))
def a_page(request: pytest.FixtureRequest, chromium: Browser, live_server) -> Iterator[Page]:
    """A patron's browser; anything that fails in its console fails the test."""
    with _Opened(chromium, live_server.url, WIDTHS[request.param]) as page:
        yield page


@pytest.fixture
def desk_page(chromium: Browser, live_server) -> Iterator[Page]:
    """A patron's browser at a desk only, for what does not depend on the width."""
    with _Opened(chromium, live_server.url, WIDTHS["desk"]) as page:
        yield page


@pytest.fixture
def plain_page(chromium: Browser, live_server) -> Iterator[Page]:
    """The same where the network fails: its complaints are what is tried."""
    opened = _Opened(chromium, live_server.url, WIDTHS["desk"])
    with opened as page:
        yield page
        opened.complaints.clear()


@pytest.fixture
def script_free(chromium: Browser, live_server) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=live_server.url, locale="ja-JP", java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def counter_page(chromium: Browser, live_server) -> Iterator[Page]:
    """The browser of a member of staff, at a desk."""
    with _Opened(chromium, live_server.url, WIDTHS["desk"]) as page:
        yield page


@pytest.fixture
def device_page(chromium: Browser, live_server) -> Iterator[Page]:
    """The browser of a device that stands in a library; its clock can be moved on."""
    with _Opened(chromium, live_server.url, WIDTHS["desk"]) as page:
        page.clock.install()
        yield page


def in_tokyo(browser: Browser, address: str, size: dict[str, int]) -> BrowserContext:
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def satoru(db: None) -> Patron:
    return PatronFactory(name="雨間 悟", card_number="10000008", password=PASSWORD)


@pytest.fixture
def hands(a_page: Page) -> Finger | Keys:
    on_a_phone = a_page.viewport_size and a_page.viewport_size["width"] < 600
    return Finger(a_page) if on_a_phone else Keys(a_page)


@pytest.fixture
def nobody_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal ends a visit after a minute; a walk through many pages takes longer."""
    monkeypatch.setattr(policy, "TERMINAL_SESSION_EXPIRY", timedelta(hours=1))


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    """Pictures of this test's steps, kept in .artefacts/ or the folder that ARTEFACTS names."""
    folder = os.environ.get("ARTEFACTS") or Path(__file__).parents[2] / ".artefacts"
    return Album(Path(folder), re.sub(r"\W+", "-", request.node.name).strip("-"))


class _Opened:
    def __init__(self, browser: Browser, address: str, size: dict[str, int]) -> None:
        self.context = in_tokyo(browser, address, size)
        self.complaints: list[str] = []

    def __enter__(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def __exit__(self, *error: object) -> None:
        self.context.close()
        assert not self.complaints, self.complaints
