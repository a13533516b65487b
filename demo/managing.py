"""`python3 run.py manage`: any command of manage.py, on the library that is at hand.

1. A demo that runs: the command meets the same database, queue and index as its pages.
2. A demo that was stopped: its servers run for as long as the command does.
3. No demo: servers of their own and empty tables, which are gone when the command has ended.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout

from demo import checks
from demo.console import Trouble, say
from demo.data_folder import DEMOS, DataFolder
from demo.environment import ROOT
from demo.opening import start_servers
from demo.portal import Portal
from demo.postgres import installed_programs
from demo.supervisor import Supervisor

# These read or write the code alone, and must work while a migration is broken.
WITHOUT_TABLES = {"help", "--help", "check", "makemigrations", "migrate", "diffsettings"}


def manage(port: int | None, words: list[str]) -> int:
    """Run one command to its end and give its exit status."""
    words = words or ["help"]
    with ExitStack() as stack:
        with redirect_stdout(sys.stderr):  # the command's own output may go into a file
            environment = stack.enter_context(_library_at_hand(port, words[0]))
        return _run(words, environment)


@contextmanager
def _library_at_hand(port: int | None, command: str) -> Iterator[Mapping[str, str]]:
    """Give the settings of the demo on `port`, of any demo, or of a library for once."""
    folders = _filled_folders(port)
    if running := next((folder for folder in folders if _runs(folder)), None):
        say(f"動いている見本の図書館(.demo/{running.path.name}/)で行います。")
        yield Portal.noted(running).environment()
    elif stopped := next((folder for folder in folders if folder.lock()), None):
        say(f"止まっている見本の図書館(.demo/{stopped.path.name}/)で行います。")
        with _servers_of(stopped) as environment:
            yield environment
    else:
        say("見本の図書館がないので、終わると消える空の図書館で行います(見本は run.py demo)。")
        with _library_for_once(command) as environment:
            yield environment


def _filled_folders(port: int | None) -> list[DataFolder]:
    """The folders of demos that were filled to the end, by their port."""
    paths = DEMOS.glob(str(port) if port else "*")
    filled = [folder for folder in map(DataFolder, paths) if folder.loaded_catalogue()]
    return sorted(filled, key=lambda folder: int(folder.path.name))


def _runs(folder: DataFolder) -> bool:
    """Whether another process has the folder."""
    if folder.lock():
        folder.unlock()
        return False
    return True


@contextmanager
def _servers_of(folder: DataFolder) -> Iterator[Mapping[str, str]]:
    supervisor = Supervisor(folder.path)
    try:
        supervisor.end_left_behind()
        folder.make()
        yield start_servers(folder, int(folder.path.name), supervisor).environment()
    finally:
        supervisor.stop()
        folder.unlock()


@contextmanager
def _library_for_once(command: str) -> Iterator[Mapping[str, str]]:
    with checks.servers() as environment:
        environment["DEMO"] = "true"
        if command not in WITHOUT_TABLES and _run(["migrate", "-v0"], environment) != 0:
            raise Trouble("データベースの表を作れませんでした。上の知らせをご覧ください。")
        yield environment


def _run(words: list[str], environment: Mapping[str, str]) -> int:
    programs = installed_programs() / "pginstall" / "bin"  # psql, for dbshell
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{programs}"
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command
    try:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env={**environment, "PATH": path},
            check=False,
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)
