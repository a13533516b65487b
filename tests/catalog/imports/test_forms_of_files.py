"""Invented files in the forms that other systems write: encodings, envelopes, separators."""

from pathlib import Path

import pytest

from catalog.imports import UnreadableFile
from catalog.isbn import wrong_isbns
from catalog.models import Bib
from tests.catalog.imports.marc_builder import field, iso2709, marc, titled

CASES = Path(__file__).parent / "cases"
MARCXML = 'xmlns="http://www.loc.gov/MARC21/slim"'


def titles() -> dict[str, str]:
    return dict(Bib.objects.values_list("source_key", "title"))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("03-marc8-ncr.mrc", {"case-03": "Letters from \u9ad9\u5d0e"}),
        ("05-iso-2022-jp.mrc", {"case-05": "秋川の山と川"}),
        ("06-245-without-a.mrc", {"case-06": "書簡, 1901-1910"}),
        ("07-leader-trimmed.xml", {"case-07b": "短い見出しの本"}),
        ("08-oai-pmh.xml", {"case-08a": "先の本"}),
        ("10-declared-shift-jis.xml", {"case-10": "髙﨑家文書①"}),
        ("14-excel-unicode-text.txt", {"case-14": "五日市の森"}),
    ],
)
def test_each_form_is_read(imported, name: str, wanted: dict[str, str]) -> None:
    outcome = imported((CASES / name).read_bytes())
    assert wanted.items() <= titles().items()
    assert outcome.report.skipped == 0


def test_a_cut_escape_takes_no_neighbour_with_it(imported) -> None:
    imported((CASES / "01-cut-escape.mrc").read_bytes())
    assert {"case-good-1", "case-good-2"} <= titles().keys()


