"""The portal's settings, with static files read from where they lie."""

import pytest

try:
    from akiruno_library.settings import *  # noqa: F403
    from akiruno_library.settings import BASE_DIR, DATABASES, STORAGES
except SystemExit:
    raise pytest.UsageError(
        "テストは python3 run.py test tests/loans のように動かします。"
        "(run.py starts the servers and hands the rest to pytest.)"
    ) from None

DATABASES["default"]["ENGINE"] = "tests.database"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STAFF_SECOND_FACTOR = False  # tests/patrons/test_staff_door.py switches it on
