"""What people come for besides: other ways to a book, their mail, what is held of them, children.

On a phone by touch, at a desk by keyboard alone (tests/browser/gestures.py).
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import sender
from patrons.models import GuardianMail
from tests.browser.gestures import Album
from tests.browser.steps import button, field, link, log_in, text_of
from tests.busy_library import furnish
from tests.factories import PASSWORD, PatronFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_book_is_met_by_detailed_search_by_its_class_and_by_its_author(hands, album: Album):
    library, page = furnish(), hands.page
    page.goto("/search/advanced/")
    hands.choose("著者", field(page, "項目(1行目)"))
    hands.write("夏目漱石", field(page, "ことば(1行目)"))
    hands.press(page.get_by_role("checkbox", name="いま借りられるものだけ"))
    album.keep(page, "advanced")
    hands.press(button(page, "さがす"))
    expect(page.locator("#total")).to_contain_text("件")
    expect(link(page, "三四郎")).to_be_visible()
    album.keep(page, "found")

    page.goto("/browse/ndc/")
    hands.press(link(page, re.compile("文学")))
    expect(page.get_by_role("heading", level=1)).to_contain_text("文学")
    album.keep(page, "class")

    page.goto(f"/bib/{library.bib.pk}/")
    hands.press(link(page, "夏目漱石"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("夏目漱石")
    album.keep(page, "author")

    page.goto("/help/")
    hands.write("とどかない", field(page, "お困りのことをことばでさがす"))
    hands.press(button(page, "さがす"))
    hands.press(link(page, re.compile("メールが届かない")))
    expect(page.get_by_role("heading", level=1)).to_contain_text("メールが届かない")
    album.keep(page, "help")


def test_mail_is_registered_and_confirmed_and_what_is_held_is_taken_along(
    hands, satoru, mail_server, album: Album
):
    page = hands.page
    page.goto("/mypage/email/")
    log_in(hands, "10000008")
    hands.write("satoru@example.jp", field(page, "メールアドレス"))
    hands.write(PASSWORD, field(page, "パスワード"))
    hands.press(button(page, "登録する"))
    expect(page.get_by_text("まだ確認されていません")).to_be_visible()
    album.keep(page, "address")
    _confirm(hands, mail_server)
    satoru.refresh_from_db()
    assert satoru.mail_confirmed_at

    page.goto("/mypage/card/")
    expect(page.locator("svg.barcode")).to_be_visible()
    album.keep(page, "card")
    page.goto("/mypage/export/")
    with page.expect_download() as taken:
        hands.press(link(page, re.compile("CSV")))
    assert taken.value.suggested_filename.endswith((".csv", ".zip"))
    album.keep(page, "export")


def test_a_guardian_is_asked_before_a_child_s_visits_are_told(hands, mail_server, album: Album):
    born = timezone.localdate() - timedelta(days=9 * 365)
    child = PatronFactory(card_number="10000003", birth_date=born, password=PASSWORD)
    page = hands.page
    page.goto("/mypage/children/")
    log_in(hands, "10000003")
    hands.write("hanako@example.jp", field(page, "保護者のメールアドレス"))
    hands.write(PASSWORD, field(page, "パスワード"))
    hands.press(button(page, "保存する"))
    expect(page.get_by_text("送り先の確認を待っています")).to_be_visible()
    album.keep(page, "asked")
    _confirm(hands, mail_server)
    assert GuardianMail.objects.get(patron=child).confirmed_at
    page.goto("/mypage/children/")
    expect(page.get_by_text("お知らせをお送りしています")).to_be_visible()
    album.keep(page, "told")


def _confirm(hands, mail_server) -> None:
    """Open the link of the mail that has just come, and press what it asks."""
    sender.send_due_mail()
    address = re.search(r"https?://[^/]+(/\S+/)", text_of(mail_server.mails[-1]))
    assert address
    hands.page.goto(address[1])
    hands.press(button(hands.page, "確認する"))
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("確認")
