"""docker-compose.yml without an engine: it holds together, and its very commands run for real."""

import re
import socket
from collections.abc import Iterator

import pytest
import requests

from akiruno_library.environment import SETTINGS
from demo import ports
from demo.environment import ROOT
from demo.supervisor import Supervisor
from tests.front import NGINX
from tests.progress import HANG, until
from tests.withstand.composed import (
    COMPOSE,
    DOCKERFILE,
    SERVICES,
    BehindTls,
    commands,
    environment_of,
    nginx,
    program,
    status_of,
)
from tests.withstand.library import OpenLibrary

OURS = [name for name, service in SERVICES.items() if "build" in service]


def test_every_secret_volume_and_target_that_is_named_exists():
    targets = set(re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.MULTILINE))
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        bound = ("${BACKUPS:-", "${BOUNCES:-")  # folders of the machine
        mounted = [one for one in service.get("volumes", []) if not one.startswith(bound)]
        named = {volume.split(":")[0] for volume in mounted}
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
    only_the_demo_sets = {"MAILBOX_DIR"}
    for variable in {setting.name for setting in SETTINGS} - only_the_demo_sets:
        assert re.search(rf"^#?{variable}=", explained, re.MULTILINE), variable


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_closed(name: str):
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("healthcheck") or service.get("restart") == "no", name
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service.get("user") or "build" in service  # ours name theirs in the Dockerfile
    if name != "front":
        assert "ports" not in service, "only nginx can be reached from outside"


def test_nothing_of_an_image_runs_as_root():
    for target in ("portal", "front", "backups"):
        stage = DOCKERFILE.partition(f"AS {target}\n")[2].partition("\nFROM ")[0]
        assert re.findall(r"^USER (\d+)$", stage, re.MULTILINE)[-1] != "0", target


def test_every_folder_of_the_portal_is_in_its_image():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == packages - {"bench", "demo", "tests"} | {"templates", "static"}


@pytest.fixture(scope="module")
def composed(library: OpenLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx, web, worker, beat and indexer by the commands of the files, on the library's data."""
    if NGINX is None:
        pytest.skip("nginx is not installed on this machine")
    tmp_path = tmp_path_factory.mktemp("composed")
    tmp_path.chmod(0o755)
    supervisor = Supervisor(tmp_path)
    web, front = ports.free_port(), ports.free_port()
    environment = environment_of(library, tmp_path, web)
    try:
        supervisor.start(
            *(program(name, command, environment) for name, command in commands().items())
        )
        supervisor.start(nginx(tmp_path, [f"127.0.0.1:{web}"], front, library))
        address = f"http://127.0.0.1:{front}"
        try:
            until(lambda: status_of(f"{address}/readyz") == 200)
        except AssertionError:
            logs = [path.read_text()[-600:] for path in (tmp_path / "logs").iterdir()]
            pytest.fail(f"{status_of(address)} {logs}")
        yield address
        supervisor.check()
    finally:
        supervisor.stop()


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

    assert requests.get(f"{composed}/", timeout=HANG, allow_redirects=False).status_code == 301
    too_large = requests.post(f"{composed}/basket/add/", data=b"x" * 2_000_000, timeout=HANG)
    assert too_large.status_code == 413
    assert "送られたものが大きすぎます" in too_large.text
    assert "default-src 'none'" in too_large.headers["Content-Security-Policy"]
    assert visitor.get("/metrics").status_code == 404


def test_slow_clients_keep_nobody_waiting(composed: str):
    """More half requests than the portal has threads: nginx holds them, and pages are served."""
    port = int(composed.rpartition(":")[2])
    slow = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", port), timeout=HANG)
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        slow.append(line)
    try:
        assert {status_of(f"{composed}/healthz") for _ in range(5)} == {200}
    finally:
        for line in slow:
            line.close()


def test_who_asks_faster_than_any_browser_is_told_so_by_nginx_itself(composed: str):
    """Thousands of requests in one breath, from an address that nobody else here has."""
    port = int(composed.rpartition(":")[2])
    words, answered = b"GET /static/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b""
    for _ in range(8):
        with socket.create_connection(("127.0.0.1", port), 30, ("127.0.0.9", 0)) as line:
            line.sendall(words * 500)
            got = b""
            while got.count(b"HTTP/1.1 ") < 500 and (more := line.recv(1 << 20)):
                got += more
            answered += got
    text = answered.decode()
    assert "HTTP/1.1 404" in text
    assert "HTTP/1.1 429" in text
    last = text.rpartition("HTTP/1.1 429")[2]
    assert "少しお待ちください" in last
    assert "Retry-After: 10" in last
