"""BibTeX and RIS: nothing that is catalogued can break out of its field."""

import re

import pytest

from catalog.bib_page.facts import bib_or_404
from catalog.feeds.citation import bibtex, ris
from catalog.models import Contribution, Contributor, Series
from tests.catalog.api.conftest import SITE
from tests.factories import BibFactory, material

pytestmark = pytest.mark.django_db
FIELD = re.compile(r"^  ([a-z]+) = \{(.*)\},$")


def fields_of(entry: str) -> dict[str, str]:
    head, *lines, end, last = entry.split("\n")
    assert re.fullmatch(r"@(book|misc)\{akiruno\d+,", head)
    assert (end, last) == ("}", "")
    found = {}
    for line in lines:
        field = FIELD.match(line)
        assert field, line
        assert is_balanced(field[2]), line
        found[field[1]] = field[2]
    return found


def is_balanced(text: str) -> bool:
    """As BibTeX counts: every brace, escaped or not, never below the field's own."""
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def ris_of(entry: str) -> list[tuple[str, str]]:
    assert entry.endswith("ER  - \r\n")
    lines = entry.removesuffix("\r\n").split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert not any(sign in line for line in lines for sign in "\r\n\x01\x0b\x1f\x85\u2028")
    return [(line[:2], line[6:]) for line in lines]


def a_book():
    bib = BibFactory(
        title="吾輩は猫である", volume="上", subtitle="新版", isbns=["9784101001548"],
        subjects=["猫", "日本文学"], edition="第2版", year=1961,
        series=Series.objects.create(title="多摩文庫"), series_number="12",
    )  # fmt: skip
    for position, (name, reading, role) in enumerate(
        [
            ("夏目漱石", "ナツメ ソウセキ", "著"),
            ("アーヴィング, ワシントン", "", "原作"),
            ("山田 and Sons", "", "編"),
            ("松岡佑子", "", "訳"),
        ]
    ):
        person = Contributor.objects.create(name=name, reading=reading)
        Contribution.objects.create(bib=bib, contributor=person, role=role, position=position)
    return bib


def test_a_book_in_bibtex():
    bib = a_book()
    assert fields_of(bibtex(bib_or_404(bib.pk))) == {
        "author": "{夏目漱石} and アーヴィング, ワシントン",
        "editor": "{山田 and Sons}",
        "translator": "{松岡佑子}",
        "yomi": "ナツメ ソウセキ",
        "title": "{吾輩は猫である : 新版}",
        "volume": "上",
        "series": "多摩文庫",
        "number": "12",
        "edition": "第2版",
        "publisher": "秋川書房",
        "year": "1961",
        "isbn": "9784101001548",
        "language": "ja",
        "keywords": "猫, 日本文学",
        "url": f"{SITE}/bib/{bib.pk}/",
    }


def test_a_book_in_ris():
    bib = a_book()
    assert ris_of(ris(bib_or_404(bib.pk))) == [
        ("TY", "BOOK"),
        ("AU", "夏目漱石"),
        ("AU", "アーヴィング, ワシントン"),
        ("ED", "山田 and Sons"),
        ("A4", "松岡佑子"),
        ("TI", "吾輩は猫である : 新版"),
        ("VL", "上"),
        ("T2", "多摩文庫"),
        ("M1", "12"),
        ("ET", "第2版"),
        ("PB", "秋川書房"),
        ("PY", "1961"),
        ("SN", "9784101001548"),
        ("LA", "ja"),
        ("KW", "猫"),
        ("KW", "日本文学"),
        ("UR", f"{SITE}/bib/{bib.pk}/"),
        ("DP", "あきる野市図書館"),
        ("ER", ""),
    ]


@pytest.mark.parametrize(
    ("code", "entry", "kind"),
    [("picture_book", "@book", "BOOK"), ("magazine", "@misc", "SER"), ("cd", "@misc", "SOUND"),
     ("dvd", "@misc", "VIDEO")],
)  # fmt: skip
def test_each_material_has_its_kind(code, entry, kind):
    bib = BibFactory(material_type=material(code))
    assert bibtex(bib_or_404(bib.pk)).startswith(f"{entry}{{akiruno{bib.pk},\n")
    assert ris_of(ris(bib_or_404(bib.pk)))[0] == ("TY", kind)


def test_signs_that_tex_reads_are_written_as_themselves():
    bib = BibFactory(title=r"50% & C# a_b $1 {x} \dots ~ ^")
    assert fields_of(bibtex(bib_or_404(bib.pk)))["title"] == (
        r"{50\% \& C\# a\_b \$1 {\textbraceleft}x{\textbraceright} {\textbackslash}dots "
        r"{\textasciitilde} {\textasciicircum}}"
    )


def test_odd_text_stays_in_its_field(odd_bib):
    found = fields_of(bibtex(bib_or_404(odd_bib.pk)))
    assert "ER - TY - BOOK" in found["title"]
    assert found["author"].count(" and ") == 2  # between the two, and within the braced second
    assert found["author"].endswith(r"{Simon and Schuster, Inc., {\textbraceleft}Tokyo}")
    tags = [tag for tag, _ in ris_of(ris(bib_or_404(odd_bib.pk)))]
    assert (tags.count("ER"), tags.count("TY")) == (1, 1)


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [("bib", "application/x-bibtex"), ("ris", "application/x-research-info-systems")],
)
def test_the_files_lie_beside_the_page(program, ending, media_type):
    bib = BibFactory()
    response = program.get(f"/bib/{bib.pk}.{ending}")
    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    expected = f'attachment; filename="akiruno-{bib.pk}.{ending}"'
    assert response["Content-Disposition"] == expected
    assert f'href="/bib/{bib.pk}.{ending}"' in program.get(f"/bib/{bib.pk}/").content.decode()
    assert program.get(f"/bib/{10**30}.{ending}").status_code == 404
