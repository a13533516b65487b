"""Which process of a test run gets which tests.

The marks of pytest-xdist for groups have no effect with pytest 9, so the file decides: tests that
share a costly fixture stay in one process, each other test goes to whichever process is free.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
WITHSTAND = "tests/withstand/"  # all its tests use the one library that they open


class TogetherByFixture(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(WITHSTAND):
            return WITHSTAND
        return file if _shares_a_fixture(file) else nodeid


@cache
def _shares_a_fixture(file: str) -> bool:
    text = (ROOT / file).read_text()
    return 'scope="module"' in text


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherByFixture:
    # The order of the collection is kept: what commits must come after what does not.
    config.option.loadscopereorder = False
    return TogetherByFixture(config, log)


def longest_first(items: list[pytest.Item]) -> None:
    """Begin with the library that is opened as a whole: it takes one process for minutes."""
    items.sort(key=lambda item: not item.nodeid.startswith(WITHSTAND))
