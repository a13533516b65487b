from decimal import Decimal

import pytest

from catalog.imports import UnreadableFile
from catalog.models import Bib, BibStatus, Contributor
from tests.catalog.imports.marc_builder import LIBRARY_COLUMNS, aozora_csv, library_csv

NATSUME = {
    "姓": "夏目", "名": "漱石", "姓読み": "なつめ", "名読み": "そうせき",
    "姓ローマ字": "Natsume", "名ローマ字": "Soseki",
}  # fmt: skip


def people(bib: Bib) -> list[tuple[str, str]]:
    return [
        (contribution.contributor.name, contribution.role)
        for contribution in bib.contributions.select_related("contributor")
    ]


class TestTheListOfAozora:
    def test_a_work_gets_its_reading_author_publisher_and_year(self, imported) -> None:
        outcome = imported(
            aozora_csv(
                NATSUME
                | {
                    "作品名": "吾輩は猫である",
                    "作品名読み": "わがはいはねこである",
                    "底本出版社名1": "岩波書店",
                    "底本初版発行年1": "1952（昭和27）年2月28日",
                }
            )
        )
        bib = Bib.objects.get()
        assert outcome.report.source == bib.source == "aozora"
        assert (bib.source_key, bib.title) == ("000001", "吾輩は猫である")
        assert bib.title_reading == "ワガハイハネコデアル"
        assert (bib.publisher, bib.published, bib.year) == ("岩波書店", "1952.2", 1952)
        author = bib.contributors.get()
        assert (author.name, author.reading) == ("夏目漱石", "ナツメ ソウセキ")
        assert author.romanised == "Natsume Soseki"

    def test_the_rows_of_one_work_make_one_bib_with_its_people_in_order(self, imported) -> None:
        translator = {"作品名": "星の本", "姓": "神西", "名": "清", "役割フラグ": "翻訳者"}
        other = NATSUME | {"作品ID": "000002", "作品名": "門"}
        author = {"作品名": "星の本", "姓": "レスコーフ", "名": "ニコライ", "役割フラグ": "著者"}
        imported(aozora_csv(translator, other, author))
        assert people(Bib.objects.get(source_key="000001")) == [
            ("レスコーフ, ニコライ", "著"),
            ("神西清", "訳"),
        ]
        assert Bib.objects.count() == 2

    def test_a_foreign_name_is_found_in_spoken_order_too(self, imported) -> None:
        imported(aozora_csv({"作品名": "マッチ", "姓": "アンデルセン", "名": "ハンス"}))
        assert Contributor.objects.get().other_names == ["ハンス・アンデルセン"]

    @pytest.mark.parametrize(
        ("mark", "ndc", "audience"),
        [
            ("NDC 913", "913", "adult"),
            ("NDC K913", "913", "child"),
            ("NDC 913 914", "913", "adult"),
            ("", "", "adult"),
        ],
    )
    def test_the_class_mark_loses_its_letters(self, imported, mark, ndc, audience) -> None:
        imported(aozora_csv({"作品名": "門", "分類番号": mark}))
        bib = Bib.objects.get()
        assert (bib.ndc, bib.audience) == (ndc, audience)

    def test_a_subtitle_that_is_a_volume_becomes_the_volume(self, imported) -> None:
        numbers = {"01 上巻": "000001", "03 下巻": "000003", "02 中巻": "000002"}
        imported(
            aozora_csv(
                *({"作品ID": key, "作品名": "細雪", "副題": sub} for sub, key in numbers.items())
            )
        )
        volumes = Bib.objects.order_by("volume_order")
        assert [bib.title_with_volume for bib in volumes] == ["細雪 上巻", "細雪 中巻", "細雪 下巻"]
        assert len({bib.volume_set_id for bib in volumes}) == 1
        assert not any(bib.subtitle for bib in volumes)

    def test_any_other_subtitle_stays_one(self, imported) -> None:
        imported(aozora_csv({"作品名": "海阪", "副題": "――童話風景――"}))
        bib = Bib.objects.get()
        assert (bib.subtitle, bib.volume, bib.volume_set) == ("童話風景", "", None)


