import pytest

from catalog.imports import UnreadableFile
from catalog.models import Bib, Contributor
from tests.catalog.imports.marc_builder import field, iso2709, marc, marcxml, titled


def people(bib: Bib) -> list[tuple[str, str, str, str]]:
    return [
        (one.contributor.name, one.contributor.reading, one.contributor.romanised, one.role)
        for one in bib.contributions.select_related("contributor")
    ]


JAPAN_MARC = marc(
    field("020", "a4-8340-0082-6"),
    field("020", "z978-0-00-000000-0"),
    field("084", "a913.6", "2njb/09"),
    field("084", "aKH123", "2kktb"),
    field("084", "a913.8", "2njb/10"),
    field("100", "6880-01", "a夏目, 漱石,", "d1867-1916"),
    field(
        "245", "6880-02", "a細雪の里 :", "b山の物語", "n下巻", "p冬の巻 /", "c夏目漱石著 ; 林明子絵"
    ),
    field("246", "a雪の里"),
    field("250", "a改版"),
    field("264", "a東京 :", "b山の社,", "c2016.12", indicators=" 1"),
    field("300", "a218p ;", "c20cm"),
    field("490", "6880-03", "a山の文庫 ;", "v12"),
    field("500", "a年譜: p200-218"),
    field("505", "a春 夏 秋"),
    field("520", "a雪の里の一年。"),
    field("650", "6880-04", "a山村"),
    field("700", "6880-05", "a林, 明子"),
    field("880", "6100-01/$1", "aナツメ, ソウセキ,"),
    field("880", "6100-01/(B", "aNatsume, Soseki,"),
    field("880", "6245-02/$1", "aササメユキ ノ サト"),
    field("880", "6245-02/(B", "aSasameyuki no sato"),
    field("880", "6490-03/$1", "aヤマ ノ ブンコ"),
    field("880", "6650-04/$1", "aサンソン"),
    field("880", "6700-05/$1", "aハヤシ, アキコ"),
)
CONGRESS = marc(
    field("100", "6880-01", "aYoshida, Hajime,", "d1934-"),
    field("245", "6880-02", "aYama no hon o yomu /", "cYoshida Hajime cho."),
    field("260", "6880-03", "aTōkyō :", "bYama no Sha,", "c1997."),
    field("880", "6100-01/$1", "a吉田一,"),
    field("880", "6245-02/$1", "a山の本を読む /", "c吉田一編."),
    field("880", "6260-03/$1", "a東京 :", "b山の社,", "c1997."),
)


@pytest.mark.parametrize("written", [iso2709, marcxml])
class TestBothForms:
    def test_of_two_records_with_one_number_the_first_counts(self, imported, written) -> None:
        outcome = imported(written(titled("先", "1"), titled("海", "2"), titled("後", "1")))
        assert outcome.sentences == ["3件目: 番号「1」は前にもありました。先のものを使います。"]
        assert (outcome.report.added, outcome.report.skipped) == (2, 1)
        assert list(Bib.objects.order_by("source_key").values_list("title", flat=True)) == [
            "先", "海",
        ]  # fmt: skip

    def test_a_number_that_another_file_has_again_is_a_change(self, imported, written) -> None:
        imported(written(titled("先", "1"), titled("海", "2")))
        first = Bib.objects.get(source_key="1").pk
        outcome = imported(written(titled("後", "1"), titled("海", "2"), titled("また", "1")))
        assert (outcome.report.changed, outcome.report.same, outcome.report.skipped) == (1, 1, 1)
        assert (Bib.objects.get(pk=first).title, Bib.objects.count()) == ("後", 2)

    def test_japan_marc_writes_the_original_first_and_readings_in_880(
        self, imported, written
    ) -> None:
        imported(written(JAPAN_MARC))
        bib = Bib.objects.select_related("series", "material_type").get()
        assert (bib.title, bib.subtitle, bib.volume) == ("細雪の里", "山の物語", "下巻 冬の巻")
        assert bib.title_reading == "ササメユキ ノ サト"
        assert bib.title_romanised == "Sasameyuki no sato"
        assert people(bib) == [
            ("夏目漱石", "ナツメ ソウセキ", "Natsume Soseki", "著"),
            ("林明子", "ハヤシ アキコ", "", "絵"),
        ]
        assert (bib.edition, bib.publisher, bib.published) == ("改版", "山の社", "2016.12")
        assert (bib.year, bib.language, bib.material_type.code) == (2016, "jpn", "book")
        assert (bib.ndc, bib.isbns) == ("913.8", ["9784834000825"])
        assert bib.extent == "218p ; 20cm"
        assert (bib.series.title, bib.series.reading) == ("山の文庫", "ヤマ ノ ブンコ")
        assert bib.series_number == "12"
        assert (bib.subjects, bib.subject_readings) == (["山村"], ["サンソン"])
        assert bib.contents == "雪の里の一年。\n春 夏 秋"
        assert bib.notes.splitlines() == [
            "正しくないISBN: 978-0-00-000000-0", "責任表示: 夏目漱石著 ; 林明子絵", "別題: 雪の里",
            "年譜: p200-218",
        ]  # fmt: skip

    def test_congress_writes_latin_first_and_the_original_in_880(self, imported, written) -> None:
        imported(written(CONGRESS))
        bib = Bib.objects.get()
        assert (bib.title, bib.title_romanised) == ("山の本を読む", "Yama no hon o yomu")
        assert (bib.title_reading, bib.publisher, bib.published) == ("", "山の社", "1997")
        assert people(bib) == [("吉田一", "", "Yoshida Hajime", "編")]

    def test_good_records_come_in_whatever_stands_between_them(self, imported, written) -> None:
        outcome = imported(written(titled("山", "1"), titled("", "2"), titled("海", "3")))
        assert outcome.sentences == ["2件目: 題名がありません。"]
        assert list(Bib.objects.order_by("pk").values_list("title", flat=True)) == ["山", "海"]


