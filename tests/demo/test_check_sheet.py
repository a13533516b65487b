"""The check sheet leaves out no page of the portal."""

import pytest
from django.http import Http404
from django.urls import resolve

from demo.sheet.pages import Visitor, visitors
from tests.url_table import CLASSIFIED

# What programs read, what only staff of a running house come to, and pages that a step leads to.
NOT_PHOTOGRAPHED = {
    "api",
    "kids:suggest",
    ":metrics",
    "catalog:healthz",
    "catalog:readyz",
    "catalog:robots",
    "catalog:security_txt",
    "patron_mails:feed",
    "reservations:deadlines",
    "circulation:due_days",
    "circulation:export_csv",
    "circulation:export_json",
    "loans:export",
    "library:chart",
    "library:file",
    "mail_desk:sample_html",
    "staff:code",
    "counter:slip",  # one leaf of counter:list_slips
}


def test_every_page_is_on_the_sheet() -> None:
    on_sheet = {name for visitor in visitors() for name in _names(visitor)}
    pages = {name for name, answers in CLASSIFIED.items() if answers.method == "get"}
    wanted = {n for n in pages if not {n, n.split(":")[0]} & NOT_PHOTOGRAPHED}
    assert sorted(wanted - on_sheet) == []


def _names(visitor: Visitor) -> set[str]:
    names = set()
    for sheet in visitor.sheets:
        names |= {sheet.shows} if sheet.shows else {_name(sheet.path)}
    return names


def _name(path: str) -> str:
    try:
        return resolve(path.split("?")[0]).view_name
    except Http404:
        return ""


@pytest.mark.parametrize("visitor", visitors(), ids=lambda visitor: visitor.name)
def test_no_picture_has_the_name_of_another(visitor: Visitor) -> None:
    titles = [sheet.title for sheet in visitor.sheets]
    assert len(titles) == len(set(titles))
