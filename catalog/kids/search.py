"""The children's search: words, a picture, or free copies; limited to children's material.

A link leads to the same search for all material.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from akiruno_library import policy
from akiruno_library.paging import paging
from catalog.display.choices import Choices
from catalog.display.highlighting import Highlighter
from catalog.kids.pictures import PICTURES, Picture
from catalog.kids.summaries import kids_books
from catalog.models import Bib
from catalog.results.request import clean_text
from catalog.search import Answer, SearchRequest, count, search, suggest
from japanese import furigana

FOR_CHILDREN = (Bib.Audience.CHILD.value,)
_KINDS = {"author": "かいた ひと", "series": "シリーズ"}
_LAST_PAGE = policy.RESULTS_REACHABLE // policy.RESULTS_PER_PAGE


@dataclass(frozen=True)
class KidsSearchRequest:
    q: str = ""
    picture: Picture | None = None
    free: bool = False
    within_words: bool = False
    page: int = 1

    @classmethod
    def read(cls, parameters: QueryDict) -> "KidsSearchRequest":
        """Read the URL. Invalid values are ignored."""
        page = parameters.get("page", "")
        number = int(page[:6]) if page.isascii() and page.isdecimal() else 1
        return cls(
            q=clean_text(parameters.get("q", "")),
            picture=PICTURES.get(parameters.get("picture", "")),
            free=parameters.get("free") == "1",
            within_words=parameters.get("within") == "1",
            page=min(max(number, 1), _LAST_PAGE),
        )

    @property
    def request(self) -> SearchRequest:
        """Return the general search, limited to children's material."""
        return SearchRequest(
            q=self.q,
            clauses=self.picture.clauses if self.picture else (),
            audiences=FOR_CHILDREN,
            available=self.free,
            within_words=self.within_words,
            sort="relevance" if self.q else "borrowed",
            page=self.page,
        )

    def address(self, **changes: Any) -> str:
        changed = replace(self, **({"page": 1} | changes))
        pairs = {
            "q": changed.q,
            "picture": changed.picture.slug if changed.picture else "",
            "free": "1" if changed.free else "",
            "within": "1" if changed.within_words else "",
            "page": str(changed.page) if changed.page > 1 else "",
        }
        query = urlencode({name: value for name, value in pairs.items() if value})
        return f"{reverse('kids:search')}?{query}" if query else reverse("kids:search")


@dataclass(frozen=True)
class NextStep:
    words: str | SafeString
    url: str
    count: int


def results_page(search_request: KidsSearchRequest, choices: Choices) -> dict[str, Any]:
    """Return the context of the result page. Raises SearchUnavailable."""
    answer = search(search_request.request)
    last = max(1, -(-min(answer.total, policy.RESULTS_REACHABLE) // policy.RESULTS_PER_PAGE))
    instead = answer.searched_words or answer.corrected_words
    marks = Highlighter(SearchRequest(q=instead or search_request.q))
    return {
        "search_request": search_request,
        "q": search_request.q,
        "words": " ".join(filter(None, [instead, *answer.meanings])),
        "total": answer.total,
        "books": kids_books(answer.ids, choices.branches.values(), marks=marks),
        "paging": paging(search_request.page, last, lambda page: search_request.address(page=page)),
        "page": search_request.page,
        "last": last,
        "here": search_request.address(page=search_request.page),
        "free_or_not": search_request.address(free=not search_request.free),
        "inside_words": _inside_words(search_request, answer),
        "for_everybody": _for_everybody(search_request, answer),
        "pictures": PICTURES.values(),
        "nothing": PICTURES["ghosts"].drawn,
        "ways_on": [] if answer.total else list(_ways_on(search_request, answer.meant)),
    }


def _inside_words(search_request: KidsSearchRequest, answer: Answer) -> NextStep | None:
    if not answer.inside_words:
        return None
    return NextStep("", search_request.address(within_words=True), answer.inside_words)


def _for_everybody(search_request: KidsSearchRequest, answer: Answer) -> NextStep | None:
    """Return the same search in all material, if it has more hits."""
    if not search_request.q:
        return None
    total = count(SearchRequest(q=search_request.q))
    address = f"{reverse('catalog:search')}?{urlencode({'q': search_request.q})}"
    return NextStep(search_request.q, address, total) if total > answer.total else None


def _ways_on(search_request: KidsSearchRequest, meant: str) -> Iterator[NextStep]:
    """Return other searches that have hits, the most likely first."""
    relaxed = [replace(search_request, page=1, q=meant)] if meant else []
    if search_request.free:
        relaxed.append(replace(search_request, page=1, free=False))
    if search_request.picture and search_request.q:
        relaxed.append(replace(search_request, page=1, picture=None))
    words = search_request.q.split()
    relaxed += [replace(search_request, page=1, q=word) for word in words[:3] if len(words) > 1]
    for other in relaxed:
        if total := count(other.request):
            yield NextStep(_called(other, search_request), other.address(), total)


def _called(other: KidsSearchRequest, search_request: KidsSearchRequest) -> str:
    if other.q != search_request.q:
        return f"「{other.q}」で さがす"
    return "ぜんぶの なかから さがす"


def suggestions(typed: str) -> list[dict[str, Any]]:
    """Return suggestions from children's material, in parts with furigana.

    Raises SearchUnavailable.
    """
    return [
        {
            "words": one.words,
            "kind_name": _KINDS.get(one.kind, ""),
            "parts": [
                (one.words[part.first : part.last], part.reading)
                for part in furigana.parts(one.words, one.reading)
            ],
        }
        for one in suggest(typed, *FOR_CHILDREN)
    ]
