"""Structured data of a bib's page: schema.org for search engines, tags for citation tools."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from akiruno_library.absolute_url import absolute, bib_address
from akiruno_library.links import coded_url
from akiruno_library.plain_text import one_line
from catalog.feeds.bib_data import MaterialTerms, full_title, language_tag, material_term, names
from catalog.models import Bib, BibStatus, Branch

_SCHEMA_TYPES = {
    MaterialTerms.BOOK: "Book",
    MaterialTerms.SERIAL: "PublicationIssue",
    MaterialTerms.SOUND: "MusicAlbum",
    MaterialTerms.FILM: "Movie",
}
# Zotero maps these to book, magazine, recording and film.
_DUBLIN_CORE_TYPES = {
    MaterialTerms.BOOK: "Book",
    MaterialTerms.SERIAL: "Text",
    MaterialTerms.SOUND: "Sound",
    MaterialTerms.FILM: "MovingImage",
}
# Escaped, so that no title can end the script element or start another.
_HARMLESS = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})

Node = dict[str, Any]


def json_ld(node: Node) -> SafeString:
    text = json.dumps({"@context": "https://schema.org"} | node, ensure_ascii=False)
    return SafeString(text.translate(_HARMLESS))  # nosec


def bib_node(bib: Bib, branches: Iterable[Branch]) -> Node:
    term = material_term(bib.material_type)
    node: Node = {
        "@type": _SCHEMA_TYPES[term],
        "@id": bib_address(bib.pk),
        "url": bib_address(bib.pk),
        "name": one_line(f"{full_title(bib)} {bib.volume}"),
        "author": _people(bib, "author"),
        "editor": _people(bib, "editor"),
        "translator": _people(bib, "translator"),
        "publisher": bib.publisher and {"@type": "Organization", "name": one_line(bib.publisher)},
        "datePublished": bib.year and str(bib.year),
        "inLanguage": language_tag(bib.language),
        "about": [one_line(subject) for subject in bib.subjects],
        "offers": _offer(bib.status, branches),
    }
    if term is MaterialTerms.BOOK:
        node |= {"isbn": bib.isbns, "bookEdition": one_line(bib.edition)}
    if term is MaterialTerms.SERIAL:
        periodical = {"@type": "Periodical", "name": one_line(bib.title)}
        node |= {"issueNumber": one_line(bib.volume), "isPartOf": periodical}
    return {name: value for name, value in node.items() if value}


def library_node(branch: Branch) -> Node:
    address = absolute(coded_url("catalog:branch", branch.code))
    node = {
        "@type": "Library",
        "@id": address,
        "url": address,
        "name": one_line(branch.name),
        "address": one_line(branch.address),
        "telephone": one_line(branch.telephone),
        "parentOrganization": {
            "@type": "Library",
            "name": "あきる野市図書館",
            "url": f"{settings.SITE_URL}/",
        },
    }
    return {name: value for name, value in node.items() if value}


def meta_tags(bib: Bib) -> Iterator[tuple[str, str]]:
    """Yield the tags of Highwire and Dublin Core, as Zotero and Mendeley read them."""
    everybody, year = names(bib), str(bib.year or "")
    tags = [
        ("citation_title", full_title(bib)),
        *(("citation_author", name) for name in everybody),
        ("citation_volume", bib.volume),
        ("citation_series_title", bib.series.title if bib.series else ""),
        ("citation_publisher", bib.publisher),
        ("citation_publication_date", year),
        *(("citation_isbn", number) for number in bib.isbns),
        ("citation_language", language_tag(bib.language)),
        ("DC.type", _DUBLIN_CORE_TYPES[material_term(bib.material_type)]),
        ("DC.title", f"{full_title(bib)} {bib.volume}"),
        *(("DC.creator", name) for name in everybody),
        ("DC.publisher", bib.publisher),
        ("DC.date", year),
        ("DC.language", language_tag(bib.language)),
        ("DC.identifier", bib_address(bib.pk)),
        *(("DC.subject", subject) for subject in bib.subjects),
    ]
    return ((name, line) for name, value in tags if (line := one_line(value)))


def _people(bib: Bib, share: str) -> list[Node]:
    return [{"@type": "Person", "name": one_line(name)} for name in names(bib, share)]


def _offer(status: BibStatus, branches: Iterable[Branch]) -> Node | None:
    """Return the availability and the branches with a free copy; None if no copy is owned."""
    if status.free_at:
        availability = "https://schema.org/InStock"
    elif status.circulating:
        availability = "https://schema.org/OutOfStock"
    elif status.in_library_only:
        availability = "https://schema.org/InStoreOnly"
    else:
        return None
    offer = {
        "@type": "Offer",
        "availability": availability,
        "price": "0",
        "priceCurrency": "JPY",
        "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
    }
    free = [library_node(branch) for branch in branches if branch.pk in status.free_at]
    return offer | ({"availableAtOrFrom": free} if free else {})
