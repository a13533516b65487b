"""The environment of the process, from which the settings are read; a file `.env` may stand in."""

from datetime import timedelta
from pathlib import Path

import environ
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent


class _ValuesAndSecrets(FileAwareMapping):
    """NAME from the environment, or from the file that NAME_FILE names: a secret stays a file."""

    def __getitem__(self, name: str) -> str:
        value: str = super().__getitem__(name)
        return value.strip()


env = environ.Env()
env.ENVIRON = _ValuesAndSecrets()
environ.Env.read_env(BASE_DIR / ".env")


def seconds(name: str, default: timedelta) -> timedelta:
    return timedelta(seconds=env.int(name, default=int(default.total_seconds())))
