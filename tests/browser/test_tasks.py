"""What people come for, each task from its first page to its end, and a picture of every step.

On a phone by touch, at a desk by keyboard alone (tests/browser/gestures.py).
"""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import sender
from operation.invariants import offenders
from reservations.models import State, Suspension
from reservations.placing import place
from tests.browser.conftest import WIDTHS, in_tokyo
from tests.browser.gestures import Album, Finger, Keys
from tests.browser.steps import button, field, link, log_in, log_out, of, said, text_of
from tests.busy_library import Library, furnish
from tests.factories import CopyFactory, MailAddressFactory, PatronFactory, branch
from tests.mail_server import MailServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
FIRST_PASSWORD, NEW_PASSWORD = "kawa-no-oto-2026", "yamame-to-kajika"


@pytest.fixture
def library(db: None) -> Library:
    return furnish()


def test_a_set_is_found_reserved_in_order_rearranged_and_cancelled(
    hands, library, satoru, album: Album
):
    page = hands.page
    page.goto("/")
    album.keep(page, "home")
    hands.write("細雪", page.get_by_role("combobox"))
    hands.press(button(page, "さがす"))
    expect(page.get_by_role("heading", name="「細雪」の検索結果")).to_be_visible()
    _narrow_down(hands)
    album.keep(page, "results")

    hands.press(link(page, "上"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("細雪")
    album.keep(page, "detail")
    page.go_back()
    hands.press(button(page, "全3巻を予約かごへ"))
    said(page, "予約かごに3点入れました")
    hands.press(page.get_by_role("banner").get_by_role("link", name="予約かご"))
    hands.press(link(page, "ログインして予約する"))
    log_in(hands, "10000008")

    hands.press(button(page, "順番予約にする"))
    hands.press(button(page, of("後へ", "細雪 上")))
    expect(page.locator(".line h3")).to_have_text(["細雪 中", "細雪 上", "細雪 下"])
    hands.press(button(page, of("前へ", "細雪 上")))
    expect(page.locator(".line h3")).to_have_text(["細雪 上", "細雪 中", "細雪 下"])
    hands.choose("東部図書館エル", field(page, "受け取る館"))
    hands.press(page.get_by_role("radio", name="電話"))
    album.keep(page, "basket")
    hands.press(button(page, "予約する"))
    expect(page.get_by_text("3件の予約を受け付けました")).to_be_visible()
    album.keep(page, "placed")

    hands.press(link(page, "予約の一覧を見る"))
    hands.press(button(page, of("後へ", "細雪 中")))
    in_order = [re.compile(f"細雪 {volume}") for volume in "上下中"]
    expect(page.locator("main h2").filter(has_text="細雪")).to_have_text(in_order)
    hands.press(button(page, of("取り消す", "細雪 中")))
    said(page, "予約を取り消しました")
    hands.press(link(page, of("変更する", "細雪 下")))
    hands.choose("五日市図書館", field(page, "受け取る館"))
    hands.press(button(page, "変更する"))
    said(page, "予約を変更しました")
    album.keep(page, "reservations")
    states = dict(satoru.reservations.values_list("bib__volume", "state"))
    assert states == {"上": State.WAITING, "中": State.CANCELLED, "下": State.WAITING}
    assert satoru.reservations.get(bib__volume="下").pickup_branch == branch("itsukaichi")
    assert offenders() == {}


def _narrow_down(hands: Finger | Keys) -> None:
    """The facets beside the results, or the sheet that a phone lays over them."""
    page = hands.page
    sheet = button(page, "しぼりこむ")
    if sheet.is_visible():
        hands.press(sheet)
    hands.press(page.locator("#facets").get_by_role("link", name=re.compile("^図書")).first)
    hands.press(link(page, re.compile("^外す: ?図書")))
    expect(link(page, re.compile("^外す: ?図書"))).to_have_count(0)


def test_a_sheet_that_a_key_opens_is_left_by_a_key(chromium, live_server, library):
    """Facets and the menu of My Page: Enter opens, Escape closes, the focus is where it was."""
    context = in_tokyo(chromium, live_server.url, WIDTHS["phone"])
    page = context.new_page()
    page.goto("/search/")
    keys = Keys(page)
    opener, sheet = button(page, "しぼりこむ"), page.locator("#facets")
    keys.press(opener)
    expect(sheet).to_be_visible()
    page.keyboard.press("Tab")
    assert sheet.evaluate("sheet => sheet.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()
    context.close()


def test_a_period_without_collecting_is_set_and_ended(hands, satoru, album: Album):
    page = hands.page
    page.goto("/mypage/settings/skip/")
    log_in(hands, "10000008")
    last = timezone.localdate() + timedelta(days=10)
    hands.write_day(last, field(page, "おわりの日"))
    hands.press(button(page, "この期間で確かめる"))
    album.keep(page, "skip-preview")
    hands.press(button(page, "この期間で設定する"))
    said(page, "予約取置スキップを")
    assert Suspension.objects.get().last_day == last
    album.keep(page, "skip")
    hands.press(button(page, "スキップをやめる"))
    expect(page.get_by_role("button", name="スキップをやめる")).to_have_count(0)
    assert not Suspension.objects.exists()


def test_a_loan_is_renewed_once_and_then_says_why_not(hands, library, album: Album):
    page = hands.page
    page.goto("/mypage/loans/")
    log_in(hands, "10000001")
    album.keep(page, "loans")
    line = page.locator(".line", has_text="門")
    hands.press(line.get_by_role("button", name=re.compile("まで延長する")))
    said(page, "返却期限を")
    expect(line).to_contain_text("延長は1回まで")
    expect(line.get_by_role("button")).to_have_count(0)
    expect(page.locator(".line", has_text="草枕")).to_contain_text("次の方が予約しているため")
    expect(page.locator(".line", has_text="こころ")).to_contain_text("過ぎています")
    assert library.hanako.loans.get(copy__bib__title="門").renewals == 1
    album.keep(page, "renewed")
    page.goto("/mypage/")
    album.keep(page, "mypage")


def test_favourites_history_mails_and_settings_are_the_readers_own(hands, library, album: Album):
    page, hanako = hands.page, library.hanako
    page.goto(f"/bib/{library.bib.pk}/")
    hands.press(page.get_by_role("banner").get_by_role("link", name="ログイン"))
    log_in(hands, "10000001")
    page.goto(f"/bib/{library.bib.pk}/")
    hands.choose("子どもと読む本", page.locator("#list"))
    hands.press(button(page, "お気に入りへ"))
    said(page, "子どもと読む本")

    page.goto("/mypage/favourites/1/")
    hands.press(button(page, re.compile("^下へ")))
    expect(page.locator(".result h2").first).to_have_text("三四郎")
    hands.press(page.get_by_role("checkbox", name=of("選ぶ", "三四郎")))
    hands.press(button(page, "移す"))
    said(page, "「子どもと読む本」へ")
    hands.write("いつか読む本", field(page, "リストの名前"))
    hands.press(button(page, "名前を変える"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("いつか読む本")
    album.keep(page, "favourites")

    page.goto("/mypage/history/")
    album.keep(page, "history")
    hands.press(page.locator("summary", has_text="読書履歴を残すのをやめる"))
    hands.press(button(page, "やめて、すべて消す"))
    expect(button(page, "同意して、読書履歴を残す")).to_be_visible()
    hands.press(button(page, "同意して、読書履歴を残す"))
    expect(page.get_by_text("まだ記録はありません")).to_be_visible()
    assert not hanako.history.exists()

    page.goto("/mypage/newsletter/")
    hands.press(field(page, "新着のお便りを受け取る"))
    hands.press(field(page, "文学"))
    hands.write("夏目漱石", field(page, "著者"))
    hands.press(button(page, "保存する"))
    said(page, "保存しました")
    album.keep(page, "newsletter")
    hanako.refresh_from_db()
    assert hanako.newsletter_authors.get().name == "夏目漱石"

    page.goto("/mypage/settings/")
    hands.choose("新しい順", field(page, "検索結果の並び順"))
    hands.press(button(page, "保存する"))
    said(page, "設定を保存しました")
    hands.press(log_out(page))
    expect(log_out(page)).to_have_count(0)
    page.goto("/mypage/")
    expect(field(page, "利用者番号")).to_be_visible()


def test_a_password_is_registered_forgotten_and_registered_anew(hands, mail_server, album: Album):
    address = MailAddressFactory(address="ichiro@example.jp")
    PatronFactory(
        card_number="10000005",
        name="増戸 一郎",
        name_reading="マスコ イチロウ",
        birth_date=date(1978, 7, 30),
        telephone="042-000-0005",
        mail_address=address,
        mail_confirmed_at=timezone.now(),
    )
    page = hands.page
    page.goto("/mypage/register/")
    _four_facts(hands)
    hands.write(FIRST_PASSWORD, field(page, "新しいパスワード"))
    album.keep(page, "register")
    hands.press(button(page, "登録する"))
    _set_behind_the_link(hands, mail_server, FIRST_PASSWORD)
    log_in(hands, "10000005", FIRST_PASSWORD)
    expect(page.get_by_role("heading", name="利用状況")).to_be_visible()
    hands.press(log_out(page))
    expect(log_out(page)).to_have_count(0)

    page.goto("/mypage/reset/")
    _four_facts(hands)
    hands.press(button(page, "次へ進む"))
    expect(page.get_by_role("heading", name="メールをご覧ください")).to_be_visible()
    album.keep(page, "reset")
    _set_behind_the_link(hands, mail_server, NEW_PASSWORD)
    log_in(hands, "10000005", NEW_PASSWORD)
    expect(page.get_by_role("heading", name="利用状況")).to_be_visible()


def _set_behind_the_link(hands: Finger | Keys, mail_server: MailServer, password: str) -> None:
    """The page says to read the mail; its newest link leads to the new password."""
    page = hands.page
    expect(page.get_by_role("heading", name="メールをご覧ください")).to_be_visible()
    sender.send_due_mail()
    links = [
        found[1]
        for mail in mail_server.mails
        if (found := re.search(r"https?://[^/]+(/mypage/reset/\S+/)", text_of(mail)))
    ]
    page.goto(links[-1])
    hands.write(password, field(page, "新しいパスワード"))
    hands.press(button(page, "登録する"))
    expect(page.get_by_text("パスワードを登録しました")).to_be_visible()


def _four_facts(hands: Finger | Keys) -> None:
    for name, words in [
        ("利用者番号", "1000-0005"),
        ("お名前", "ますこ いちろう"),
        ("生年月日", "昭和53年7月30日"),
        ("電話番号", "0420000005"),
    ]:
        hands.write(words, field(hands.page, name))


def test_who_has_reached_the_limit_is_told_how_to_go_on(hands, satoru, library, album: Album):
    twenty = [CopyFactory().bib for _ in range(20)]
    place(satoru, twenty, pickup_branch=branch(), contact_method="none")
    page = hands.page
    page.goto(f"/bib/{library.bib.pk}/")
    hands.press(button(page, "予約かごへ"))
    said(page, "予約かごに1点入れました")
    hands.press(page.get_by_role("banner").get_by_role("link", name="予約かご"))
    hands.press(link(page, "ログインして予約する"))
    log_in(hands, "10000008")
    expect(page.get_by_text("これ以上は予約できません")).to_be_visible()
    expect(page.locator(".line")).to_contain_text("予約は20件までです。いま20件予約しています")
    expect(button(page, "予約する")).to_have_count(0)
    album.keep(page, "limit")
