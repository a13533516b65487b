"""A patron can have all that the portal holds on them (rule 10.6)."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from circulation import export
from circulation.export import (
    CLOSED_FOR_A_WHILE,
    LEFT_OUT,
    THROUGH,
    everything_about,
    tables_that_name_a_patron,
)
from loans import history
from patrons.favourites import add_to_list
from patrons.models import Patron
from tests.factories import CopyFactory, a_terminal
from tests.verbs import lend, reserve


def test_every_table_that_names_a_patron_is_told_or_left_out_with_its_reason():
    exported = {model._meta.label for model, _ in tables_that_name_a_patron()}
    naming = {
        model._meta.label
        for model in apps.get_models()
        if any(field.related_model is Patron for field in model._meta.concrete_fields)
    }
    assert naming - exported - set(LEFT_OUT) == set()
    assert set(LEFT_OUT) | set(THROUGH) | CLOSED_FOR_A_WHILE <= {
        model._meta.label for model in apps.get_models()
    }


@pytest.fixture
def full(borrower):
    history.consent(borrower, at=timezone.now() - timedelta(days=400))
    borrower.refresh_from_db()
    lend(CopyFactory(bib__title="借りている本"), borrower)
    reserve(borrower, CopyFactory(bib__title="予約した本").bib)
    add_to_list(borrower, [CopyFactory(bib__title="=お気に入りの本").bib_id])
    return borrower


def test_r10_6_what_a_patron_does_is_told_in_words(full):
    exported = {section.name: section.rows for section in everything_about(full)}
    assert exported["登録の内容"][0]["利用者番号"] == full.card_number
    assert exported["登録の内容"][0]["区分"] == "市内"
    assert "借りている本" in exported["貸出"][0]["所蔵"]
    assert exported["予約・取り寄せ"][0]["資料"] == "予約した本"
    assert exported["お気に入り"][0]["資料"] == "=お気に入りの本"
    assert "借りている本" in exported["読書履歴"][0]["題名"]


def test_nothing_of_another_patron_is_told(full, stranger):
    reserve(stranger, CopyFactory(bib__title="ひとの本").bib)
    assert "ひとの本" not in json.dumps(
        [section.rows for section in everything_about(full)], ensure_ascii=False
    )


def test_what_is_closed_after_a_reset_by_facts_is_not_exported(full):
    full.closed_until = timezone.now() + timedelta(hours=1)
    assert "読書履歴" not in {section.name for section in everything_about(full)}


def test_no_secret_is_told(full):
    exported = json.dumps([section.rows for section in everything_about(full)], ensure_ascii=False)
    assert "argon2" not in exported
    assert "token" not in exported


def test_the_files_can_be_opened_by_programs_and_by_spreadsheets(at_home, full):
    exported = at_home.get("/mypage/export/all.json")
    assert json.loads(exported.content)["登録の内容"][0]["名前"] == "秋川 花子"
    assert exported.headers["Cache-Control"] == "no-store"
    sheet = at_home.get("/mypage/export/all.csv").content.decode("utf-8-sig")
    assert "お気に入り,1,資料,'=お気に入りの本" in sheet


def test_nothing_is_saved_on_a_terminal(borrower):
    client = a_terminal(borrower)
    assert "端末では、ファイルにできません" in client.get("/mypage/export/").content.decode()
    for kind in ("csv", "json"):
        assert client.get(f"/mypage/export/all.{kind}").headers["Location"] == "/mypage/export/"


def test_r10_6_every_column_has_a_name_that_its_reader_understands():
    tables = [Patron, *(model for model, _ in export.tables_that_name_a_patron())]
    names = {export._name(field) for model in tables for field in export._exported_fields(model)}
    assert [name for name in names if name.isascii()] == []
