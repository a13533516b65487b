from collections.abc import Iterator

import pytest

from operation.invariants import offenders


@pytest.fixture(autouse=True)
def everything_still_adds_up(db: None) -> Iterator[None]:
    """After every test of this folder, what spans the tables must be true."""
    yield
    assert offenders() == {}
