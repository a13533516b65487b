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
from catalog.search import Answer, SearchRequest, count, did_you_mean, search, suggest
from japanese import furigana

FOR_CHILDREN = (Bib.Audience.CHILD.value,)
_KINDS = {"author": "かいた ひと", "series": "シリーズ"}
_LAST_PAGE = policy.RESULTS_REACHABLE // policy.RESULTS_PER_PAGE


@dataclass(frozen=True)
class KidsSearchRequest:
    q: str = ""
    picture: Picture | None = None
    free: bool = False
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
            sort="relevance" if self.q else "borrowed",
            page=self.page,
        )

    def address(self, **changes: Any) -> str:
        asked = replace(self, **({"page": 1} | changes))
        pairs = {
            "q": asked.q,
            "picture": asked.picture.slug if asked.picture else "",
            "free": "1" if asked.free else "",
            "page": str(asked.page) if asked.page > 1 else "",
        }
        query = urlencode({name: value for name, value in pairs.items() if value})
        return f"{reverse('kids:search')}?{query}" if query else reverse("kids:search")


@dataclass(frozen=True)
class NextStep:
    words: str | SafeString
    href: str
    count: int


def results_page(asked: KidsSearchRequest, choices: Choices) -> dict[str, Any]:
    """Return the context of the result page. Raises SearchUnavailable."""
    answer = search(asked.request)
    last = max(1, -(-min(answer.total, policy.RESULTS_REACHABLE) // policy.RESULTS_PER_PAGE))
    marks = Highlighter(SearchRequest(q=answer.searched_words or asked.q))
    return {
        "asked": asked,
        "q": asked.q,
        "words": answer.searched_words,
        "total": answer.total,
        "books": kids_books(answer.ids, choices.branches.values(), marks=marks),
        "paging": paging(asked.page, last, lambda page: asked.address(page=page)),
        "page": asked.page,
        "last": last,
        "here": asked.address(page=asked.page),
        "free_or_not": asked.address(free=not asked.free),
        "for_everybody": _for_everybody(asked, answer),
        "pictures": PICTURES.values(),
        "nothing": PICTURES["ghosts"].drawn,
        "ways_on": [] if answer.total else list(_ways_on(asked)),
    }


def _for_everybody(asked: KidsSearchRequest, answer: Answer) -> NextStep | None:
    """Return the same search in all material, if it has more hits."""
    if not asked.q:
        return None
    total = count(SearchRequest(q=asked.q))
    address = f"{reverse('catalog:search')}?{urlencode({'q': asked.q})}"
    return NextStep(asked.q, address, total) if total > answer.total else None


def _ways_on(asked: KidsSearchRequest) -> Iterator[NextStep]:
    """Return other searches that have hits, the most likely first."""
    meant = did_you_mean(asked.q) if asked.q else None
    relaxed = [replace(asked, page=1, q=meant)] if meant else []
    if asked.free:
        relaxed.append(replace(asked, page=1, free=False))
    if asked.picture and asked.q:
        relaxed.append(replace(asked, page=1, picture=None))
    words = asked.q.split()
    relaxed += [replace(asked, page=1, q=word) for word in words[:3] if len(words) > 1]
    for other in relaxed:
        if total := count(other.request):
            yield NextStep(_called(other, asked), other.address(), total)


def _called(other: KidsSearchRequest, asked: KidsSearchRequest) -> str:
    if other.q != asked.q:
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
