"""The portal's settings, with static files read from where they lie."""

from akiruno_library.settings import *  # noqa: F403
from akiruno_library.settings import BASE_DIR, STORAGES

STATIC_ROOT = BASE_DIR / "static"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STAFF_SECOND_FACTOR = False  # tests/patrons/test_staff_door.py switches it on
