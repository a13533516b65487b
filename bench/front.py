"""A running demo as production shows it: behind the nginx of compose, compressed and kept."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import ports
from demo.environment import ROOT
from demo.supervisor import Program, Supervisor

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def production_front(demo_port: int) -> Iterator[int]:
    """The port of an nginx that stands before the demo on that port, by our nginx.conf."""
    if NGINX is None:
        raise SystemExit("nginx is not installed; it stands before the portal in production.")
    static = ROOT / ".demo" / str(demo_port) / "static"
    if not static.is_dir():
        raise SystemExit(f"No demo of this folder runs on port {demo_port}: run.py demo.")
    port = ports.free_port()
    with tempfile.TemporaryDirectory(prefix="akiruno-front-") as name:
        folder = Path(name)
        supervisor = Supervisor(folder)
        try:
            supervisor.start(_nginx(folder, {"portal": demo_port, "front": port}, static))
            ports.wait_until_it_answers(port, seconds=10)
            yield port
        finally:
            supervisor.stop()


def _nginx(folder: Path, numbers: dict[str, int], static: Path) -> Program:
    configuration = (ROOT / "akiruno_library/nginx.conf").read_text()
    for there, here in {
        "/tmp/": f"{folder}/nginx-",  # noqa: S108  # before any path that may lie below it
        "server web:8000": f"server 127.0.0.1:{numbers['portal']}",
        "listen 8080": f"listen 127.0.0.1:{numbers['front']}",
        "/srv/static/": f"{static}/",
        "/dev/stdout": f"{folder}/access.log",
    }.items():
        if there not in configuration:
            raise SystemExit(f"nginx.conf no longer says {there}")
        configuration = configuration.replace(there, here)
    path = folder / "nginx.conf"
    path.write_text(configuration)
    rights = "user root;" if os.geteuid() == 0 else ""
    command = [str(NGINX), "-c", str(path), "-g", f"daemon off; {rights}"]
    subprocess.run([*command[:3], "-t"], check=True, capture_output=True)
    return Program("nginx", "nginx", command, stop_signal=signal.SIGQUIT)
