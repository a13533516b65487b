"""`python3 run.py test`: every check and every test, on servers of their own that keep nothing."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo import audit, ports
from demo.console import say, step
from demo.environment import ROOT
from demo.postgres import Postgres
from demo.supervisor import Supervisor
from demo.valkey import Valkey

OURS = [
    "akiruno_library",
    "catalog",
    "circulation",
    "demo",
    "japanese",
    "loans",
    "notifications",
    "operation",
    "patrons",
    "reservations",
]
PRODUCTION = {"SITE_URL": "https://library.example.jp", "DEMO": "false"}


@dataclass(frozen=True)
class Check:
    """One command that must end with 0, or say why nothing can be said here."""

    title: str
    words: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def passes(self, environment: Mapping[str, str]) -> bool:
        """Run it and write its line of the table; what it said is shown when it failed."""
        begun = time.monotonic()
        done = subprocess.run(
            self.words,
            env={**environment, **self.environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - begun
        if done.returncode == audit.SKIPPED:
            say(f"  － {self.title:<20} 見送り: {done.stdout.strip()}")
            return True
        passed = done.returncode == 0
        say(f"  {'○' if passed else '×'} {self.title:<20} {seconds:5.1f} 秒")
        if not passed:
            say(done.stdout)
        return passed


def run(pytest_arguments: list[str]) -> int:
    """Run everything, or pytest alone when it is given arguments; 0 if all went well."""
    with servers() as environment:
        failed = [] if pytest_arguments else _failed_checks(environment)
        two = ["-n", "2", "--dist", "loadscope"]
        pytest = [sys.executable, "-m", "pytest", *two, *pytest_arguments]
        tests = subprocess.run(
            pytest, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, check=False
        )
    _say_which(failed)
    return tests.returncode or bool(failed)


def run_checks() -> int:
    """Run the checks without the tests; 0 if all went well."""
    with servers() as environment:
        failed = _failed_checks(environment)
    _say_which(failed)
    return int(bool(failed))


def checks() -> list[Check]:
    python = [sys.executable, "-m"]
    manage = [sys.executable, "manage.py"]
    return [
        Check("ruff check", [*python, "ruff", "check"]),
        Check("ruff format", [*python, "ruff", "format", "--check"]),
        Check("mypy", [*python, "mypy", "."]),
        Check("djlint", [*python, "djlint", "--lint", "--quiet", "templates"]),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("check --deploy", [*manage, "check", "--deploy", "--fail-level=WARNING"], PRODUCTION),
        Check("bandit", [*python, "bandit", "-q", "-ll", "-r", "run.py", *OURS]),
        Check("pip-audit", [*python, "demo.audit"]),
        *_checks_of_containers(),
    ]


def _checks_of_containers() -> Iterator[Check]:
    if (ROOT / "docker-compose.yml").exists():
        compose = ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
        yield Check("docker-compose.yml", [sys.executable, "-m", "check_jsonschema", *compose])
    if (ROOT / "Dockerfile").exists():
        hadolint = Path(sys.executable).with_name("hadolint")
        yield Check("Dockerfile", [str(hadolint), "Dockerfile"])


def _failed_checks(environment: Mapping[str, str]) -> list[str]:
    return [check.title for check in checks() if not check.passes(environment)]


def _say_which(failed: list[str]) -> None:
    if failed:
        say(f"通らなかった検査: {'、'.join(failed)}")


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Give the environment in which the portal meets an empty database and an empty queue."""
    with tempfile.TemporaryDirectory(prefix="akiruno-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, PostgreSQL runs as somebody else
        supervisor = Supervisor(folder)
        try:
            with step("データベース"):
                environment = _start(folder, supervisor)
            yield environment
        finally:
            supervisor.stop()


def _start(folder: Path, supervisor: Supervisor) -> dict[str, str]:
    key = secrets.token_urlsafe(50)
    postgres = Postgres(folder / "postgres", ports.free_port(), key, durable=False)
    valkey = Valkey(folder, ports.free_port(), key)
    postgres.prepare()
    supervisor.start(postgres.program(), valkey.program())
    postgres.wait_until_ready(supervisor.check)
    return os.environ | {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": key,
        "DEBUG": "false",
        "SITE_URL": "http://127.0.0.1:8000",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "SEARCH_INDEX_DIR": str(folder / "index"),
        "MAILBOX_DIR": str(folder / "mails"),
        "STATIC_ROOT": str(folder / "static"),
    }
