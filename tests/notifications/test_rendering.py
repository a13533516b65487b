"""What every mail has in common, and each kind word for word (rule 7.1, golden files).

With UPDATE_GOLDEN=1 in the environment the files are written anew, after a wanted change of words.
"""

import os
import re
from pathlib import Path

import pytest
import time_machine

from catalog.models import Branch
from notifications.rendering import KINDS, MailText
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.fixture(autouse=True)
def _a_day_and_a_site(settings):
    settings.SITE_URL = "https://library.akiruno.example.jp"
    Branch.objects.update(telephone="042-000-0000")
    with time_machine.travel(tokyo("2026-11-24", "12:00"), tick=False):
        yield


def sample_of(kind: str) -> MailText:
    sampler = KINDS[kind].sample
    assert sampler is not None, f"{kind} has no sample"
    return sampler()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_reads_word_for_word_as_its_golden_file(kind):
    mail = sample_of(kind)
    for ending, written in (("txt", mail.text()), ("html", mail.html())):
        golden = GOLDEN / f"{kind}.{ending}"
        written = f"{mail.subject}\n\n{written}" if ending == "txt" else written
        if UPDATE:
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(written, "utf-8")
        assert written == golden.read_text("utf-8")


def test_no_golden_file_is_left_of_a_kind_that_is_gone():
    assert {path.stem for path in GOLDEN.iterdir()} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_mail_tells_the_telephone_number_and_where_to_change_the_setting(kind):
    mail = sample_of(kind)
    for part in (mail.text(), mail.html()):
        assert "042-000-0000" in part
        assert re.search(r"https://library\.akiruno\.example\.jp/(mypage|unsubscribe)/", part)
        assert "{{" not in part


def test_text_is_not_escaped_and_html_is():
    mail = MailText(
        subject="件名",
        template="notifications/email/base",
        if_unknown="<b>&",
    )
    assert "<b>&" in mail.text()
    assert "&lt;b&gt;&amp;" in mail.html()


def test_a_mail_one_can_stop_has_the_headers_of_one_click():
    """RFC 8058."""
    mail = MailText("件名", "notifications/email/base", unsubscribe="https://example.jp/stop/x/")
    headers = mail.message("a@example.jp", "<1@example.jp>").message()
    assert headers["List-Unsubscribe"] == "<https://example.jp/stop/x/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    other = MailText("件名", "notifications/email/base").message("a@example.jp", "<1@example.jp>")
    assert "List-Unsubscribe" not in other.message()


def test_a_subject_with_line_breaks_makes_no_header_of_its_own():
    mail = MailText("件名\r\nBcc: everybody@example.jp", "notifications/email/base")
    message = mail.message("a@example.jp", "<1@example.jp>").message()
    assert message["Bcc"] is None


def test_what_cannot_be_delivered_goes_back_to_the_return_path(settings):
    settings.MAIL_RETURN_PATH = "bounces@example.jp"
    message = MailText("件名", "notifications/email/base").message("a@example.jp", "<1@example.jp>")
    assert message.from_email == "bounces@example.jp"
    assert "info@library.akiruno.tokyo.jp" in message.message()["From"]
