from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from akiruno_library import policy
from catalog.models import Bib, BibStatus, Contributor, Series, VolumeSet
from tests import factories
from tests.catalog.imports.marc_builder import field, iso2709, library_csv, marc, titled


def rows() -> list[tuple]:
    return list(Bib.objects.order_by("pk").values_list())


class TestRunningAgain:
    def test_a_second_run_changes_nothing_and_says_so(self, imported) -> None:
        content = library_csv(
            {
                "title": "細雪 上",
                "authors": "谷崎潤一郎",
                "author_readings": "タニザキ ジュンイチロウ",
            },
            {"title": "細雪 下", "authors": "谷崎潤一郎"},
            {"title": "本", "authors": "アンデルセン, ハンス", "series": "山の文庫"},
        )
        imported(content)
        before = rows()
        outcome = imported(content)
        assert rows() == before
        assert (outcome.report.added, outcome.report.changed, outcome.report.same) == (0, 0, 3)
        assert outcome.report.changed_nothing
        assert (Contributor.objects.count(), Series.objects.count()) == (2, 1)

    def test_a_changed_row_changes_its_bib_and_no_other(self, imported) -> None:
        imported(library_csv({"authors": "甲; 乙[絵]"}, {}))
        first = Bib.objects.get(source_key="L1")
        outcome = imported(library_csv({"authors": "甲; 丙[絵]", "publisher": "山の社"}, {}))
        again = Bib.objects.get(source_key="L1")
        assert (outcome.report.changed, outcome.report.same) == (1, 1)
        assert (again.pk, again.created_at) == (first.pk, first.created_at)
        assert again.publisher == "山の社"
        names = again.contributions.values_list("contributor__name", "position")
        assert list(names) == [("甲", 1), ("丙", 2)]
        assert BibStatus.objects.count() == 2

    def test_two_sources_may_use_the_same_number(self, imported) -> None:
        imported(library_csv({}))
        imported(library_csv({}), source="other")
        assert Bib.objects.filter(source_key="L1").count() == 2

    def test_a_dry_run_tells_all_and_writes_nothing(self, imported) -> None:
        outcome = imported(
            library_csv({"authors": "甲", "title": "細雪 上"}, {"title": ""}), dry_run=True
        )
        assert (outcome.report.added, outcome.report.skipped) == (1, 1)
        assert not Bib.objects.exists()
        assert not Contributor.objects.exists()
        assert not VolumeSet.objects.exists()


class TestBatches:
    @pytest.fixture(autouse=True)
    def _small_batches(self, monkeypatch) -> None:
        monkeypatch.setattr(policy, "IMPORT_BATCH", 3)

    def test_a_run_that_is_broken_off_keeps_the_batches_it_wrote(self, imported) -> None:
        def break_off(read: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            imported(library_csv(*({} for _ in range(8))), progress=break_off)
        assert Bib.objects.count() == 3

    def test_what_the_database_refuses_takes_no_neighbour_with_it(self, imported) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_bib ADD CONSTRAINT no_sea CHECK (title <> '海') NOT VALID"
            )
        outcome = imported(library_csv({}, {"title": "海"}, {}, {}))
        assert (outcome.report.added, outcome.report.skipped) == (3, 1)
        assert len(outcome.sentences) == 1
        assert outcome.sentences[0].startswith("3行目: データベースに入りません")

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, imported, monkeypatch, django_assert_max_num_queries
    ) -> None:
        monkeypatch.setattr(policy, "IMPORT_BATCH", 100)
        imported(library_csv({}))  # warms what is read once
        few, many = (
            library_csv(*({"source_key": f"{n}-{i}", "authors": f"著者{i}"} for i in range(n)))
            for n in (2, 90)
        )
        with django_assert_max_num_queries(40) as two_rows:
            imported(few)
        with django_assert_max_num_queries(40) as ninety_rows:
            imported(many)
        assert len(two_rows) == len(ninety_rows)


class TestHeadings:
    def test_who_comes_without_a_reading_is_the_one_of_that_name(self, imported) -> None:
        imported(library_csv({"authors": "甲"}, {"authors": "甲", "author_readings": "コウ"}))
        assert [(c.name, c.reading) for c in Contributor.objects.all()] == [("甲", "コウ")]

    def test_two_readings_of_one_name_are_two_people(self, imported) -> None:
        imported(
            library_csv(
                {"authors": "甲", "author_readings": "コウ"},
                {"authors": "甲", "author_readings": "キノエ"},
            )
        )
        assert Contributor.objects.count() == 2

    def test_what_staff_wrote_of_a_person_stays(self, imported) -> None:
        Contributor.objects.create(name="甲", reading="コウ", other_names=["甲先生"])
        imported(
            library_csv({"authors": "甲", "author_readings": "コウ", "notes": "別名: 乙 (オツ)"})
        )
        assert Contributor.objects.get().other_names == ["甲先生", "乙", "オツ"]


