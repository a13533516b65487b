"""How light pages are (aims: first visit 60 KB, the next ones 15 KB), and how quick Back is."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from catalog.search import rebuild
from tests.factories import BibFactory, CopyFactory

pytestmark = pytest.mark.django_db

FIRST_VISIT, REPEAT_VISIT = 60_000, 15_000
KEPT_FILES = re.compile(r'(?:href|src)="/static/([^"]+)"')


@pytest.fixture
def addresses() -> list[str]:
    """The pages with most on them: full shelves, a full page of results, a record."""
    bibs = [
        CopyFactory(
            bib=BibFactory(title=f"秋川の四季と人びとの暮らし 第{number}部", authors=["秋川 花子"])
        ).bib
        for number in range(20)
    ]
    rebuild()
    return ["/", "/search/?q=秋川", f"/bib/{bibs[0].pk}/", "/mypage/login/", "/help/"]


def test_a_first_visit_and_the_next_ones_are_light(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        page = client.get(address).content
        files = set(KEPT_FILES.findall(page.decode()))
        assert any(name.endswith(".css") for name in files)
        weight = len(gzip.compress(page))
        assert weight <= REPEAT_VISIT, address
        assert weight + sum(map(_weight, files)) <= FIRST_VISIT, address


def _weight(name: str) -> int:
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


def test_pages_of_nobody_may_be_kept_for_an_instant_back(
    client: Client, addresses: list[str]
) -> None:
    for address in ["/", *addresses[1:3], "/help/"]:
        assert "no-store" not in client.get(address).headers.get("Cache-Control", ""), address
