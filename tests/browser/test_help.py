"""axe finds nothing on the pages which the page on accessibility says were checked."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from catalog.help.accessibility import CHECKED_PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_axe_finds_nothing_on_the_pages_told_as_checked(a_page):
    found = {}
    for checked in CHECKED_PAGES:
        a_page.goto(checked.href)
        assert a_page.locator("h1").count() == 1
        wide = a_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        results = Axe().run(a_page)
        broken = [violation["id"] for violation in results.response["violations"]]
        if broken or wide > 0:
            found[checked.title] = (broken, wide)
    assert found == {}
