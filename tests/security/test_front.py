"""nginx itself: whom it counts as one visitor, and what it says of its own (safety 22)."""

import http.client
import ipaddress
import random
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from akiruno_library.client_address import client_address
from demo import ports
from demo.environment import ROOT
from tests.front import NGINX, nginx
from tests.progress import until

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")
KEY = {"location = /metrics { return 404; }": "location = /network { return 200 $network; }"}


@contextmanager
def front(folder: Path, **how: object) -> Iterator[int]:
    """nginx before a portal that is away; gives its port."""
    folder.chmod(0o755)
    (folder / "static").mkdir(exist_ok=True)
    port, away = ports.free_port(), ports.free_port()
    program = nginx(folder, [f"127.0.0.1:{away}"], port, folder / "static", **how)  # type: ignore[arg-type]
    running = subprocess.Popen(program.command)
    try:
        until(lambda: _open(port))
        yield port
    finally:
        running.terminate()
        running.wait(20)


def _open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})
    answer = line.getresponse()
    return answer.status, dict(answer.headers), answer.read().decode()


def addresses() -> list[str]:
    """Of each household several, with zeros in every place: their texts look very different."""
    chance = random.Random(5952)
    households = [
        tuple(chance.choice((0, 0, 1, 0xDB8, chance.randrange(65536))) for _ in range(4))
        for _ in range(60)
    ]
    found = ["203.0.113.7", "203.0.113.8", "::ffff:203.0.113.7", "unknown", "::1"]
    for household in households:
        for _ in range(3):
            host = [chance.choice((0, 0, 0, chance.randrange(65536))) for _ in range(4)]
            number = int.from_bytes(b"".join(g.to_bytes(2, "big") for g in (*household, *host)))
            address = ipaddress.IPv6Address(number)
            if address.ipv4_mapped is None:
                found.append(str(address))
    return found


@pytest.mark.parametrize("proxies", [2, 3, 4])
def test_nginx_and_the_portal_count_the_same_as_one_visitor(tmp_path: Path, settings, proxies: int):
    settings.TRUSTED_PROXIES = proxies
    hearsay, ours = "6.6.6.6, ::6", ", 10.0.0.3" * (proxies - 2)
    seen: dict[str, set[str]] = {}
    with front(tmp_path, proxies_before=proxies - 1, more=KEY) as port:
        for address in addresses():
            forwarded = f"{hearsay}, {address}{ours}"
            _, _, key = ask(port, "/network", X_Forwarded_For=forwarded)
            request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=f"{forwarded}, 10.0.0.4")
            if address != "unknown":
                seen.setdefault(client_address(request), set()).add(key)
        assert ask(port, "/network", X_Forwarded_For="")[2] == "127.0.0.1"  # nobody stands before
    keys = [key for several in seen.values() for key in several]
    assert {len(several) for several in seen.values()} == {1}
    assert len(keys) == len(set(keys))


def test_alone_nginx_believes_nobody(tmp_path: Path):
    with front(tmp_path, more=KEY) as port:
        assert ask(port, "/network", X_Forwarded_For="203.0.113.7")[2] == "127.0.0.1"


def test_one_fast_reader_leaves_the_city_alone(tmp_path: Path):
    """Behind the load balancer everybody comes by one address; a class reads at once."""
    with front(tmp_path, proxies_before=1) as port:

        def breaths(times: int, *addresses: str) -> str:
            request = "GET /static/x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {}\r\n\r\n"
            words = "".join(request.format(address) for address in addresses) * 250
            last = f"\r\nConnection: close{words[-4:]}"
            answered = b""
            for _ in range(times):
                with socket.create_connection(("127.0.0.1", port), 60) as line:
                    line.sendall((words[:-4] + last).encode())
                    while more := line.recv(1 << 20):
                        answered += more
            return answered.decode()

        assert "HTTP/1.1 429" not in breaths(6, "203.0.113.5")  # forty pupils, all pages' files
        # Two of one household: each for itself would stay below the limit.
        forwarded = breaths(8, "2001:db8::1", "2001:db8::2:3")
        assert "Retry-After: 10" in forwarded.partition("HTTP/1.1 429")[2]
        assert ask(port, "/static/x", X_Forwarded_For="2001:db8:0:1::1")[0] == 404
        assert ask(port, "/static/x", X_Forwarded_For="203.0.113.6")[0] == 404


def own_answers(port: int) -> dict[str, tuple[int, Callable[[], tuple[int, dict, str]]]]:
    def raw(words: bytes) -> tuple[int, dict, str]:
        with socket.create_connection(("127.0.0.1", port), 20) as line:
            line.sendall(words)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return answer.status, dict(answer.headers), answer.read().decode()

    return {
        "a header that is none": (400, lambda: raw(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n")),
        "a cookie too large": (400, lambda: ask(port, "/", Cookie="x" * 70_000)),
        "a folder": (403, lambda: ask(port, "/static/")),
        "no file": (404, lambda: ask(port, "/static/nothing.css")),
        "the figures": (404, lambda: ask(port, "/metrics")),
        "a method": (405, lambda: ask(port, "/", "TRACE")),
        "too much": (413, lambda: ask(port, "/", "POST", Content_Length="9000000")),
        "an address too long": (414, lambda: ask(port, f"/?q={'x' * 70_000}")),
        "the portal away": (503, lambda: ask(port, "/mypage/")),
    }


@pytest.mark.django_db
def test_what_nginx_says_itself_is_japanese_and_carries_the_headers(tmp_path: Path):
    ours = set(Client().get("/nothing/").headers) - {"Vary", "Content-Language"}
    with front(tmp_path) as port:
        for what, (status, answered) in own_answers(port).items():
            got, headers, body = answered()
            assert got == status, what
            assert ours - set(headers) == set(), what
            assert 'lang="ja"' in body, what
            assert "nginx" not in body, what
            assert "default-src 'none'" in headers["Content-Security-Policy"], what
            assert "Strict-Transport-Security" not in headers, what
        assert ask(port, "/")[1]["Retry-After"] == "30"
        assert "Strict-Transport-Security" in ask(port, "/x", X_Forwarded_Proto="https")[1]


@pytest.mark.parametrize(
    ("forwarded", "before"), [("1", "0"), ("2", "1"), ("5", "4"), ("0", None), ("x", None)]
)
def test_the_container_begins_with_the_number_of_proxies(
    tmp_path: Path, forwarded: str, before: str
):
    """front.sh, with the paths of the image replaced and nginx by a word that shows the file."""
    script = (ROOT / "akiruno_library/front.sh").read_text()
    for here, there in {
        "/tmp/": f"{tmp_path}/",
        "/etc/nginx/nginx.conf": str(ROOT / "akiruno_library/nginx.conf"),
        "exec nginx -c": "exec grep geo",
        ' -g "daemon off;"': "",
    }.items():
        assert here in script
        script = script.replace(here, there)
    done = subprocess.run(
        ["sh", "-c", script], env={"TRUSTED_PROXIES": forwarded}, capture_output=True, text=True
    )
    assert (done.returncode == 0) is (before is not None)
    if before is not None:
        assert f"default {before};" in done.stdout
