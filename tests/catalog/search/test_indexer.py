"""The indexer as a process of its own: followed, killed, started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from catalog.models import Bib
from catalog.search import SearchRequest, index_state, rebuild, search
from tests.catalog.search.conftest import another_connection
from tests.factories import BibFactory, CopyFactory
from tests.progress import HANG, until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ROOT = Path(__file__).parents[3]


def environment() -> dict[str, str]:
    to = connection.settings_dict
    address = f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
    return os.environ | {
        "DATABASE_URL": address,
        "SEARCH_INDEX_DIR": str(django_settings.SEARCH_INDEX_DIR),
    }


@contextmanager
def indexer() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "index_changes", "--skip-checks"],
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def found(q: str = "", **parameters: object) -> int:
    return search(SearchRequest(q=q, **parameters)).total


def becomes_true(held: Callable[[], bool]) -> bool:
    until(lambda: index_state().present and held())
    return True


def test_it_builds_the_index_and_follows_every_kind_of_change():
    bib = BibFactory(title="最初の本")
    with indexer():
        assert becomes_true(lambda: found("最初の本") == 1)
        copy = CopyFactory(bib=bib)
        assert becomes_true(lambda: found(available=True) == 1)
        Bib.objects.filter(pk=bib.pk).update(title="改題した本")
        assert becomes_true(lambda: found("改題した本") == 1 and found("最初の本") == 0)
        copy.delete()
        bib.delete()
        assert becomes_true(lambda: found() == 0)


def test_it_stops_at_once_when_asked_to():
    with indexer() as process:
        assert becomes_true(lambda: True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=HANG) == 0


def test_killed_at_any_moment_it_loses_nothing():
    bibs = BibFactory.create_batch(30)
    rebuild()
    chance = random.Random(20261124)
    for round_ in range(6):
        with indexer() as process:
            end = time.monotonic() + 1.0 + chance.random()
            while time.monotonic() < end:
                Bib.objects.filter(pk=chance.choice(bibs).pk).update(title=f"題{round_}")
            process.kill()
    Bib.objects.filter(pk__in=[bib.pk for bib in bibs[:7]]).update(title="最後の題名")
    with indexer():
        assert becomes_true(lambda: found("最後の題名") == 7)
        assert found() == 30
        titles = Bib.objects.values_list("title", flat=True)
        for round_ in range(6):
            wanted = sum(title == f"題{round_}" for title in titles)
            assert becomes_true(lambda t=f"題{round_}", n=wanted: found(t) == n)


def test_it_survives_the_loss_of_its_connection():
    BibFactory(title="切断のまえの本")
    with indexer():
        assert becomes_true(lambda: found("切断のまえの本") == 1)
        with another_connection() as execute:
            execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE '%%search_change%%' "
                "AND pid NOT IN (pg_backend_pid(), %s)",
                [connection.connection.info.backend_pid],
            )
        BibFactory(title="切断のあとの本")
        assert becomes_true(lambda: found("切断のあとの本") == 1)


def test_a_rebuild_beside_it_does_not_stop_it():
    with indexer():
        assert becomes_true(lambda: found() == 0)
        fresh = rebuild().folder
        BibFactory(title="組み直しのあとの本")
        assert becomes_true(lambda: found("組み直しのあとの本") == 1)
        assert fresh.exists()


def test_it_mends_an_index_that_was_taken_away():
    BibFactory(title="戻ってくる本")
    rebuild()
    (django_settings.SEARCH_INDEX_DIR / "current").unlink()
    with indexer():
        assert becomes_true(lambda: found("戻ってくる本") == 1)


def test_an_emptied_catalogue_is_an_empty_index():
    BibFactory(title="なくなる本")
    rebuild()
    with indexer():
        assert becomes_true(lambda: found("なくなる本") == 1)
        with another_connection() as execute:
            execute("TRUNCATE catalog_bib CASCADE")
        assert becomes_true(lambda: found() == 0)
