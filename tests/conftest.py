from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from akiruno_library import policy
from catalog.models import Copy
from patrons.models import Patron
from tests import factories
from tests.distribution import longest_first, pytest_xdist_make_scheduler  # noqa: F401
from tests.mail_server import MailServer

TOKYO = ZoneInfo("Asia/Tokyo")

# Without it Django makes rows such as content types anew, under other numbers than before.
ROWS_PUT_BACK = "serialized_rollback"
# Real processes, real browsers, whole libraries: seconds each.
NOT_QUICK = ("browser", "demo", "mutation", "security", "withstand")
NOT_QUICK_FILES = {"test_crowding.py", "test_judged_queries.py", "test_migrations.py"}


def tokyo(day: str, clock: str = "10:00") -> datetime:
    """A moment in Tokyo: tokyo("2026-11-24", "09:30")."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=TOKYO)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="the part to run while working")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --quick: one case of each test that needs neither processes nor committed rows."""
    longest_first(items)
    for item in items:
        if _commits(item) and not item.get_closest_marker("django_db").kwargs.get(ROWS_PUT_BACK):
            raise pytest.UsageError(f"{item.nodeid} would leave other rows than the migrations")
    if config.getoption("--quick", default=False):
        quick = {_name_without_case(item): item for item in reversed(items) if _is_quick(item)}
        config.hook.pytest_deselected(items=[item for item in items if item not in quick.values()])
        items[:] = reversed(quick.values())


def _commits(item: pytest.Item) -> bool:
    database = item.get_closest_marker("django_db")
    return bool(database and database.kwargs.get("transaction"))


def _name_without_case(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _is_quick(item: pytest.Item) -> bool:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return not _commits(item) and folder not in NOT_QUICK and item.path.name not in NOT_QUICK_FILES


@pytest.fixture(autouse=True)
def _search_index_of_its_own(settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


@pytest.fixture(autouse=True)
def _nothing_kept_from_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Branches are read anew by every page, so that a test counts the same queries each time."""
    cache.clear()
    monkeypatch.setattr(policy, "CHOICES_KEPT", timedelta(0))


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """Where the portal's mail goes in this test."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


@pytest.fixture
def book(db: None) -> Copy:
    """The one copy of a book, on the shelf at 中央図書館."""
    return factories.CopyFactory()


@pytest.fixture
def borrower(db: None) -> Patron:
    return factories.PatronFactory(name="秋川 花子", name_reading="アキカワ ハナコ")


@pytest.fixture
def one_who_waits(db: None) -> Patron:
    return factories.PatronFactory(
        name="雨間 悟", name_reading="アメマ サトル", mail="satoru@example.jp"
    )


@pytest.fixture
def stranger(db: None) -> Patron:
    return factories.PatronFactory(name="引田 節子", name_reading="ヒキダ セツコ")


@pytest.fixture
def counter_client(db: None) -> Client:
    """A browser in which a member of staff has logged in to the admin."""
    client = Client()
    client.force_login(factories.staff(), backend="patrons.backends.StaffBackend")
    return client


@pytest.fixture
def at_home(borrower: Patron) -> Client:
    """The borrower's own browser, logged in."""
    client = Client()
    client.force_login(borrower.user, backend="patrons.backends.PatronBackend")
    return client
