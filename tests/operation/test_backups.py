"""Backups: what is kept how long, and what is refused before anything is written."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from akiruno_library import policy
from loans.models import HistoryDeletion
from operation.backups import BackupTrouble, create
from operation.backups.sealing import appearing_whole, fingerprint, new_key, seal, unseal
from tests.conftest import tokyo

NIGHT = tokyo("2026-11-25", "03:00")


def public(key: str) -> str:
    return key.split()[3]


def backup_of(folder: Path, days_ago: int) -> Path:
    moment = (NIGHT - timedelta(days=days_ago)).astimezone().strftime(create.MOMENT)
    path = folder / create.DUMP.format(moment)
    path.touch()
    create.manifest_of(path).touch()
    return path


def test_a_backup_that_was_kept_long_enough_goes_with_its_slip(tmp_path: Path):
    old, young = backup_of(tmp_path, 36), backup_of(tmp_path, 34)
    somebody_s = tmp_path / "akiruno-by-hand.dump.age"
    somebody_s.touch()
    kept = policy.BACKUPS_KEPT_USUALLY
    assert create.forget_old(tmp_path, create.DUMP, kept, at=NIGHT) == 1
    assert set(tmp_path.iterdir()) == {young, create.manifest_of(young), somebody_s}
    assert create.newest(tmp_path) == young
    assert not old.exists()


@pytest.mark.django_db
def test_a_list_of_deletions_says_numbers_only_and_comes_back_as_it_was(tmp_path: Path):
    at = tokyo("2026-11-24", "12:00")
    HistoryDeletion.objects.create(patron_number=7, entry_number=None, withdrew=True, at=at)
    key = new_key()
    path, number = create.write_deletions(tmp_path, [public(key)], at=NIGHT)
    text = BytesIO()
    unseal(path, text, key)
    assert number == 1
    assert text.getvalue() == b"7,,1,2026-11-24T03:00:00+00:00\n"
    later = NIGHT + policy.DELETION_LISTS_KEPT + timedelta(hours=1)
    assert create.write_deletions(tmp_path, [public(key)], at=later)[0] != path
    assert not path.exists()


def test_what_is_sealed_opens_with_its_key_and_with_no_other(tmp_path: Path):
    key, text = new_key(), b"x" * 300_000
    path = tmp_path / "sealed"
    with appearing_whole(path) as file:
        sealed = seal(BytesIO(text), file, [public(new_key()), public(key)])
    assert sealed == fingerprint(path)
    opened = BytesIO()
    unseal(path, opened, key)
    assert opened.getvalue() == text
    for wrong, sentence in [
        (new_key(), "この鍵では開かない"),
        ("# nothing", "鍵がありません"),
        (public(key), "鍵が読めません"),
    ]:
        with pytest.raises(BackupTrouble, match=sentence):
            unseal(path, BytesIO(), wrong)


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:200_000], lambda b: b + b"x"])
def test_what_was_cut_or_lengthened_is_noticed(tmp_path: Path, spoil):
    key, path = new_key(), tmp_path / "sealed"
    with appearing_whole(path) as file:
        seal(BytesIO(b"x" * 300_000), file, [public(key)])
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(BackupTrouble, match="こわれているか、欠けています"):
        unseal(path, BytesIO(), key)


@pytest.mark.parametrize("keys", [[], ["age1nonsense"]])
def test_without_a_public_key_nothing_is_written(tmp_path: Path, keys: list[str]):
    with (
        pytest.raises(BackupTrouble, match="BACKUP_RECIPIENTS"),
        appearing_whole(tmp_path / "x") as file,
    ):
        seal(BytesIO(b"x"), file, keys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["verify_backup", "--key=/nowhere/key"], "控えがありません"),
        (["verify_backup", "akiruno-1.dump.age", "--key=/nowhere/key"], "鍵のファイル"),
        (["restore", "--key=-"], "控えがありません"),
        (["write_deletions"], "BACKUP_RECIPIENTS"),
    ],
)
@pytest.mark.django_db
def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path, settings, words, sentence):
    settings.BACKUP_FOLDER, settings.BACKUP_RECIPIENTS = str(tmp_path), []
    with pytest.raises(CommandError, match=sentence):
        call_command(*words)


def test_a_folder_that_is_not_there_is_said(settings):
    settings.BACKUP_FOLDER = "/nowhere/backups"
    with pytest.raises(CommandError, match="/nowhere/backups がありません"):
        call_command("write_deletions")
