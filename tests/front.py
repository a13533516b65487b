"""nginx as service has it: the very configuration, with the paths and ports of a test."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.environment import ROOT
from demo.supervisor import Program

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def nginx(
    folder: Path,
    nodes: Sequence[str],
    front: int,
    static: Path,
    *,
    proxies_before: int = 0,
    more: Mapping[str, str] | None = None,
) -> Program:
    """`web` is as many addresses as there are nodes, as in service."""
    configuration = (ROOT / "akiruno_library/nginx.conf").read_text()
    for here, there in {
        "/tmp/": f"{folder}/nginx-",  # before any path of this test, which may lie below it
        "server web:8000;": " ".join(f"server {node};" for node in nodes),
        "listen 8080": f"listen 127.0.0.1:{front}",
        "/srv/static/": f"{static}/",
        "/dev/stdout": f"{folder}/access.log",
        "$proxies_before { default 0; }": f"$proxies_before {{ default {proxies_before}; }}",
        **(more or {}),
    }.items():
        assert here in configuration
        configuration = configuration.replace(here, there)
    path = folder / f"nginx-{front}.conf"
    path.write_text(configuration)
    command = [str(NGINX), "-c", str(path), "-g", "daemon off; user root;"]
    if os.geteuid() != 0:
        command[-1] = "daemon off;"
    subprocess.run([*command[:3], "-t"], check=True, capture_output=True)
    return Program("nginx", "nginx", command, stop_signal=signal.SIGQUIT)
