"""Shows edits of templates and of static files in the running demo, without a new start."""

import signal
import time

from demo.console import Trouble, say
from demo.portal import Portal, state_of_static_files, state_of_templates
from demo.supervisor import Supervisor

LOOK_EVERY = 1.0  # seconds; one look reads the dates of some 500 files


class Edits:
    """What was edited since the last look."""

    def __init__(self, portal: Portal, supervisor: Supervisor) -> None:
        self._portal = portal
        self._supervisor = supervisor
        self._static_files = state_of_static_files()
        self._templates = state_of_templates()
        self._looked = time.monotonic()

    def show(self) -> None:
        """Let the web server serve what was edited; at most one look each LOOK_EVERY seconds."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        static_files, templates = state_of_static_files(), state_of_templates()
        if static_files != self._static_files:
            self._collect_static_files()
        if (static_files, templates) != (self._static_files, self._templates):
            self._static_files, self._templates = static_files, templates
            self._start_new_workers()

    def _collect_static_files(self) -> None:
        try:
            self._supervisor.run(self._portal.collecting_static_files())
        except Trouble as trouble:  # a half-written file must not close the library
            say(str(trouble))

    def _start_new_workers(self) -> None:
        """Old workers answer what they have begun; new requests wait for the new ones."""
        web = self._supervisor.child("web")
        if web.is_running():
            web.process.send_signal(signal.SIGHUP)
            say("編集したテンプレートとスタイルを読み直しました。")
