"""docker-compose.yml without an engine: it holds together, and its very commands run for real."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from ruamel.yaml import YAML

from demo import ports
from demo.environment import ROOT, VENV
from demo.supervisor import Program, Supervisor
from tests.withstand.library import OpenLibrary, Visitor, until

COMPOSE = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def test_every_secret_volume_and_target_that_is_named_exists():
    targets = set(re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.MULTILINE))
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        if "build" in service:
            assert service["build"]["target"] in targets, name


def test_every_variable_is_explained_to_the_operator():
    explained = (ROOT / ".env.example").read_text()
    for variable in re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()):
        assert re.search(rf"^#?{variable}=", explained, re.MULTILINE), variable


def test_every_setting_that_is_read_is_explained_to_the_operator():
    explained = (ROOT / ".env.example").read_text()
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "akiruno_library/settings.py").read_text())
    only_the_demo_sets = {"MAILBOX_DIR"}
    for variable in set(read) - only_the_demo_sets:
        assert re.search(rf"^#?{variable}=", explained, re.MULTILINE), variable


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_closed(name: str):
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("healthcheck") or service.get("restart") == "no", name
    if name != "postgres":  # it changes its user and owns its files itself
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    if name != "front":
        assert "ports" not in service, "only nginx can be reached from outside"


def test_every_folder_of_the_portal_is_in_its_image():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"demo"}
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == apps | {"akiruno_library", "templates", "static"}


@pytest.fixture(scope="module")
def composed(library: OpenLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx, web, worker, beat and indexer by the commands of the files, on the library's data."""
    if NGINX is None:
        pytest.skip("nginx is not installed on this machine")
    tmp_path = tmp_path_factory.mktemp("composed")
    tmp_path.chmod(0o755)
    supervisor = Supervisor(tmp_path)
    web, front = ports.free_port(), ports.free_port()
    environment = _environment(library, tmp_path, web)
    try:
        supervisor.start(
            *(_program(name, command, environment) for name, command in _commands().items())
        )
        supervisor.start(_nginx(tmp_path, web, front, library))
        address = f"http://127.0.0.1:{front}"
        try:
            until(lambda: _status(f"{address}/readyz") == 200)
        except AssertionError:
            told = [path.read_text()[-600:] for path in (tmp_path / "logs").iterdir()]
            pytest.fail(f"{_status(address)} {told}")
        yield address
        supervisor.check()
    finally:
        supervisor.stop()


def _commands() -> dict[str, list[str]]:
    cmd = re.search(r"^CMD (\[.*?\])", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert cmd
    commands = {name: SERVICES[name]["command"] for name in ("worker", "beat", "indexer")}
    return {"web": json.loads(cmd[1]), **commands}


def _environment(library: OpenLibrary, folder: Path, port: int) -> dict[str, str]:
    """As compose gives it: secrets as files, the rest as values."""
    portal = library.portal
    secrets = {
        "SECRET_KEY": library.folder.secret("secret_key"),
        "DATABASE_URL": portal.database_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{portal.mail_port}",
    }
    of_the_test = {"DJANGO_SETTINGS_MODULE", *secrets}
    told = {name: value for name, value in os.environ.items() if name not in of_the_test}
    for name, value in secrets.items():
        (folder / name.lower()).write_text(f"{value}\n")  # as an editor leaves it
        told[f"{name}_FILE"] = str(folder / name.lower())
    return told | {
        "PATH": f"{VENV}/bin:{os.environ['PATH']}",
        "BIND": f"127.0.0.1:{port}",
        "SITE_URL": "https://library.example.jp",
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": portal.redis_url,
        "SEARCH_INDEX_DIR": str(folder / "index"),
        "STATIC_ROOT": str(library.folder.static),
        "TRUSTED_PROXIES": "1",
        "PGOPTIONS": SERVICES["web"]["environment"]["PGOPTIONS"],
        "DEMO": "false",
    }


def _program(name: str, command: list[str], environment: dict[str, str]) -> Program:
    own = {"indexer": {"PGOPTIONS": ""}}.get(name, {})
    command = [
        word.replace("/tmp/beat", f"{environment['SEARCH_INDEX_DIR']}-beat") for word in command
    ]
    return Program(name, name, command, environment=environment | own, folder=ROOT)


def _nginx(folder: Path, web: int, front: int, library: OpenLibrary) -> Program:
    configuration = (ROOT / "akiruno_library/nginx.conf").read_text()
    for here, there in {
        "/tmp/": f"{folder}/nginx-",  # before any path of this test, which may lie below it
        "server web:8000": f"server 127.0.0.1:{web}",
        "listen 8080": f"listen 127.0.0.1:{front}",
        "/srv/static/": f"{library.folder.static}/",
        "/dev/stdout": f"{folder}/access.log",
    }.items():
        assert here in configuration
        configuration = configuration.replace(here, there)
    path = folder / "nginx.conf"
    path.write_text(configuration)
    command = [str(NGINX), "-c", str(path), "-g", "daemon off; user root;"]
    if os.geteuid() != 0:
        command[-1] = "daemon off;"
    subprocess.run([*command[:3], "-t"], check=True, capture_output=True)
    return Program("nginx", "nginx", command, stop_signal=signal.SIGQUIT)


def _status(address: str) -> int:
    try:
        return requests.get(address, timeout=10).status_code
    except requests.ConnectionError:
        return 0


class BehindTls(Visitor):
    """A browser whose https ends at a proxy before nginx."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.session = _HttpsToTheBrowser()
        told = {"X-Forwarded-Proto": "https", "Referer": "https://library.example.jp/"}
        self.session.headers.update(told)


class _HttpsToTheBrowser(requests.Session):
    """Gives secure cookies back although these last metres are http."""

    def send(self, request: requests.PreparedRequest, **how: object) -> requests.Response:
        response = super().send(request, **how)
        for cookie in self.cookies:
            assert cookie.name.startswith("__Host-"), cookie
            cookie.secure = False
        return response


def test_the_walk_through_nginx_by_the_very_commands(composed: str, library: OpenLibrary):
    visitor = BehindTls(composed)
    page = visitor.get("/search/?q=ぐりとぐら")
    assert page.status_code == 200
    assert "ぐりとぐら" in page.text
    style = re.search(r'href="(/static/css/base\.\w+\.css)"', page.text)
    assert style
    kept = visitor.get(style[1])
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Encoding"] == "gzip"

    visitor.log_in("10000008")
    mypage = visitor.get("/mypage/")
    assert "雨間 悟" in mypage.text
    assert "max-age=31536000" in mypage.headers["Strict-Transport-Security"]
    assert re.fullmatch("[0-9a-f]{32}", mypage.headers["X-Request-ID"])

    assert requests.get(f"{composed}/", timeout=10, allow_redirects=False).status_code == 301
    too_large = requests.post(f"{composed}/basket/add/", data=b"x" * 2_000_000, timeout=10)
    assert too_large.status_code == 413
    assert visitor.get("/metrics").status_code == 404


def test_slow_clients_keep_nobody_waiting(composed: str):
    """More half requests than the portal has threads: nginx holds them, and pages are served."""
    port = int(composed.rpartition(":")[2])
    slow = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        slow.append(line)
    try:
        assert {_status(f"{composed}/healthz") for _ in range(5)} == {200}
    finally:
        for line in slow:
            line.close()