def test_isbns_are_read_with_every_dash(imported) -> None:
    imported((CASES / "12-isbn-hyphens.csv").read_bytes())
    assert [bib.isbns for bib in Bib.objects.all()] == [["9784834000825"]] * 3


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "iso2022_jp_ext"],
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_in_any_encoding_and_with_any_separator(imported, encoding, separator) -> None:
    rows = [["source_key", "title"], ["1", "秋川の山と川"], ["2", "ｱｷｶﾜ"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    imported(text.encode(encoding))
    assert titles() == {"1": "秋川の山と川", "2": "ｱｷｶﾜ"}


@pytest.mark.parametrize("announced", ["UTF-8", "Shift_JIS", "EUC-JP", "x-unknown", None])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16"])
def test_xml_in_another_encoding_than_it_announces(imported, announced, encoding) -> None:
    declared = f'<?xml version="1.0" encoding="{announced}"?>' if announced else ""
    imported((declared + _xml(_fields("1", "秋川の山と川"))).encode(encoding))
    assert titles() == {"1": "秋川の山と川"}


def _fields(key: str, title: str) -> str:
    return (
        f'<controlfield tag="001">{key}</controlfield><datafield tag="245" ind1="1" ind2="0">'
        f'<subfield code="a">{title}</subfield></datafield>'
    )


def _xml(inside: str) -> str:
    return f"<collection {MARCXML}><record>{inside}</record></collection>"


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_of_sru_is_read(imported, packed: bool) -> None:
    record = f"<record {MARCXML}>{_fields('1', '山 &amp; 川')}</record>"
    if packed:
        record = record.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    answer = (
        '<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:records><zs:record>'
        f"<zs:recordData>{record}</zs:recordData></zs:record></zs:records>"
        "</zs:searchRetrieveResponse>"
    )
    outcome = imported(answer)
    assert titles() == {"1": "山 & 川"}
    assert outcome.problems == []


def test_a_record_inside_a_record_and_the_one_around_it_are_both_read(imported) -> None:
    inner = f"<record>{_fields('2', '中の本')}</record>"
    imported(_xml(_fields("1", "外の本") + inner))
    assert titles() == {"1": "外の本", "2": "中の本"}


def test_a_subfield_without_a_code_costs_the_subfield(imported) -> None:
    field = '<datafield tag="500"><subfield>x</subfield></datafield><datafield/>'
    outcome = imported(_xml(_fields("1", "山の本") + field))
    assert titles() == {"1": "山の本"}
    assert "2か所" in outcome.sentences[0]


def test_a_broken_record_of_xml_is_told_in_japanese(imported) -> None:
    good = f"<record>{_fields('1', '山&nbsp;と & 川')}</record>"
    outcome = imported(f"<collection {MARCXML}><record><leader><b></record>{good}</collection>")
    assert titles() == {"1": "山 と & 川"}
    assert outcome.sentences == ["1件目: XMLが壊れています。このレコードは読めません。"]


def test_a_line_of_a_million_characters_is_passed_over(imported) -> None:
    outcome = imported(f"source_key,title\n1,山\n2,{'あ' * 1_500_000}\n3,川\n")
    assert titles() == {"1": "山", "3": "川"}
    assert outcome.sentences == ["3行目: 行が長すぎます(100万文字まで)。"]


def test_a_file_cut_in_half_takes_no_author_away(imported) -> None:
    header = "作品ID,作品名,姓,名,役割フラグ\n"
    author, translator = "1,星,山,花,著者\n", "1,星,川,月,翻訳者\n"
    imported(header + author + translator)
    outcome = imported(header + author)
    assert Bib.objects.get().contributions.count() == 2
    assert outcome.report.same == 1


def test_kanji_stay_as_they_were_given(imported) -> None:
    imported("source_key,title\n1,\ufa19と\ufa1bのか\u3099\n")
    assert titles() == {"1": "\ufa19と\ufa1bのが"}


def test_the_report_says_which_fields_changed(imported) -> None:
    imported("source_key,title,publisher\n1,山,川社\n2,川,川社\n")
    outcome = imported("source_key,title,publisher\n1,山,海社\n2,海,海社\n")
    assert "直したところ: 出版者 2件、題名 1件。" in outcome.report.lines()


def test_a_wrong_isbn_of_the_book_is_a_key_of_the_search(imported) -> None:
    imported("source_key,title,isbn\n1,山,4-8340-0082-9\n")
    assert wrong_isbns(Bib.objects.get().notes) == ["4834000829"]


def test_what_the_title_page_and_the_notes_say_is_kept(imported) -> None:
    record = marc(
        field("245", "a山の本", "c月野花著 ; 星野一監修 ; 山の会協力"),
        field("240", "aYama no hon"),
        field("700", "a海野, 二", "t波"),
        field("740", "a山のうた"),
        field("504", "a文献: p90-95"),
        field("856", "uhttps://example.jp/1", "3目次"),
    )
    imported(iso2709(record))
    bib = Bib.objects.get()
    assert bib.notes.splitlines() == [
        "責任表示: 月野花著 ; 星野一監修 ; 山の会協力",
        "別題: Yama no hon",
        "別題: 山のうた",
        "文献: p90-95",
        "目次 https://example.jp/1",
    ]
    assert bib.contents == "波 / 海野二"


def test_the_line_that_names_the_separator_to_excel_is_passed_over(imported) -> None:
    imported("sep=;\nsource_key;title\n1;山, 川\n")
    assert titles() == {"1": "山, 川"}


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"])
def test_a_workbook_is_named_as_what_it_is(imported, head: bytes) -> None:
    with pytest.raises(UnreadableFile, match="Excelのブックか圧縮したファイルです"):
        imported(head + bytes(range(256)))


def test_a_number_of_a_bib_that_a_spreadsheet_rounded_is_refused(imported) -> None:
    outcome = imported("source_key,title\n1.2E+07,山\n2,川\n")
    assert titles() == {"2": "川"}
    assert "2行目: 番号「1.2E+07」は、表計算ソフトで桁が失われています。" in outcome.sentences[0]


def test_references_and_marked_sections_of_xml_are_read_as_text(imported) -> None:
    imported(_xml(_fields("1", "<![CDATA[山 & <川>]]> &amp;#x9AD9;")))
    assert titles() == {"1": "山 & <川> \u9ad9"}


def test_latin_letters_of_one_byte_are_not_taken_for_kanji(imported) -> None:
    imported(iso2709(titled("Muxller", "1")).replace(b"Muxller", b"M\xfcxller"))
    assert "\ufffd" in titles()["1"]
