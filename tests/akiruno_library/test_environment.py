"""A wrong setting stops the start and is named, all of them at once."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from akiruno_library.environment import REQUIRED, SETTINGS, WRONG_SETTINGS, WrongSettings, read
from demo.environment import ROOT

RIGHT = {
    "SECRET_KEY": "k" * 50,
    "SITE_URL": "https://library.example.jp",
    "DATABASE_URL": "postgres://akiruno:a-password@postgres:5432/akiruno",
    "REDIS_URL": "redis://:a-password@redis:6379/0",
    "EMAIL_URL": "smtp+tls://akiruno:a-password@mail.example.jp:587",
    "SEARCH_INDEX_DIR": "/var/lib/akiruno/index",
}
WRONG = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "too-short"),
    ("SITE_URL", "library.example.jp"),
    ("SITE_URL", "https://library.example.jp/opac/"),
    ("SITE_URL", "https://library.example.jp/?a=1"),
    ("SITE_URL", "https://library.example.jp:port"),
    ("ALLOWED_HOSTS", "www.example.jp"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "postgres://postgres"),
    ("DATABASE_URL", "sqlite:///library.db"),
    ("DATABASE_URL", "postgres://postgres:port/akiruno"),
    ("REDIS_URL", "http://redis"),
    ("REDIS_URL", "redis:"),
    ("EMAIL_URL", "smtp:"),
    ("EMAIL_URL", "consolemail://"),
    ("MAIL_RETURN_PATH", "not-an-address"),
    ("BOUNCE_MAILDIR", "/nonexistent"),
    ("MAIL_ANSWER_WITHIN_SECONDS", "0"),
    ("MAIL_LEASE_SECONDS", "299"),
    ("SEARCH_INDEX_DIR", ""),
    ("SEARCH_INDEX_DIR", "index"),
    ("BACKUP_RECIPIENTS", "hello"),
    ("BACKUP_DAYS", "0"),
    ("BACKUP_DAYS", "366"),
    ("HOLD_READY_GATHER_SECONDS", "-5"),
    ("ADMIN_ADDRESSES", "192.0.2.0/33"),
    ("TERMINAL_ADDRESSES", "the library"),
    ("STAFF_SECOND_FACTOR", "perhaps"),
    ("TRUSTED_PROXIES", "one"),
    ("TRUSTED_PROXIES", "-1"),
    ("WEB_WORKERS", "abc"),
    ("WEB_WORKERS", "0"),
    ("PAGES_A_SECOND", "-1"),
    ("METRICS_TOKEN", "a"),
    ("LOG_LEVEL", "loud"),
    ("DEBUG", "maybe"),
    ("DEMO", "2"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_and_a_secret_is_not_repeated(name: str, value: str):
    with pytest.raises(WrongSettings) as error:
        read(RIGHT | {name: value})
    [sentence] = error.value.sentences
    assert sentence.startswith(name)
    is_secret = next(setting.is_secret for setting in SETTINGS if setting.name == name)
    assert (f"「{value}」" in sentence) == bool(
        value and not is_secret and "使えません" in sentence
    )


def test_right_values_are_read():
    values = read(RIGHT | {"MAIL_LEASE_SECONDS": "300", "ALLOWED_HOSTS": "a.jp, .example.jp"})
    assert values["MAIL_LEASE_SECONDS"] == timedelta(minutes=5)
    assert values["ALLOWED_HOSTS"] == ("a.jp", ".example.jp")
    assert values["DATABASE_URL"]["HOST"] == "postgres"


def test_a_value_left_empty_is_left_out():
    empty = {setting.name: "" for setting in SETTINGS if setting.default is not REQUIRED}
    assert read(RIGHT | empty) == read(RIGHT)


def test_a_secret_is_read_from_its_file_or_its_name_but_not_both(tmp_path: Path):
    file = tmp_path / "secret_key"
    file.write_text(f"{'f' * 50}\n")
    others = {name: value for name, value in RIGHT.items() if name != "SECRET_KEY"}
    assert read(others | {"SECRET_KEY_FILE": str(file)})["SECRET_KEY"] == "f" * 50
    with pytest.raises(WrongSettings, match="どちらかひとつ"):
        read(RIGHT | {"SECRET_KEY_FILE": str(file)})
    with pytest.raises(WrongSettings, match="読めません"):
        read(others | {"SECRET_KEY_FILE": str(tmp_path / "nothing")})


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "gunicorn", "-c", "python:akiruno_library.serving", "akiruno_library.wsgi"],
        ["-m", "celery", "-A", "akiruno_library", "worker"],
        ["-m", "celery", "-A", "akiruno_library", "beat"],
        ["manage.py", "index_changes"],
    ],
    ids=["manage", "web", "worker", "beat", "indexer"],
)
def test_no_program_starts_and_each_says_all_that_is_wrong(command: list[str]):
    wrong = {"DATABASE_URL": "", "WEB_WORKERS": "abc", "TRUSTED_PROXIES": "one"}
    done = subprocess.run(
        [sys.executable, *command],
        env=os.environ | wrong | {"DJANGO_SETTINGS_MODULE": "akiruno_library.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == WRONG_SETTINGS
    assert "設定に直すところが3件あります" in done.stderr
    assert all(name in done.stderr for name in wrong)
    assert "Traceback" not in done.stderr


# --- What the operator reads ---------------------------------------------------------------------


def explained() -> dict[str, str]:
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return dict(lines)


def test_the_example_explains_each_setting():
    only_the_demo_sets = {"MAILBOX_DIR"}
    assert {setting.name for setting in SETTINGS} - set(explained()) == only_the_demo_sets


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_default_in_the_example_is_the_default(setting):
    in_words = {"ALLOWED_HOSTS", "MAIL_RETURN_PATH", "STATIC_ROOT", "STAFF_SECOND_FACTOR"}
    example = explained().get(setting.name, "")
    if not example or setting.default in (REQUIRED, None, ()) or setting.name in in_words:
        return
    assert setting.read(example) == setting.default
