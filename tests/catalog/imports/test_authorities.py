"""Authority files add other names and the words that lead to a subject."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pymarc import Field, Record, Subfield, XMLWriter

from catalog.imports.authorities import import_authorities
from catalog.models import Contributor
from catalog.search import SearchRequest, rebuild, search
from tests.factories import BibFactory

pytestmark = pytest.mark.django_db

XL = "http://www.w3.org/2008/05/skos-xl#"


def record(own: tuple[str, str], *others: tuple[str, str]) -> Record:
    made = Record(force_utf8=True)
    for tag, text in (own, *others):
        subfields = [Subfield("a", part) for part in [text]]
        made.add_field(Field(tag=tag, indicators=["1", " "], subfields=subfields))
    return made


RECORDS = [
    record(("100", "月野, 花子, 1901-1980"), ("400", "つきの, はなこ"), ("500", "雨間, 星")),
    record(("150", "園芸"), ("450", "庭いじり")),
]


@pytest.fixture
def catalogue(settings, tmp_path: Path) -> None:
    BibFactory(title="朝の川", authors=["月野 花子"])
    BibFactory(title="花と土", subjects=["園芸"])


def written_as_marc(path: Path) -> Path:
    path.write_bytes(b"".join(one.as_marc() for one in RECORDS))
    return path


def written_as_xml(path: Path) -> Path:
    with path.open("wb") as file:
        writer = XMLWriter(file)
        for one in RECORDS:
            writer.write(one)
        writer.close(close_fh=False)
    return path


def written_as_table(path: Path) -> Path:
    rows = ["種別\t標目\t別の形", "名称\t月野, 花子, 1901-1980\tつきの, はなこ; 雨間, 星"]
    path.write_text("\n".join([*rows, "件名\t園芸\t庭いじり"]), encoding="utf-8")
    return path


def written_as_rdf(path: Path) -> Path:
    graph: dict[str, dict[str, list[dict[str, str]]]] = {}

    def label(node: str, text: str) -> dict[str, str]:
        graph[node] = {f"{XL}literalForm": [{"type": "literal", "value": text}]}
        return {"type": "bnode", "value": node}

    graph["http://example.jp/auth/ndlna/1"] = {
        f"{XL}prefLabel": [label("_:1", "月野, 花子, 1901-1980")],
        f"{XL}altLabel": [label("_:2", "つきの, はなこ"), label("_:3", "雨間, 星")],
    }
    graph["http://example.jp/auth/ndlsh/2"] = {
        f"{XL}prefLabel": [label("_:4", "園芸")],
        f"{XL}altLabel": [label("_:5", "庭いじり")],
    }
    path.write_text(json.dumps(graph), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "written", [written_as_marc, written_as_xml, written_as_table, written_as_rdf]
)
def test_other_names_and_see_references_come_in_and_are_found(
    catalogue: None, tmp_path: Path, written
) -> None:
    rebuild()
    report = import_authorities(written(tmp_path / "authorities"))
    assert (report.read, report.names, report.references) == (2, 1, 1)
    assert Contributor.objects.get().other_names == ["つきのはなこ", "雨間星"]
    rebuild()
    assert search(SearchRequest(q="雨間星", as_typed=True)).total == 1
    assert search(SearchRequest(q="庭いじり", as_typed=True)).total == 1


def test_doing_it_again_changes_nothing(catalogue: None, tmp_path: Path) -> None:
    path = written_as_table(tmp_path / "authorities")
    import_authorities(path)
    report = import_authorities(path)
    assert (report.names, report.references) == (0, 0)


def test_what_is_no_authority_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "nothing.txt"
    path.write_text("こんにちは", encoding="utf-8")
    with pytest.raises(CommandError, match="典拠ファイルとして読めません"):
        call_command("import_authorities", str(path))
    with pytest.raises(CommandError, match="ありません"):
        call_command("import_authorities", str(tmp_path / "none"))
