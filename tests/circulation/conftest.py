from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from operation.invariants import offenders
from tests.verbs import NOON


@pytest.fixture(autouse=True)
def everything_still_adds_up(db: None) -> Iterator[None]:
    """After every test of this folder, what spans the tables must be true."""
    yield
    assert offenders() == {}


@pytest.fixture
def noon() -> Iterator[None]:
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def desk(counter_client: Client) -> Client:
    """A counter of 中央図書館."""
    counter_client.post("/admin/counter/branch/", {"branch": "chuo"})
    return counter_client
