"""The whole library, opened as the demo opens it: real processes, real sockets, real kills."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.withstand.library import OpenLibrary


@pytest.fixture(scope="session")
def library() -> Iterator[OpenLibrary]:
    """One library for all tests of this folder: each leaves it as whole as it found it."""
    with tempfile.TemporaryDirectory(prefix="akiruno-withstand-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, PostgreSQL runs as somebody else
        opened = OpenLibrary(folder / "library")
        try:
            opened.open()
            yield opened
        finally:
            opened.close()
