"""The pages that people meet first, and the login of the demo's first patron."""

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from demo.ports import LOOPBACK

CARD, PASSWORD = "10000001", "akiruno-2026"  # of the demo, told to everybody


@dataclass(frozen=True)
class MainPage:
    name: str
    path: str
    of_a_patron: bool = False
    is_listed: bool = True  # whether search engines may keep it


def main_pages(port: int) -> list[MainPage]:
    results = "/search/?" + urlencode({"q": "夏目漱石"})
    first = re.search(r'href="(/bib/\d+/)"', _text(port, results))
    record = first[1] if first else "/"
    return [
        MainPage("home", "/"),
        MainPage("results", results, is_listed=False),
        MainPage("record", record),
        MainPage("new arrivals", "/new/"),
        MainPage("branches", "/branches/"),
        MainPage("help", "/help/"),
        MainPage("login", "/mypage/login/", is_listed=False),
        MainPage("children", "/kids/"),
        MainPage("basket", "/basket/", of_a_patron=True, is_listed=False),
        MainPage("My Page", "/mypage/", of_a_patron=True, is_listed=False),
        MainPage("favourites", "/mypage/favourites/1/", of_a_patron=True, is_listed=False),
        MainPage("settings", "/mypage/settings/", of_a_patron=True, is_listed=False),
    ]


def cookie_of_a_patron(port: int) -> str:
    """Log in as anybody would, and give what the browser would send from then on."""
    form, cookies = _response(port, "GET", "/mypage/login/", {})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    fields = {"csrfmiddlewaretoken": token[1] if token else "", "card_number": CARD}
    headers = {
        "Cookie": "; ".join(cookies),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(fields | {"password": PASSWORD})
    _, after = _response(port, "POST", "/mypage/login/", headers, body)
    if not any(cookie.startswith("sessionid=") for cookie in after):
        raise SystemExit("The demo's first patron could not log in.")
    return "; ".join({cookie.partition("=")[0]: cookie for cookie in [*cookies, *after]}.values())


def _text(port: int, path: str) -> str:
    return _response(port, "GET", path, {})[0]


def _response(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[str, list[str]]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    connection.close()
    return text, cookies
