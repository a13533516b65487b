"""The folder where one demo keeps all it has: database, index, mails, logs, secrets."""

import fcntl
import os
import secrets
import shutil
from pathlib import Path

from demo.environment import ROOT

DEMOS = ROOT / ".demo"  # one folder a port


class DataFolder:
    """One library's data. Whoever holds the lock is the only one running on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.mails = path / "mails"
        self.index = path / "index"
        self.static = path / "static"
        self.postgres = path / "postgres"
        self._catalogue = path / "catalogue"
        self._lock: int | None = None

    def lock(self) -> bool:
        """Take the folder for this process until it ends; False when another one has it."""
        # Others may pass through, because PostgreSQL runs as somebody else when we are root.
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def make(self) -> None:
        for kept in (self.logs, self.mails, self.index, self.static):
            kept.mkdir(exist_ok=True)

    def loaded_catalogue(self) -> str | None:
        """The name of the catalogue that was loaded, None until one was loaded to its end."""
        return self._catalogue.read_text() if self._catalogue.exists() else None

    def note_catalogue(self, catalogue: Path | None) -> None:
        self._catalogue.write_text(name_of(catalogue))

    def secret(self, name: str) -> str:
        """A random word of this folder: made once, kept, readable by its owner alone."""
        if not (self.path / name).exists():
            self.write_note(name, secrets.token_urlsafe(50))
        return self.read_note(name)

    def write_note(self, name: str, text: str) -> None:
        """Keep a text that its owner alone may read; a reader never meets half of it."""
        new = self.path / f"{name}.new"
        new.touch(mode=0o600)
        new.write_text(text)
        new.rename(self.path / name)

    def read_note(self, name: str) -> str:
        return (self.path / name).read_text()

    def wipe(self) -> None:
        """Forget everything; the folder itself stays, for the lock is on it."""
        home = self.postgres.resolve()  # as root it may stand elsewhere, behind a link
        shutil.rmtree(home, ignore_errors=True)
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def name_of(catalogue: Path | None) -> str:
    """What tells one catalogue from another, and from itself after a change."""
    if catalogue is None:
        return "built-in"
    facts = catalogue.stat()
    return f"{catalogue.resolve()} {facts.st_size} {facts.st_mtime_ns}"
