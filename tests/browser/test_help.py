"""axe finds nothing on the pages which the page on accessibility says were checked."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from catalog.help.accessibility import CHECKED_PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def violations(page: Page, options: dict | None = None) -> list[str]:
    """Each with the first place where it was found."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['failureSummary']}" for one in found]


def test_axe_finds_nothing_on_the_pages_told_as_checked(a_page):
    found = {}
    a_page.emulate_media(reduced_motion="reduce")  # colours are not measured on their way
    for checked in CHECKED_PAGES:
        a_page.goto(checked.href)
        assert a_page.locator("h1").count() == 1
        wide = a_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        broken = violations(a_page)
        a_page.emulate_media(color_scheme="dark")
        broken += violations(a_page, {"runOnly": ["color-contrast"]})
        a_page.emulate_media(color_scheme="light")
        if broken or wide > 0:
            found[checked.title] = (broken, wide)
    assert found == {}
