"""Classes of the NDC as librarians type them."""

import pytest

from catalog.indexing.bib_source import BibSource
from catalog.search import Clause, SearchRequest, search


@pytest.mark.parametrize(
    ("typed", "found"),
    [("K913", [1]), ("ＮＤＣ Ｋ９１３．６", [1]), ("NDC913", [1, 2]), ("k", [1]), ("K21", [])],
)
def test_a_k_before_a_class_means_childrens_books(shelf, typed, found):
    shelf(
        BibSource(1, "魔女の本", ndc="913.6", audience="child"),
        BibSource(2, "雪国", ndc="913.6", audience="adult"),
    )
    by_row = SearchRequest(clauses=(Clause("ndc", typed, "starts"),))
    for request in (SearchRequest(ndc=typed), by_row):
        assert sorted(search(request).ids) == found
