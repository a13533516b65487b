"""`python -m bench.weight`: what the main pages of the running demo weigh over the wire.

Through the nginx of production and as a browser asks: the page and all its style sheets, scripts
and icons on the first visit, with the bytes of the headers; on the next one those that may be kept
(immutable, or fresh for long) come from the browser's own store.
"""

import argparse
import http.client
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.front import production_front
from bench.main_pages import MainPage, cookie_of_a_patron, main_pages
from demo.ports import LOOPBACK

FIRST_VISIT, REPEAT_VISIT = 60_000, 15_000
_PARTS = re.compile(r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*|script[^>]*)>')
_ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')
_FOR_PRINT = 'media="print"'


@dataclass
class Weighed:
    page: MainPage
    html: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    not_kept: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.html + sum(self.parts.values())

    @property
    def again(self) -> int:
        return self.html + sum(self.parts[address] for address in self.not_kept)

    @property
    def is_light(self) -> bool:
        return self.first <= FIRST_VISIT and self.again <= REPEAT_VISIT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.weight", description=__doc__)
    parser.add_argument("--demo", type=int, default=8000, help="the port of the running demo")
    options = parser.parse_args()
    print("| page | first visit | of it the page | again | files |\n|---|--:|--:|--:|--:|")
    heavy = False
    with production_front(options.demo) as port:
        for weighed in weigh(port):
            heavy |= not weighed.is_light
            print(
                f"| {weighed.page.name} | {weighed.first / 1000:.1f} KB "
                f"| {weighed.html / 1000:.1f} KB | {weighed.again / 1000:.1f} KB "
                f"| {len(weighed.parts)} |",
                flush=True,
            )
    raise SystemExit(1 if heavy else 0)


def weigh(port: int) -> Iterator[Weighed]:
    cookie = cookie_of_a_patron(port)
    for page in main_pages(port):
        weighed = Weighed(page)
        answer = _fetched(port, page.path, cookie if page.of_a_patron else "")
        if answer.status == 404:
            continue
        weighed.html = answer.bytes
        for tag in _PARTS.findall(answer.text):
            found = _ADDRESS.search(tag)
            if not found or _FOR_PRINT in tag:  # fetched later, when nothing else is waited for
                continue
            part = _fetched(port, found[1], "")
            weighed.parts[found[1]] = part.bytes
            if not part.is_kept:
                weighed.not_kept.append(found[1])
        yield weighed


@dataclass(frozen=True)
class Fetched:
    status: int
    bytes: int
    text: str
    is_kept: bool


def _fetched(port: int, path: str, cookie: str) -> Fetched:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    headers = {"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {})
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    header_bytes = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    packed = answer.headers.get("Content-Encoding") == "gzip"
    text = zlib.decompress(body, wbits=31) if packed else body
    connection.close()
    kept = "immutable" in ", ".join(answer.headers.get_all("Cache-Control", []))
    return Fetched(answer.status, len(body) + header_bytes, text.decode(), kept)


if __name__ == "__main__":
    main()
