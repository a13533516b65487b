"""Links to the searches of other libraries, for material that this library does not own."""

from dataclasses import dataclass
from urllib.parse import urlencode

from catalog.search import SearchRequest

METROPOLITAN = "https://catalog.library.metro.tokyo.lg.jp/winj/opac/top.do?lang=ja"
NATIONAL = "https://ndlsearch.ndl.go.jp/"


@dataclass(frozen=True)
class OtherLibrary:
    name: str
    url: str


def elsewhere(request: SearchRequest) -> list[OtherLibrary]:
    rows = (row.text for row in request.clauses if row.joint != "not")
    words = " ".join([request.q, request.title, request.author, *rows]).split()
    query = urlencode({"cs": "bib", "keyword": " ".join(words)})
    return [
        OtherLibrary("東京都立図書館の蔵書検索", METROPOLITAN),
        OtherLibrary("国立国会図書館サーチ", f"{NATIONAL}search?{query}" if words else NATIONAL),
    ]
