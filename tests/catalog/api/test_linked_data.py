"""What the head of a page tells search engines and citation tools."""

import json
from html.parser import HTMLParser

import pytest

from catalog.models import Copy
from tests.catalog.api.conftest import SITE
from tests.factories import BibFactory, CopyFactory, branch, material


class Head(HTMLParser):
    """The meta tags and the JSON-LD as a program reads them; every start tag is noted."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.data, self.elements, self._reading = "", [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.elements.append(tag)
        if tag == "meta" and found.get("name", "").startswith(("citation_", "DC.")):
            self.tags.append((found["name"], found["content"]))
        self._reading = found.get("type") == "application/ld+json"

    def handle_endtag(self, tag):
        self._reading = False

    def handle_data(self, data):
        self.data += data if self._reading else ""

    def node(self) -> dict:
        return json.loads(self.data)


def head(program, bib) -> Head:
    return Head(program.get(f"/bib/{bib.pk}/").content.decode())


def test_a_book_is_told_in_schema_org(program):
    bib = BibFactory(title="吾輩は猫である", volume="上", authors=["夏目漱石"], year=1961,
                     isbns=["9784101001548"])  # fmt: skip
    CopyFactory(bib=bib)
    node = head(program, bib).node()
    offer = node.pop("offers")
    assert node == {
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": f"{SITE}/bib/{bib.pk}/",
        "url": f"{SITE}/bib/{bib.pk}/",
        "name": "吾輩は猫である 上",
        "author": [{"@type": "Person", "name": "夏目漱石"}],
        "publisher": {"@type": "Organization", "name": "秋川書房"},
        "datePublished": "1961",
        "inLanguage": "ja",
        "isbn": ["9784101001548"],
    }
    assert offer["availability"] == "https://schema.org/InStock"
    (place,) = offer["availableAtOrFrom"]
    assert (place["@type"], place["name"]) == ("Library", branch().name)


@pytest.mark.parametrize(
    ("copy", "availability"),
    [
        ({"whereabouts": Copy.Whereabouts.ON_LOAN}, "OutOfStock"),
        ({"lending": Copy.Lending.IN_LIBRARY}, "InStoreOnly"),
        ({"whereabouts": Copy.Whereabouts.LOST}, None),
    ],
)
def test_what_is_offered_follows_the_copies(program, copy, availability):
    bib = CopyFactory(**copy).bib
    offer = head(program, bib).node().get("offers")
    assert (offer and offer["availability"].rsplit("/")[-1]) == availability


@pytest.mark.parametrize(
    ("code", "schema", "dublin_core"),
    [("large_print", "Book", "Book"), ("magazine", "PublicationIssue", "Text"),
     ("cd", "MusicAlbum", "Sound"), ("video", "Movie", "MovingImage")],
)  # fmt: skip
def test_each_material_has_its_type(program, code, schema, dublin_core):
    found = head(program, BibFactory(material_type=material(code)))
    assert found.node()["@type"] == schema
    assert ("DC.type", dublin_core) in found.tags


def test_citation_tools_find_their_tags(program):
    bib = BibFactory(title="こころ", authors=["夏目漱石", "岡本一平"], isbns=["9784101001548"])
    tags = head(program, bib).tags
    assert ("citation_title", "こころ") in tags
    assert [value for name, value in tags if name == "citation_author"] == ["夏目漱石", "岡本一平"]
    assert ("citation_isbn", "9784101001548") in tags
    assert ("citation_publication_date", "2020") in tags
    assert ("DC.identifier", f"{SITE}/bib/{bib.pk}/") in tags


def test_odd_text_makes_no_element_and_comes_back(program, odd_bib):
    found = head(program, odd_bib)
    assert "img" not in found.elements
    assert found.node()["name"].startswith("<img src=x onerror=alert(1)> ]]> </script><!--")
    assert dict(found.tags)["citation_title"].startswith("<img src=x onerror=alert(1)>")


def test_a_branch_is_told_as_a_library(program):
    node = Head(program.get("/branches/chuo/").content.decode()).node()
    assert (node["@type"], node["name"]) == ("Library", branch().name)
    assert node["@id"] == f"{SITE}/branches/chuo/"
