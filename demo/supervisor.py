"""Keeps the library's processes running, and leaves none behind.

1. Every program runs in a session of its own, so that Ctrl-C reaches only us.
2. Groups are started in order and stopped in reverse, each within STOP_WITHIN seconds.
3. A program that ends by itself is started again after a pause that doubles, up to LONGEST_PAUSE.
4. Killed ourselves, the kernel tells the children (Linux); notes of them let the next start end
   what still lives.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo import processes
from demo.console import Trouble, say, sentence_for_log, still_working

STOP_WITHIN = 3.0
LONGEST_BACKOFF = 30.0
STEADY_AFTER = 60.0
SIGN_OF_LIFE_EVERY = 2.0


@dataclass(frozen=True)
class Program:
    """One process of the library: how it is started and how it likes to be stopped."""

    name: str
    title: str
    command: list[str]
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    account: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    speaks: bool = False  # to the terminal; its log then holds only what went wrong


class Child:
    """A program that was started, and started again as often as it ended."""

    def __init__(self, program: Program, log: Path, note: Path) -> None:
        self.program = program
        self.log = log
        self._note = note
        self._failures = 0
        self._due: float | None = None
        log.write_bytes(b"")  # one run's words; those of a restart are added
        self._start()

    def _start(self) -> None:
        program = self.program
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                program.command,
                env=program.environment,
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=None if program.speaks else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.dies_with_us(program.stop_signal),
                **program.account,
            )
        self._begun = time.monotonic()
        processes.write_note(self._note, self.process.pid)

    def is_running(self) -> bool:
        return self.process.poll() is None

    def revive(self) -> None:
        """Start the program again if it ended, once its pause is over."""
        if self.is_running():
            return
        now = time.monotonic()
        if self._due is None:
            self._failures = 0 if now - self._begun > STEADY_AFTER else self._failures
            backoff = min(2.0**self._failures, LONGEST_BACKOFF)
            self._failures += 1
            self._due = now + backoff
            say(
                f"{self.program.title}が止まったので(終了コード {self.process.returncode})、"
                f"{backoff:.0f} 秒後に始め直します。記録: {self.log}"
            )
        elif now >= self._due:
            self._due = None
            self._start()

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.program.stop_signal)

    def make_sure_it_stopped(self, deadline: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        processes.kill_group(self.process.pid)
        self.process.wait()
        self._note.unlink(missing_ok=True)


class Supervisor:
    """All children of one run; `folder` holds their logs and notes."""

    def __init__(self, folder: Path) -> None:
        self._logs = folder / "logs"
        self._notes = folder / "processes"
        self._groups: list[list[Child]] = []
        self._errands: list[Child] = []

    def end_left_behind(self) -> int:
        """Stop what a killed run left running, and count it."""
        notes = sorted(self._notes.glob("*")) if self._notes.exists() else []
        # The servers last: whoever still talks to them should find them.
        notes.sort(key=lambda note: note.name in ("postgres", "valkey"))
        return sum(
            processes.end_left_behind(
                note,
                signal.SIGINT if note.name == "postgres" else signal.SIGTERM,
                patience=STOP_WITHIN,
            )
            for note in notes
        )

    def start(self, *programs: Program) -> None:
        """Start programs that are watched from now on, and stopped together."""
        group: list[Child] = []
        self._groups.append(group)
        for program in programs:
            group.append(self._child(program))

    def begin(self, program: Program) -> Child:
        """Start a program that does one errand and ends."""
        errand = self._child(program)
        self._errands.append(errand)
        return errand

    def finish(self, errand: Child) -> str:
        """Wait for an errand and give what it said. Raises Trouble with its end on failure."""
        while errand.is_running():
            with contextlib.suppress(subprocess.TimeoutExpired):
                errand.process.wait(SIGN_OF_LIFE_EVERY)
                break
            still_working()
        self._errands.remove(errand)
        errand.make_sure_it_stopped(time.monotonic())
        output = errand.log.read_text(errors="replace")
        if errand.process.returncode != 0:
            raise Trouble(sentence_for_log(errand.program.title, output, errand.log))
        return output

    def finish_all(self) -> None:
        for errand in list(self._errands):
            self.finish(errand)

    def run(self, program: Program) -> str:
        return self.finish(self.begin(program))

    def check(self) -> None:
        """Raise Trouble if a program ended already: in the beginning that is no accident."""
        for child in self.children():
            if not child.is_running():
                output = child.log.read_text(errors="replace")
                raise Trouble(sentence_for_log(child.program.title, output, child.log))

    def watch(self, meanwhile: Callable[[], None]) -> None:
        """Keep everything running until we are interrupted, and do `meanwhile` again and again."""
        while True:
            for child in self.children():
                child.revive()
            meanwhile()
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop everything, in reverse; nothing may interrupt that, for it ends soon by itself."""
        with _deaf_to_signals():
            for group in [*self._groups, self._errands][::-1]:
                for child in reversed(group):
                    child.ask_to_stop()
                deadline = time.monotonic() + STOP_WITHIN
                for child in reversed(group):
                    child.make_sure_it_stopped(deadline)
        self._groups.clear()
        self._errands.clear()

    def children(self) -> list[Child]:
        return [child for group in self._groups for child in group]

    def child(self, name: str) -> Child:
        """The process of the program with this name."""
        return next(child for child in self.children() if child.program.name == name)

    def _child(self, program: Program) -> Child:
        self._logs.mkdir(exist_ok=True)
        return Child(program, self._logs / f"{program.name}.log", self._notes / program.name)


@contextlib.contextmanager
def _deaf_to_signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
