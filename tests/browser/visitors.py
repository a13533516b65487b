"""The kinds of visitors, each with the cookies that make it one."""

from collections.abc import Callable

from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from catalog.help.accessibility import Walk
from tests.browser.conftest import WIDTHS, in_tokyo
from tests.busy_library import Library
from tests.factories import a_terminal


def logged_in(user: object, backend: str) -> Client:
    client = Client()
    client.force_login(user, backend=f"patrons.backends.{backend}")  # type: ignore[arg-type]
    return client


def counter_client(library: Library) -> Client:
    client = logged_in(library.staff, "StaffBackend")
    client.post("/admin/counter/branch/", {"branch": "chuo"})
    return client


AS: dict[Walk, Callable[[Library], Client]] = {
    Walk.NOBODY: lambda library: Client(),
    Walk.PATRON: lambda library: logged_in(library.hanako.user, "PatronBackend"),
    Walk.CHILD: lambda library: logged_in(library.sakura.user, "PatronBackend"),
    Walk.TERMINAL: lambda library: a_terminal(),
    Walk.PATRON_AT_A_TERMINAL: lambda library: a_terminal(library.hanako),
    Walk.STAFF: counter_client,
}


def same_visitor(browser: Browser, address: str, client: Client) -> BrowserContext:
    """A browser with the cookies of this client."""
    context = in_tokyo(browser, address, WIDTHS["desk"])
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": address}
            for name, morsel in client.cookies.items()
        ]
    )
    return context
