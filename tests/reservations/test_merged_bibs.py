"""What became part of another bib is still found there: by its address and by its record."""

import json
import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalog.imports import import_file
from catalog.imports.copies import bibs_named
from catalog.models import Bib, MergedBib
from reservations.basket import SessionBasket
from reservations.merging import merge
from reservations.transitions import by_staff
from tests.catalog.imports.marc_builder import iso2709, library_csv, titled
from tests.conftest import tokyo
from tests.factories import BibFactory
from tests.progress import HANG

EVENING = tokyo("2026-11-24", "17:00")
PAGES = ["catalog:detail", "api:bibtex", "api:ris", "api:bib"]


def merged(duplicate, into):
    return merge(duplicate, into, at=EVENING, by=by_staff(None))


@pytest.fixture
def from_file(tmp_path):
    """Import what stands in a file; returns the report and its sentences."""

    def run(content, **options):
        path = tmp_path / "catalogue"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        problems = []
        report = import_file(path, tell=lambda problem: problems.append(str(problem)), **options)
        return report, problems

    return run


@pytest.mark.parametrize("page", PAGES)
def test_the_old_address_leads_for_good_to_the_same_page_of_the_other(client, db, page):
    duplicate, into = BibFactory.create_batch(2)
    old = reverse(page, args=[duplicate.pk])
    merged(duplicate, into)
    answer = client.get(f"{old}?from=feed")
    assert answer.status_code == 301
    assert answer["Location"] == f"{reverse(page, args=[into.pk])}?from=feed"
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(reverse(page, args=[into.pk + 1_000])).status_code == 404


def test_what_is_merged_again_leads_to_the_last_in_one_step(client, db):
    first, second, third = BibFactory.create_batch(3)
    merged(first, second)
    merged(second, third)
    for old in (first, second):
        assert client.get(f"/bib/{old.pk}/")["Location"] == f"/bib/{third.pk}/"
    answer = client.get(f"/api/v1/bib/{first.pk}/", follow=True)
    assert json.loads(answer.content)["id"] == third.pk


def test_an_old_number_goes_into_the_basket_as_the_other(db):
    duplicate, into = BibFactory.create_batch(2)
    merged(duplicate, into)
    basket = SessionBasket({})
    assert basket.add([duplicate.pk, into.pk]) == 1
    assert basket.bib_ids() == [into.pk]


def test_the_old_record_mends_the_other_bib_and_brings_nothing_back(from_file, db):
    from_file(library_csv({"title": "山の本", "publisher": "谷の社"}))
    duplicate = Bib.objects.get(source_key="L1")
    into = BibFactory(title="やまのほん", material_type=duplicate.material_type)
    merged(duplicate, into)
    again = library_csv({"title": "山の本 新装版", "authors": "甲", "publisher": "谷の社"})
    report, _ = from_file(again)
    assert (report.added, report.changed) == (0, 1)
    kept = Bib.objects.get()
    assert (kept.pk, kept.source, kept.title) == (into.pk, "test", "山の本 新装版")
    assert [one.contributor.name for one in kept.contributions.all()] == ["甲"]
    assert from_file(again)[0].changed_nothing


def test_where_both_records_stand_in_the_file_the_bib_is_described_by_its_own(from_file, db):
    rows = {"title": "山の本", "notes": "重複"}, {"title": "山の本"}
    from_file(library_csv(*rows))
    duplicate, into = Bib.objects.order_by("source_key")
    merged(duplicate, into)
    report, problems = from_file(library_csv(*rows))
    assert (report.same, report.changed_nothing) == (2, True)
    assert "別の資料にまとめてあります" in " ".join(problems)
    assert Bib.objects.get().notes == ""


def test_a_source_that_gives_the_old_record_up_takes_nothing_from_the_other(from_file, db):
    from_file(iso2709(titled("山の本", key="M1")))
    duplicate = Bib.objects.get()
    into = BibFactory(material_type=duplicate.material_type)
    merged(duplicate, into)
    report, problems = from_file(iso2709(titled("山の本", key="M1", status="d")))
    assert (report.deleted, report.same) == (0, 1)
    assert "まとめた先は消しません" in " ".join(problems)
    assert Bib.objects.get() == into


def test_tables_of_another_system_may_name_the_old_record(db):
    duplicate, into = BibFactory.create_batch(2)
    name = (duplicate.source, duplicate.source_key)
    merged(duplicate, into)
    assert bibs_named([name]) == {name: into.pk}


def test_no_way_around_the_verbs_brings_a_merged_record_back(db):
    duplicate, into = BibFactory.create_batch(2)
    merged(duplicate, into)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BibFactory(source=duplicate.source, source_key=duplicate.source_key)
    assert refused.value.__cause__.diag.constraint_name == "bib_stays_merged"
    with pytest.raises(IntegrityError), transaction.atomic():
        MergedBib.objects.filter(bib=into).update(number=into.pk)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_record_imported_while_its_bib_is_merged_mends_the_other_bib(from_file):
    from_file(library_csv({"title": "山の本"}, {"title": "谷の本"}))
    duplicate = Bib.objects.get(source_key="L1")
    into = BibFactory(material_type=duplicate.material_type)
    merging = threading.Event()

    def merge_slowly():
        with transaction.atomic():
            merged(duplicate, into)
            merging.set()
            time.sleep(0.5)
        connection.close()

    thread = threading.Thread(target=merge_slowly)
    thread.start()
    assert merging.wait(HANG)
    changed = library_csv({"title": "山の本 第2刷"}, {"title": "谷の本 第2刷"})
    report, problems = from_file(changed)
    thread.join()
    assert (report.added, report.changed, report.skipped, problems) == (0, 2, 0, [])
    assert set(Bib.objects.values_list("pk", "title")) == {
        (into.pk, "山の本 第2刷"),
        (Bib.objects.get(source_key="L2").pk, "谷の本 第2刷"),
    }
