"""The context of the result page, from one search and its answer."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from akiruno_library import policy
from akiruno_library.paging import paging
from catalog.display.choices import PER_PAGE, SORTS, Choices
from catalog.display.highlighting import Highlighter
from catalog.isbn import isbn_of
from catalog.results.filters import FilterLinks, Link
from catalog.results.other_libraries import elsewhere
from catalog.results.request import Addresses, parameters_of
from catalog.results.rows import rows_of
from catalog.results.sets import whole_sets
from catalog.search import Answer, SearchRequest, count, did_you_mean


@dataclass(frozen=True)
class SortChoice:
    code: str
    words: str
    is_chosen: bool


def results_page(request: SearchRequest, answer: Answer, choices: Choices) -> dict[str, Any]:
    filter_links, addresses = FilterLinks(request, choices), Addresses(request)
    sought = replace(request, q=answer.searched_words or answer.corrected_words or request.q)
    rows = rows_of(answer.ids, choices.branches.values(), Highlighter(sought))
    reachable = min(answer.total, policy.RESULTS_REACHABLE)
    # Ceiling division without floating point.
    last = max(1, -(-reachable // request.per_page))
    return {
        "q": request.q,
        "branches": list(choices.branches.values()),
        "heading": f"「{request.q}」の検索結果" if request.q else "資料をさがす",
        "total": total_in_words(request, answer),
        "number": f"{answer.total:,}",
        "rows": rows,
        "whole_sets": whole_sets(row.volume_set for row in rows),
        "facets": filter_links.facets(answer.facets),
        "chips": filter_links.chips(),
        "without_filters": filter_links.without_filters(),
        "nothing_found": not answer.total,
        **({} if answer.total else _ways_out(request, answer, filter_links)),
        **_searched_instead(request, answer, filter_links),
        "inside_words": _inside_words(answer, addresses),
        "has_synonyms": answer.has_synonyms,
        "as_typed": addresses.with_(as_typed=True),
        "change": f"{reverse('catalog:advanced')}{addresses.query_of(request)}",
        "is_narrowed": request != SearchRequest(),
        "everything": addresses.of(SearchRequest()),
        "paging": paging(request.page, last, lambda page: addresses.with_(page=page)),
        "is_cut_off": answer.total > reachable and request.page == last,
        "sorts": [SortChoice(code, words, code == request.sort) for code, words in SORTS.items()],
        "kept": [pair for pair in parameters_of(request) if pair[0] not in ("sort", "page")],
        "page_sizes": _page_sizes(request, addresses) if answer.total > PER_PAGE[0] else [],
        "here": addresses.of(request),
        "first_page": addresses.with_(),
    }


def bib_of_an_isbn(request: SearchRequest, answer: Answer) -> int | None:
    """Return the bib if only an ISBN was searched and one bib has it: its page can open at once."""
    plain = replace(request, sort="relevance", per_page=policy.RESULTS_PER_PAGE)
    typed = request.isbn or request.q
    is_isbn = plain in (SearchRequest(isbn=typed), SearchRequest(q=typed)) and isbn_of(typed)
    return answer.ids[0] if is_isbn and answer.total == 1 and answer.ids else None


def _ways_out(request: SearchRequest, answer: Answer, filter_links: FilterLinks) -> dict[str, Any]:
    """For a search without hits: a spelling suggestion and other searches that have hits."""
    return {
        "meant": filter_links.meant(answer.meant, count)
        or filter_links.meant_in_a_field(did_you_mean, count),
        "ways_on": list(filter_links.ways_on(answer.meant, count)),
        "elsewhere": elsewhere(request),
    }


def _searched_instead(
    request: SearchRequest, answer: Answer, filter_links: FilterLinks
) -> dict[str, Any]:
    """What was searched instead of the words as typed, and other searches to press."""
    if answer.corrected_words:
        return {"corrected": answer.corrected_words}
    if not answer.searched_words and not answer.meanings:
        return {}
    return {
        "words": " ".join([*answer.searched_words.split(), *answer.meanings]),
        "meant": filter_links.meant(did_you_mean(request.q), count),
        "single_words": filter_links.single_words(answer.searched_words, count),
    }


def _inside_words(answer: Answer, addresses: Addresses) -> Link | None:
    """Return the link to the hits that have the word only inside another one."""
    if not answer.inside_words:
        return None
    return Link(
        "ほかのことばの途中にあるものも見る",
        addresses.with_(within_words=True),
        f"{answer.inside_words:,}件",
    )


def total_in_words(request: SearchRequest, answer: Answer) -> str:
    """Return the total and the range of this page: 1,284件のうち1〜20件."""
    if not answer.total:
        return "見つかりませんでした"
    if not answer.ids:
        return f"{answer.total:,}件"
    first = (request.page - 1) * request.per_page + 1
    last = first + len(answer.ids) - 1
    if first == 1 and last == answer.total:
        return f"{answer.total:,}件"
    return f"{answer.total:,}件のうち{first:,}〜{last:,}件"


def _page_sizes(request: SearchRequest, addresses: Addresses) -> list[Link]:
    return [
        Link(f"{size}件", addresses.with_(per_page=size), is_chosen=size == request.per_page)
        for size in PER_PAGE
    ]
