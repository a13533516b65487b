"""What docker-compose.yml starts, started by its very commands without an engine."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import requests
from ruamel.yaml import YAML

import tests.front
from demo.environment import ROOT, VENV
from demo.supervisor import Program
from tests.progress import HANG
from tests.withstand.library import OpenLibrary, Visitor

COMPOSE = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def commands() -> dict[str, list[str]]:
    cmd = re.search(r"^CMD (\[.*?\])", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert cmd
    commands = {name: SERVICES[name]["command"] for name in ("worker", "beat", "indexer")}
    return {"web": json.loads(cmd[1]), **commands}


def environment_of(
    library: OpenLibrary, folder: Path, port: int, *, host: str = "127.0.0.1"
) -> dict[str, str]:
    """As compose gives it: secrets as files, the rest as values."""
    portal = library.portal
    secrets = {
        "SECRET_KEY": library.folder.secret("secret_key"),
        "DATABASE_URL": portal.database_url,
        "REDIS_URL": portal.redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{portal.mail_port}",
    }
    of_the_test = {"DJANGO_SETTINGS_MODULE", *secrets}
    environment = {name: value for name, value in os.environ.items() if name not in of_the_test}
    for name, value in secrets.items():
        (folder / name.lower()).write_text(f"{value}\n")  # as an editor leaves it
        environment[f"{name}_FILE"] = str(folder / name.lower())
    return environment | {
        "PATH": f"{VENV}/bin:{os.environ['PATH']}",
        "BIND": f"{host}:{port}",
        "SITE_URL": "https://library.example.jp",
        "ALLOWED_HOSTS": "127.0.0.1,library.example.jp",
        "SEARCH_INDEX_DIR": str(folder / "index"),
        "STATIC_ROOT": str(library.folder.static),
        "TRUSTED_PROXIES": "1",
        "PGOPTIONS": SERVICES["web"]["environment"]["PGOPTIONS"],
        "DEMO": "false",
    }


def program(name: str, command: list[str], environment: dict[str, str]) -> Program:
    own = {"indexer": {"PGOPTIONS": ""}}.get(name, {})
    command = [
        word.replace("/tmp/beat", f"{environment['SEARCH_INDEX_DIR']}-beat") for word in command
    ]
    return Program(name, name, command, environment=environment | own, folder=ROOT)


def nginx(folder: Path, nodes: Sequence[str], front: int, library: OpenLibrary) -> Program:
    return tests.front.nginx(folder, nodes, front, library.folder.static)


def status_of(address: str) -> int:
    try:
        return requests.get(address, timeout=HANG).status_code
    except requests.ConnectionError:
        return 0


class BehindTls(Visitor):
    """A browser whose https ends at a proxy before nginx."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.session = _HttpsToTheBrowser()
        headers = {"X-Forwarded-Proto": "https", "Referer": "https://library.example.jp/"}
        self.session.headers.update(headers)


class _HttpsToTheBrowser(requests.Session):
    """Gives secure cookies back although these last metres are http."""

    def send(self, request: requests.PreparedRequest, **how: object) -> requests.Response:
        response = super().send(request, **how)
        for cookie in self.cookies:
            assert cookie.name.startswith("__Host-"), cookie
            cookie.secure = False
        return response
