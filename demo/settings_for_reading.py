"""The portal's settings for programs that read the code and run nothing of it, as mypy does."""

import os

NOWHERE = {
    "SECRET_KEY": "-" * 50,
    "SITE_URL": "http://127.0.0.1",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "SEARCH_INDEX_DIR": "/nowhere",
}
for name, value in NOWHERE.items():
    os.environ.setdefault(name, value)

from akiruno_library.settings import *  # noqa: E402, F403