class TestScripts:
    @pytest.mark.parametrize(
        ("main", "linked", "expected"),
        [
            ("The hungry book", "ザ ハングリー ブック", "The hungry book"),
            ("Guri to Gura", "ぐりとぐら", "ぐりとぐら"),
            ("Toire", "トイレ", "トイレ"),
            ("Kim Chiyŏng", "김지영", "김지영"),
        ],
    )  # fmt: skip
    def test_the_title_is_the_original_not_its_reading_or_romanisation(
        self, imported, main, linked, expected
    ) -> None:
        fields = field("245", "6880-01", f"a{main}"), field("880", "6245-01/$1", f"a{linked}")
        imported(iso2709(marc(*fields)))
        assert Bib.objects.get().title == expected

    def test_an_880_linked_to_nothing_changes_nothing(self, imported) -> None:
        fields = field("245", "6880-00", "a山"), field("880", "6245-00/$1", "a海")
        imported(iso2709(marc(*fields)))
        assert Bib.objects.get().title == "山"


class TestPeople:
    @pytest.mark.parametrize(
        ("responsibility", "expected"),
        [
            ("角野栄子作 ; 林明子絵", [("角野栄子", "作"), ("林明子", "絵")]),
            ("甲田, 乙山著", [("甲田", "著"), ("乙山", "著")]),
            ("丙川ほか編", [("丙川", "編")]),
        ],
    )
    def test_without_headings_the_title_page_names_them(
        self, imported, responsibility, expected
    ) -> None:
        imported(iso2709(marc(field("245", "a山", f"c{responsibility}"))))
        assert [(name, role) for name, _, _, role in people(Bib.objects.get())] == expected

    def test_a_relator_says_the_role(self, imported) -> None:
        record = marc(field("245", "a山"), field("700", "aRowling, J. K.,", "etranslator."))
        imported(iso2709(record))
        assert people(Bib.objects.get()) == [("Rowling, J. K.", "", "", "訳")]

    def test_the_author_of_a_related_work_had_no_share_in_this_one(self, imported) -> None:
        imported(iso2709(marc(field("245", "a山"), field("700", "a夏目, 漱石.", "t門."))))
        assert not Contributor.objects.exists()


