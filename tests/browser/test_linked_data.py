"""Data for search engines stands in the page under the portal's own content security policy."""

import pytest

from tests.factories import BibFactory, CopyFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_linked_data_is_no_script_to_the_browser(a_page):
    title = "</script><script>document.title='taken over'</script><img src=x onerror=alert(1)>"
    bib = CopyFactory(bib=BibFactory(title=title)).bib
    a_page.goto(f"/bib/{bib.pk}/")
    (data,) = a_page.locator("script[type='application/ld+json']").all()
    assert data.evaluate("element => JSON.parse(element.textContent).name") == title
    assert a_page.title().startswith(title)
    assert a_page.locator("img").count() == 0
