"""The virtual environment `.venv`: made at the first start, renewed when a lock file changed.

This module runs on whatever Python the reader typed, so it uses the standard library only.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.console import DISK_IS_FULL, SIGNS_OF_A_FULL_DISK, Trouble, say, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "prepared"
REQUIREMENTS = ROOT / "requirements"

NEEDED_BYTES = {"demo": 500_000_000, "test": 900_000_000}

NO_NETWORK = (
    "部品を取りに行けませんでした。最初の 1 回だけインターネットへの接続が必要です。"
    "接続(プロキシの設定など)を確かめて、もう一度お試しください。(no network)"
)
NO_VENV = (
    "この Python には venv がありません。`apt install python3-venv` などで入れるか、"
    "uv (https://docs.astral.sh/uv/) を入れてから、もう一度お試しください。(venv is missing)"
)
SIGNS_OF_NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeout",
    "ProxyError",
    "SSLError",
    "Temporary failure in name resolution",
    "error sending request",
    "dns error",
    "Network is unreachable",
    "Connection refused",
    "Failed to fetch",
)


def prepare(kind: str) -> None:
    """Bring `.venv` to what requirements/<kind>.txt says; at once when it is there already."""
    if _is_prepared(kind):
        return
    with _alone_in_the_checkout():
        if _is_prepared(kind):
            return
        if shutil.disk_usage(ROOT).free < NEEDED_BYTES[kind]:
            raise Trouble(DISK_IS_FULL)
        if _stamped().startswith("test "):
            kind = "test"  # what somebody prepared for testing stays fit for testing
        say("はじめての準備をしています。1 分ほどかかります(次からはすぐ始まります)。")
        with step("実行環境"):
            STAMP.unlink(missing_ok=True)
            uv = _make_venv()
        with step("部品"):
            lock = REQUIREMENTS / f"{kind}.txt"
            _install([*uv, "pip", "sync", "--require-hashes", "--python", str(PYTHON), str(lock)])
        STAMP.write_text(_stamp(kind))


def enter(command: list[str]) -> None:
    """Go on in the environment's own Python; returns only where that is so already."""
    _keep_bytecode_out_of_the_tree()
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *command])  # noqa: S606


def _keep_bytecode_out_of_the_tree() -> None:
    """Keep compiled code in `.venv`, where it may not lie beside the code.

    A library is some ten processes and a test run some hundred: each would compile Django anew,
    which doubles the time in which it starts.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "bytecode")


def _is_prepared(kind: str) -> bool:
    return PYTHON.exists() and _stamped() in (_stamp(kind), _stamp("test"))


def _stamped() -> str:
    return STAMP.read_text() if STAMP.exists() else ""


def _stamp(kind: str) -> str:
    lock = (REQUIREMENTS / f"{kind}.txt").read_bytes()
    return f"{kind} {_this_python()} {hashlib.sha256(lock).hexdigest()}"


def _this_python() -> str:
    return f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"


@contextmanager
def _alone_in_the_checkout() -> Iterator[None]:
    """Let two first starts at the same moment prepare one environment, one after the other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_venv() -> list[str]:
    """Create `.venv` for this Python and give the command that starts uv."""
    if VENV.exists() and not _venv_has_this_python():
        shutil.rmtree(VENV)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        lock = REQUIREMENTS / "uv.txt"
        _install([str(PYTHON), "-m", "pip", "install", "--require-hashes", "-r", str(lock)])
        return [str(PYTHON), "-m", "uv"]
    said = made.stdout + made.stderr
    _raise_if_known(said)
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv is None:
        raise Trouble(NO_VENV)
    _install([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
    return [uv]


def _venv_has_this_python() -> bool:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return PYTHON.exists() and (VENV / "lib" / version).exists()


def _install(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    _raise_if_known(said)
    raise Trouble("部品をそろえられませんでした。\n" + "\n".join(said.splitlines()[-15:]))


def _raise_if_known(said: str) -> None:
    if any(sign in said for sign in SIGNS_OF_A_FULL_DISK):
        raise Trouble(DISK_IS_FULL)
    if any(sign in said for sign in SIGNS_OF_NO_NETWORK):
        raise Trouble(NO_NETWORK)
