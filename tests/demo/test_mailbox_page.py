from email.message import EmailMessage
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from akiruno_library.urls import urlpatterns as portal
from demo.mailbox import keep

urlpatterns = [*portal, path("demo/", include("demo.urls"))]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def mailbox(settings, tmp_path: Path) -> Path:
    settings.MAILBOX_DIR = tmp_path
    return tmp_path


def put(mailbox: Path, subject: str, text: str, *, number: int = 1, html: str = "") -> None:
    message = EmailMessage()
    message["From"] = "info@library.akiruno.tokyo.jp"
    message["To"] = "hanako@example.jp"
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    keep(mailbox, message.as_bytes(), number)


def page() -> HttpResponse:
    return Client().get("/demo/mails/")


def test_a_mail_is_shown_to_everyone_with_receiver_subject_and_text(mailbox):
    put(mailbox, "予約した資料をご用意しました", "中央図書館 12月3日(木)まで", html="<p>×</p>")
    response = page()
    assert response.status_code == 200
    for said in ["hanako@example.jp", "予約した資料をご用意しました", "中央図書館 12月3日(木)まで"]:
        assert said in response.content.decode()


def test_the_newest_mail_comes_first(mailbox):
    put(mailbox, "はじめのメール", "…", number=1)
    put(mailbox, "つぎのメール", "…", number=2)
    text = page().content.decode()
    assert text.index("つぎのメール") < text.index("はじめのメール")


def test_an_address_in_a_mail_can_be_followed(mailbox):
    put(mailbox, "確認", "http://127.0.0.1:8000/mypage/email/confirm/abc/ を開いてください。")
    assert '<a href="http://127.0.0.1:8000/mypage/email/confirm/abc/"' in page().content.decode()


def test_what_a_mail_says_is_shown_as_text_and_never_run(mailbox):
    put(mailbox, "<script>alert(1)</script>", "<img src=x onerror=alert(2)>")
    text = page().content.decode()
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(2)&gt;" in text


def test_an_empty_mailbox_says_how_a_mail_would_come(mailbox):
    assert "まだ1通も届いていません" in page().content.decode()


def test_nothing_can_be_sent_to_the_mailbox_page(mailbox):
    assert Client().post("/demo/mails/").status_code == 405


def test_the_sample_patrons_are_listed_with_what_each_is_for(mailbox):
    text = Client().get("/demo/").content.decode()
    assert "10000009" in text
    assert "髙﨑 廣" in text
    assert "akiruno-2026" in text


def test_the_sheet_of_components_renders(mailbox):
    response = Client().get("/demo/components/")
    assert response.status_code == 200
    assert "坂の上の雲" in response.content.decode()