class TestVolumeSets:
    def sets(self) -> int:
        return VolumeSet.objects.count()

    def test_printings_of_different_years_are_one_set(self, imported) -> None:
        common = {"authors": "谷崎潤一郎", "publisher": "新潮社"}
        imported(
            library_csv(
                common | {"title": "細雪 上", "published": "1955"},
                common | {"title": "細雪 中", "published": "1968"},
            )
        )
        assert self.sets() == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"publisher": "中公"},
            {"authors": "別人"},
            {"material": "大活字本"},
            {"title": "粗雪 下"},
        ],
    )
    def test_another_edition_is_another_set(self, imported, other) -> None:
        common = {"authors": "谷崎潤一郎", "publisher": "新潮社"}
        imported(library_csv(common | {"title": "細雪 上"}, common | {"title": "細雪 下"} | other))
        assert self.sets() == 2

    def test_a_bib_without_a_volume_is_in_no_set(self, imported) -> None:
        imported(library_csv({"title": "二十四の瞳"}))
        assert self.sets() == 0


class TestDeletions:
    def test_a_deleted_record_goes_when_nothing_hangs_on_it(self, imported) -> None:
        record = marc(field("245", "a山"), field("700", "a夏目, 漱石"))
        imported(iso2709(record))
        outcome = imported(iso2709(titled("山", status="d")))
        assert outcome.report.deleted == 1
        assert not Bib.objects.exists()
        assert not BibStatus.objects.exists()

    def test_a_bib_with_copies_stays_and_is_told(self, imported) -> None:
        imported(iso2709(titled("山")))
        factories.CopyFactory(bib=Bib.objects.get())
        outcome = imported(iso2709(titled("山", status="d")))
        assert outcome.sentences == [
            "1件目: 消す知らせですが、所蔵や予約などがあるので残しました。"
        ]
        assert Bib.objects.exists()

    def test_the_deletion_of_what_was_never_there_is_no_change(self, imported) -> None:
        assert imported(iso2709(titled("山", status="d"))).report.changed_nothing

    def test_a_correction_changes_the_record(self, imported) -> None:
        imported(iso2709(titled("山")))
        assert imported(iso2709(titled("川", status="c"))).report.changed == 1
        assert Bib.objects.get().title == "川"


class TestTheCommand:
    def test_it_tells_what_it_did(self, db, tmp_path: Path, capsys) -> None:
        path = tmp_path / "list.csv"
        path.write_text(library_csv({}, {"title": ""}))
        with pytest.raises(SystemExit) as left:
            call_command("import_bibs", str(path), source="home")
        assert left.value.code == 3
        printed = capsys.readouterr()
        assert (
            "新しく入れた 1件、直した 0件、同じだった 0件、消した 0件、飛ばした 1件。"
            in printed.out
        )
        assert "3行目: 題名がありません。" in printed.err
        assert Bib.objects.get().source == "home"

    def test_a_dry_run_says_so(self, db, tmp_path: Path, capsys) -> None:
        path = tmp_path / "list.csv"
        path.write_text(library_csv({}))
        call_command("import_bibs", str(path), dry_run=True)
        said = capsys.readouterr().out
        assert "書き込んでいません" in said
        assert "例 2行目: 取込元の番号=L1、題名=山の本" in said
        assert not Bib.objects.exists()

    def test_a_file_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="ありません"):
            call_command("import_bibs", str(tmp_path / "none.csv"))

    @pytest.mark.parametrize(
        "content",
        [iso2709(titled("山", "1"))[:-9], b"source_key,title\n"],
        ids=["it ends in a record", "no rows"],
    )
    def test_half_a_file_has_an_exit_code_of_its_own(self, db, tmp_path: Path, content) -> None:
        path = tmp_path / "half"
        path.write_bytes(content)
        with pytest.raises(SystemExit) as left:
            call_command("import_bibs", str(path))
        assert left.value.code == 4

    def test_a_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="フォルダーです"):
            call_command("import_bibs", str(tmp_path))

    def test_an_option_decides_the_encoding(self, db, tmp_path: Path, capsys) -> None:
        path = tmp_path / "list.csv"
        path.write_bytes("source_key,title\n1,静\n".encode("euc_jp"))
        call_command("import_bibs", str(path), encoding="euc-jp")
        assert Bib.objects.get().title == "静"
        assert "文字コード: EUC-JP、区切り: コンマ" in capsys.readouterr().out

    def test_an_unreadable_file_is_told_by_name(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.mrc"
        path.write_bytes(b"")
        with pytest.raises(CommandError, match=r"empty\.mrc: ファイルが空です"):
            call_command("import_bibs", str(path))