class TestALibrarysOwnList:
    def test_every_column_finds_its_place(self, imported) -> None:
        imported(
            library_csv(
                {
                    "title": "魔女の本",
                    "title_reading": "マジョ ノ ホン",
                    "volume": "第2巻",
                    "authors": "角野栄子; 林明子[絵]",
                    "author_readings": "カドノ エイコ; ハヤシ アキコ",
                    "publisher": "福音館書店",
                    "published": "1993.6",
                    "isbn": "4-8340-0082-6",
                    "ndc": "K913.6",
                    "language": "jpn",
                    "material": "絵本",
                    "audience": "ティーンズ",
                    "series": "福音館文庫",
                    "series_number": "5",
                    "edition": "第2版",
                    "extent": "32p",
                    "subjects": "魔女; 猫",
                    "notes": "さし絵あり",
                }
            )
        )
        bib = Bib.objects.select_related("material_type", "series").get()
        assert (bib.title, bib.volume, bib.volume_order) == ("魔女の本", "第2巻", 2)
        assert people(bib) == [("角野栄子", "著"), ("林明子", "絵")]
        assert Contributor.objects.filter(name="林明子", reading="ハヤシ アキコ").exists()
        assert (bib.isbns, bib.ndc, bib.audience) == (["9784834000825"], "913.6", "child")
        assert bib.material_type.code == "picture_book"
        assert (str(bib.series), bib.series_number) == ("福音館文庫", "5")
        assert (bib.year, bib.subjects, bib.notes) == (1993, ["魔女", "猫"], "さし絵あり")

    def test_another_name_in_the_notes_belongs_to_the_first_author(self, imported) -> None:
        imported(
            library_csv(
                {
                    "authors": "夏目金之助; 編集部[編]",
                    "notes": "別名: 夏目漱石 (ナツメ ソウセキ)。復刻",
                }
            )
        )
        author = Contributor.objects.get(name="夏目金之助")
        assert author.other_names == ["夏目漱石", "ナツメ ソウセキ"]
        assert Bib.objects.get().notes == "復刻"

    def test_a_number_that_is_no_isbn_goes_to_the_notes(self, imported) -> None:
        outcome = imported(library_csv({"isbn": "978-4-8340-0082-0"}))
        bib = Bib.objects.get()
        assert bib.isbns == []
        assert bib.notes == "正しくないISBN: 978-4-8340-0082-0"
        assert not outcome.problems[0].skipped
        assert outcome.sentences == [
            "2行目: ISBNではない番号「978-4-8340-0082-0」を注記に移しました。"
        ]

    @pytest.mark.parametrize(
        ("title", "reading"),
        [
            ("細雪 上", "ササメユキ ジョウ"),
            ("細雪（上）", "ササメユキ（ジョウ）"),
            ("細雪 １", "ササメユキ １"),
        ],
    )
    def test_a_volume_in_the_title_leaves_title_and_reading(self, imported, title, reading) -> None:
        imported(library_csv({"title": title, "title_reading": reading}))
        bib = Bib.objects.get()
        assert (bib.title, bib.title_reading) == ("細雪", "ササメユキ")
        assert bib.volume_order == Decimal(1)

    def test_a_title_in_kana_reads_itself(self, imported) -> None:
        imported(library_csv({"title": "もりのほん"}))
        assert Bib.objects.get().title_reading == "モリノホン"

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ({"title": ""}, "題名がありません。"),
            ({"source_key": ""}, "番号がありません。"),
            ({"material": "巻物"}, "資料形態「巻物」はありません。"),
            ({"audience": "猫"}, "対象「猫」はありません。"),
        ],
    )
    def test_a_bad_row_is_told_with_line_and_reason_and_its_neighbours_get_in(
        self, imported, row, reason
    ) -> None:
        outcome = imported(library_csv({}, row, {}))
        assert outcome.sentences == [f"3行目: {reason}"]
        assert (outcome.report.added, outcome.report.skipped) == (2, 1)
        assert Bib.objects.count() == BibStatus.objects.count() == 2

    def test_of_two_rows_with_one_number_the_first_counts(self, imported) -> None:
        outcome = imported(
            library_csv({"source_key": "A", "title": "先"}, {"source_key": "A", "title": "後"})
        )
        assert Bib.objects.get().title == "先"
        assert outcome.sentences == ["3行目: 番号「A」は前にもありました。先のものを使います。"]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
    def test_every_encoding_in_use_is_recognised(self, imported, encoding) -> None:
        imported(
            library_csv({"title": "五日市の森を歩く", "publisher": "秋川書房"}).encode(encoding)
        )
        bib = Bib.objects.get()
        assert (bib.title, bib.publisher) == ("五日市の森を歩く", "秋川書房")

    def test_one_broken_character_costs_one_character(self, imported) -> None:
        content = library_csv(
            {"title": "山の本"}, {"title": "川の本"}, {"title": "海の本"}
        ).encode()
        outcome = imported(content.replace("川".encode(), b"\xe5\xb7", 1))
        assert list(Bib.objects.order_by("pk").values_list("title", flat=True)) == [
            "山の本", "�の本", "海の本",
        ]  # fmt: skip
        assert outcome.sentences == ["3行目: 読めない文字があり、�で置きかえました。"]

    def test_half_width_kana_of_old_systems_are_recognised(self, imported) -> None:
        rows = library_csv({"title": "山の本", "title_reading": "ﾔﾏ ﾉ ﾎﾝ", "authors": "森鷗外"})
        imported(rows.encode("cp932", "replace"))
        assert Bib.objects.get().title == "山の本"

    def test_an_encoding_of_elsewhere_gets_a_clear_sentence(self, imported) -> None:
        content = library_csv(*({"title": "Жёлтая книга о городе"} for _ in range(20)))
        with pytest.raises(UnreadableFile, match="文字コードが分かりません"):
            imported(content.encode("cp1251"))