class TestCodes:
    @pytest.mark.parametrize(
        ("date", "remarked"), [("2016", True), ("199u", True), ("19uu", False), ("    ", False)]
    )
    def test_the_year_is_that_of_the_imprint_and_another_in_008_is_told(
        self, imported, date, remarked
    ) -> None:
        fixed = f"200101s{date}    ja            000 0 jpn  "
        given = marc(field("245", "a山"), field("260", "c昭和63"), fixed=fixed)
        outcome = imported(iso2709(given))
        assert Bib.objects.get().year == 1988
        assert any("008では" in sentence for sentence in outcome.sentences) == remarked

    @pytest.mark.parametrize(
        ("date", "year"), [("2016", 2016), ("199u", 1990), ("19uu", None), ("\u00b2016", None)]
    )
    def test_the_year_is_that_of_008_without_an_imprint(self, imported, date, year) -> None:
        fixed = f"200101s{date}    ja            000 0 jpn  "
        imported(iso2709(marc(field("245", "a山"), fixed=fixed)))
        assert Bib.objects.get().year == year

    @pytest.mark.parametrize(
        ("kind", "physical", "code"),
        [
            ("a", "", "book"), ("j", "sd fsngnnmmned", "cd"), ("i", "ss lsnjlc", "cassette"),
            ("g", "vd cvaizq", "dvd"), ("g", "vf cbahos", "video"), ("g", "", "dvd"),
            ("a", "tb", "large_print"), ("a", "tc", "braille"),
        ],
    )  # fmt: skip
    def test_leader_and_007_tell_the_material(self, imported, kind, physical, code) -> None:
        fields = [field("245", "a山")]
        record = marc(*fields, kind=kind)
        if physical:
            record.add_field(field("007"))
            record["007"].data = physical
        imported(iso2709(record))
        assert Bib.objects.get().material_type.code == code

    def test_008_tells_a_childrens_book_and_a_language(self, imported) -> None:
        fixed = "200101s2016    xx     j      000 0 kor  "
        imported(iso2709(marc(field("245", "a산"), fixed=fixed)))
        bib = Bib.objects.get()
        assert (bib.audience, bib.language) == ("child", "kor")


