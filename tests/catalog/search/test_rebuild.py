"""The index is built from the database, beside the one in use, and exchanged in one step."""

import fcntl
import json
import time
from dataclasses import astuple
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.indexing import schema
from catalog.indexing.bib_source import BibSource
from catalog.indexing.parallel import WORTH_OTHER_PROCESSES, documents_of
from catalog.models import Contribution, Contributor, Series
from catalog.refusals import SearchUnavailable
from catalog.search import RebuildUnderWay, SearchRequest, index_state, is_needed, rebuild, search
from catalog.search import index as on_disk
from tests.catalog.search.conftest import another_connection, until_all_before_is_final
from tests.factories import BibFactory, CopyFactory, branch

over_connections = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def found(q: str, **parameters: object) -> list[int]:
    return search(SearchRequest(q=q, **parameters)).ids


def test_everything_catalogued_is_searched(db):
    bib = BibFactory(
        title="吾輩は猫である",
        title_reading="ワガハイ ワ ネコ デ アル",
        title_romanised="Wagahai wa neko de aru",
        subtitle="猫の眼から",
        volume="上",
        volume_order=1,
        publisher="秋川書房",
        series=Series.objects.create(title="多摩文庫", reading="タマ ブンコ"),
        series_number="12",
        isbns=["9784101001548"],
        ndc="913.6",
        subjects=["明治時代"],
        subject_readings=["メイジ ジダイ"],
        contents="苦沙弥先生の家",
        notes="解説: 草花一子",
    )
    Contribution.objects.create(
        bib=bib,
        position=0,
        contributor=Contributor.objects.create(
            name="夏目金之助",
            reading="ナツメ キンノスケ",
            romanised="Natsume Kinnosuke",
            other_names=["夏目漱石", "ナツメ ソウセキ"],
        ),
    )
    CopyFactory(bib=bib, call_number="F/ナツ/1")
    rebuild()
    for typed in [
        "吾輩は猫である上", "わがはいはねこ", "wagahai neko", "猫の眼", "秋川書房", "多摩文庫",
        "多摩文庫 12", "たまぶんこ", "tama bunko", "9784101001548", "明治時代", "めいじじだい",
        "苦沙弥", "草花一子", "夏目金之助", "なつめきんのすけ", "kinnosuke", "漱石", "そうせき",
        "F/ナツ",
    ]:  # fmt: skip
        assert found(typed) == [bib.pk], typed
    assert found("", author="漱石", title="猫", series="多摩", subject="明治", ndc="91") == [bib.pk]


def test_branches_are_those_that_own_a_copy_and_available_those_with_one_on_the_shelf(db):
    bib = BibFactory()
    CopyFactory(bib=bib, home_branch=branch("chuo"), whereabouts="on_loan", times_lent=4)
    CopyFactory(bib=bib, home_branch=branch("el"), whereabouts="shelf")
    CopyFactory(bib=bib, home_branch=branch("masuko"), whereabouts="withdrawn")
    rebuild()
    answer = search(SearchRequest())
    assert answer.facets["branch"] == [("chuo", 1), ("el", 1)]
    assert answer.facets["available"] == [("1", 1)]
    assert found("", available=True, branches=("el",)) == [bib.pk]
    assert found("", available=True, branches=("chuo",)) == []


def test_a_bib_without_copies_and_without_anything_but_a_title_is_found(db):
    bib = BibFactory(title="題名だけ", title_reading="", publisher="", year=None, ndc="")
    rebuild()
    assert found("題名だけ") == [bib.pk]


def test_texts_of_any_length_and_any_signs_are_indexed(db):
    long = BibFactory(
        title="長" * 100_000, title_reading="チョウ " * 50_000, contents="目次 " * 50_000
    )
    odd = BibFactory(
        title="🎉 \u202e奇妙な\u200b題名 = ^ $", volume="二〇二六", volume_order="202600"
    )
    rebuild()
    assert found("長長長") == [long.pk]
    assert found("奇妙な題名") == [odd.pk]
    assert set(found("", sort="title")) == {long.pk, odd.pk}


def test_an_index_is_needed_when_there_is_none_and_when_it_fits_no_more(db, monkeypatch):
    assert is_needed()
    rebuild()
    assert not is_needed()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    assert is_needed()


def test_an_index_of_another_database_is_not_used(db, shelf):
    shelf()
    assert is_needed()


def test_an_index_of_another_version_answers_nothing(db, monkeypatch):
    rebuild()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(SearchUnavailable):
        found("本")
    rebuild()
    assert found("本") == []


@pytest.mark.parametrize("name", ["meta.json", "*.term", "*.fast", "*.idx"])
@pytest.mark.parametrize("harm", ["deleted", "cut", "overwritten"])
def test_a_damaged_index_is_a_kind_sentence_or_an_answer_and_is_mended(db, name, harm):
    bib = BibFactory(title="損なわれた本")
    broken = rebuild().folder
    for path in broken.glob(name):
        if harm == "deleted":
            path.unlink()
        elif harm == "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(SearchUnavailable):
        found("損なわれた")
    assert not index_state().present
    assert is_needed()
    rebuild()
    assert found("損なわれた") == [bib.pk]


def test_readers_follow_to_the_new_index_and_the_old_one_is_removed(db):
    old = rebuild().folder
    assert found("新しい本") == []
    left_over = on_disk.new_folder()  # as an interrupted rebuild leaves it
    (left_over / "half").touch()
    bib = BibFactory(title="新しい本")
    new = rebuild().folder
    time.sleep(on_disk.RELOAD_SECONDS)
    assert found("新しい本") == [bib.pk]
    assert new.exists()
    assert not old.exists()
    assert not (left_over / "half").exists()
    assert on_disk.current() == new


@over_connections
def test_what_changes_during_a_rebuild_is_in_it():
    bib = BibFactory(title="前の題名")
    gone = BibFactory(title="消える本")

    def change(done: int, total: int) -> None:
        if done == 0:
            with another_connection() as execute:
                execute("UPDATE catalog_bib SET title = '後の題名' WHERE id = %s", [bib.pk])
                execute("DELETE FROM catalog_bibstatus WHERE bib_id = %s", [gone.pk])
                execute("DELETE FROM catalog_bib WHERE id = %s", [gone.pk])
            until_all_before_is_final()

    rebuild(progress=change)
    assert found("後の題名") == [bib.pk]
    assert found("消える本") == []


def test_two_rebuilds_at_once_are_refused(db):
    on_disk.folder().mkdir(parents=True)
    with (on_disk.folder() / "rebuild.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RebuildUnderWay):
            rebuild()
        with pytest.raises(CommandError):
            call_command("rebuild_index", verbosity=0)


def test_the_command_builds_and_if_needed_only_then(db):
    said = StringIO()
    call_command("rebuild_index", if_needed=True, verbosity=0, stdout=said)
    call_command("rebuild_index", if_needed=True, verbosity=0, stdout=said)
    assert "0 bibs indexed" in said.getvalue()
    assert "nothing to do" in said.getvalue()


def test_the_state_tells_how_far_behind_the_index_is(db):
    BibFactory.create_batch(3)
    assert not index_state().present
    rebuild()
    state = index_state()
    assert (state.present, state.documents) == (True, 3)


def test_documents_made_in_other_processes_are_the_same_and_in_order():
    batches = [[json.dumps(astuple(BibSource(number, f"本{number}")))] for number in range(1, 10)]
    spread = list(documents_of(batches, WORTH_OTHER_PROCESSES))
    assert spread == list(documents_of(batches, 9))
    assert [document["key"] for (document,) in spread] == [[str(number)] for number in range(1, 10)]