class TestBrokenRows:
    def test_a_quote_that_nobody_closed_does_not_swallow_the_file(self, imported) -> None:
        lines = library_csv({}, {}, {}).splitlines()
        lines[2] = lines[2].replace("山の本", '"山の本')
        outcome = imported("\n".join(lines))
        assert outcome.sentences == ["3行目: 列の数が見出しと合いません。"]
        assert outcome.report.added == 2

    def test_a_stray_quote_is_taken_as_it_stands(self, imported) -> None:
        outcome = imported(library_csv({"extent": "12x"}, {}).replace("12x", '12"'))
        assert (outcome.report.added, outcome.report.skipped) == (2, 0)
        assert Bib.objects.get(source_key="L1").extent == '12"'

    def test_a_cell_may_hold_several_lines(self, imported) -> None:
        outcome = imported(library_csv({"notes": "一行目\n二行目"}, {"title": "題"}, {"title": ""}))
        assert Bib.objects.get(source_key="L1").notes == "一行目\n二行目"
        assert outcome.sentences == ["5行目: 題名がありません。"]

    def test_a_row_with_too_few_columns_is_told(self, imported) -> None:
        outcome = imported(library_csv({}) + "L2,途中\r\n")
        assert outcome.sentences == ["3行目: 列の数が見出しと合いません。"]
        assert outcome.report.added == 1

    def test_what_nobody_sees_is_taken_out(self, imported) -> None:
        imported(library_csv({"title": "山\x00の\u202e本\x07", "publisher": "\u200e山の社\x85"}))
        bib = Bib.objects.get()
        assert (bib.title, bib.publisher) == ("山の本", "山の社")

    def test_half_of_a_surrogate_pair_costs_one_row_a_remark(self, imported) -> None:
        rows = library_csv({"notes": "あ\ud800い", "publisher": "五日市町の小さな出版社"}, {})
        outcome = imported(rows.encode("utf-8", "surrogatepass"))
        assert outcome.sentences == ["2行目: 読めない文字があり、�で置きかえました。"]
        assert outcome.report.added == 2

    def test_a_text_longer_than_its_column_is_cut_and_told(self, imported) -> None:
        long = "長" * 100_000
        outcome = imported(library_csv({"title": long, "publisher": long, "authors": long}, {}))
        bib = Bib.objects.get(source_key="L1")
        assert len(bib.title) == 100_000
        assert len(bib.publisher) == 300
        assert outcome.report.added == 2
        assert outcome.sentences == [
            "2行目: 出版者が長すぎるので、300文字に切りました。",
            "2行目: 著者名が長すぎるので、200文字に切りました。",
        ]


class TestWholeFiles:
    def test_a_header_alone_brings_nothing(self, imported) -> None:
        outcome = imported(LIBRARY_COLUMNS + "\n")
        assert outcome.report.records == 0
        assert "何も変わっていません。" in outcome.report.lines()

    @pytest.mark.parametrize("content", ["", "  \r\n\r\n", "\ufeff"])
    def test_an_empty_file_is_called_empty(self, imported, content) -> None:
        with pytest.raises(UnreadableFile, match="ファイルが空です"):
            imported(content)

    def test_unknown_headings_are_told_with_what_is_needed(self, imported) -> None:
        with pytest.raises(UnreadableFile, match="作品ID、作品名、役割フラグ"):
            imported("a,b\n1,2\n")

    def test_binary_nonsense_is_refused(self, imported) -> None:
        with pytest.raises(UnreadableFile):
            imported(bytes(range(256)).replace(b"\x1e", b"") * 300)