class TestBrokenRecords:
    RECORDS = [titled("山", "1"), titled("川", "2"), titled("海", "3")]

    def broken(self, break_it) -> bytes:
        first, second, third = (record.as_marc() for record in self.RECORDS)
        return first + break_it(second) + third

    @pytest.mark.parametrize(
        "break_it",
        [
            lambda raw: b"99999" + raw[5:],
            lambda raw: b"ABCDE" + raw[5:],
            lambda raw: raw[:12] + b"00000" + raw[17:],
            lambda raw: raw[:33] + b"0000" + raw[37:],
            lambda raw: raw + b"\r\n",
        ],
        ids=["too long", "no length", "no base address", "wrong directory", "line end between"],
    )
    def test_lengths_and_addresses_may_lie(self, imported, break_it) -> None:
        outcome = imported(self.broken(break_it))
        assert list(Bib.objects.order_by("pk").values_list("title", flat=True)) == [
            "山",
            "川",
            "海",
        ]
        assert outcome.report.skipped == 0

    @pytest.mark.parametrize(
        ("break_it", "reason"),
        [
            (lambda raw: raw[:24] + raw[60:], "MARCのディレクトリが壊れていて、読めません。"),
            (lambda raw: b"\xffnonsense\x00\x1d", "MARCのディレクトリが壊れていて、読めません。"),
        ],
        ids=["no directory", "nonsense"],
    )
    def test_what_cannot_be_read_is_told_and_passed_over(self, imported, break_it, reason) -> None:
        outcome = imported(self.broken(break_it))
        assert outcome.sentences == [f"2件目: {reason}"]
        assert list(Bib.objects.order_by("pk").values_list("title", flat=True)) == ["山", "海"]

    def test_a_file_that_ends_in_the_middle_keeps_what_came_before(self, imported) -> None:
        outcome = imported(iso2709(*self.RECORDS)[:-9])
        assert outcome.sentences == [
            "3件目: ファイルが途中で終わっていて、最後のレコードを読めません。"
        ]
        assert outcome.report.added == 2

    def test_a_broken_letter_costs_one_letter(self, imported) -> None:
        outcome = imported(self.broken(lambda raw: raw.replace("川".encode(), b"\xe5\xb7\xff")))
        assert outcome.report.added == 3
        assert outcome.sentences == ["2件目: 読めない文字があり、�で置きかえました。"]

    def test_a_field_longer_than_the_directory_can_say_comes_in_whole(self, imported) -> None:
        record = titled("海", "3")
        raw = titled("川", "2").as_marc().replace("川".encode(), "長".encode() * 100_000)
        outcome = imported(titled("山", "1").as_marc() + raw + record.as_marc())
        assert sorted(map(len, Bib.objects.values_list("title", flat=True))) == [1, 1, 100_000]
        assert outcome.sentences == [
            "2件目: ディレクトリが壊れているので、項目の区切りから読みました。"
        ]

    def test_latin_letters_of_marc8_are_read(self, imported) -> None:
        raw = titled("Cafe", "1").as_marc().replace(b"Cafe", b"Caf\xe2e")
        length = len(raw)
        raw = b"%05d" % length + raw[5:9] + b" " + raw[10:]
        imported(raw)
        assert Bib.objects.get().title == "Café"

    @pytest.mark.parametrize(("encoding", "name"), [("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP")])
    @pytest.mark.parametrize("says", [b"a", b" "], ids=["Unicode", "MARC-8"])
    def test_japanese_encodings_are_read_and_told(self, imported, encoding, name, says) -> None:
        first, second = (
            titled(title, key).as_marc() for title, key in (("山のうた", "1"), ("海", "2"))
        )
        raw = first.decode().encode(encoding)
        outcome = imported(raw[:9] + says + raw[10:] + second)
        titles = Bib.objects.order_by("source_key").values_list("title", flat=True)
        assert list(titles) == ["山のうた", "海"]
        assert (
            f"1件目: 文字コードがUTF-8ではないので、{name}として読みました。" in outcome.sentences
        )

    def test_a_broken_letter_among_kana_is_not_another_encoding(self, imported) -> None:
        raw = titled("ひらがなのうた", "2").as_marc().replace("た".encode(), b"\xe3\x81")
        outcome = imported(raw)
        assert Bib.objects.get().title.startswith("ひらがなのう\ufffd")
        assert not any("文字コード" in sentence for sentence in outcome.sentences)

    def test_a_byte_order_mark_before_the_first_record_is_nothing(self, imported) -> None:
        outcome = imported(b"\xef\xbb\xbf" + iso2709(titled("山")))
        assert (outcome.report.added, outcome.sentences) == (1, [])

    def test_utf8_that_calls_itself_marc8_is_read_all_the_same(self, imported) -> None:
        raw = titled("山の本").as_marc()
        imported(raw[:9] + b" " + raw[10:])
        assert Bib.objects.get().title == "山の本"


class TestBrokenXml:
    def test_a_record_that_is_no_xml_is_told_and_passed_over(self, imported) -> None:
        content = marcxml(titled("山", "1"), titled("川", "2"), titled("海", "3"))
        outcome = imported(content.replace("川".encode(), b"<b>&nothing;"))
        assert [problem.where for problem in outcome.problems] == ["2件目"]
        assert "XMLが壊れています" in outcome.sentences[0]
        assert list(Bib.objects.order_by("pk").values_list("title", flat=True)) == ["山", "海"]

    def test_a_file_that_ends_in_the_middle_keeps_what_came_before(self, imported) -> None:
        outcome = imported(marcxml(titled("山", "1"), titled("川", "2"))[:-60])
        assert outcome.report.added == 1
        assert outcome.sentences == [
            "2件目: ファイルが途中で終わっていて、最後のレコードを読めません。"
        ]

    def test_control_characters_are_taken_out(self, imported) -> None:
        imported(marcxml(titled("山の本")).replace("の".encode(), "の\x00\x0b".encode()))
        assert Bib.objects.get().title == "山の本"

    def test_a_prefix_of_the_namespace_is_understood(self, imported) -> None:
        content = marcxml(titled("山")).decode()
        for name in ("record", "leader", "controlfield", "datafield", "subfield"):
            content = content.replace(f"<{name}", f"<marc:{name}").replace(
                f"</{name}", f"</marc:{name}"
            )
        imported(content.replace("xmlns=", "xmlns:marc="))
        assert Bib.objects.get().title == "山"

    def test_xml_without_records_is_refused(self, imported) -> None:
        with pytest.raises(UnreadableFile, match="MARCXML"):
            imported("<?xml version='1.0'?><html><body>山</body></html>")
