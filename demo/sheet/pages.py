"""What is photographed: for every visitor, the pages they can come to, in the states that matter.

tests/demo/test_check_sheet.py compares this list with the addresses of the portal.
"""

from dataclasses import dataclass

from demo import cards
from demo.sheet.steps import (
    Steps,
    become_terminal,
    fill,
    go,
    in_turn,
    log_in,
    log_in_as_staff,
    press,
    scan,
    send,
)


@dataclass(frozen=True)
class Sheet:
    """One page: where it begins, and what is done there until it shows what is meant.

    `shows` names the address that the steps lead to.
    """

    title: str
    path: str
    then: Steps | None = None
    shows: str = ""
    printed: bool = False


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser of their own; `arrive` logs them in."""

    name: str
    sheets: list[Sheet]
    arrive: Steps | None = None
    phone: bool = True
    dark: bool = True


RESULT = "main .result :is(h2, h3) a"
NOBODY = [
    Sheet("はじめのページ", "/", printed=True),
    Sheet("検索(何も入れないとき)", "/search/"),
    Sheet("検索結果", "/search/?q=本", printed=True),
    Sheet("検索結果(しぼりこみ)", "/search/?q=の&material=book&branch=chuo&available=1"),
    Sheet("検索結果(巻のあるもの)", "/search/?q=坂の上の雲"),
    Sheet("検索結果(なし)", "/search/?q=ぬるぽぬるぽ"),
    Sheet("検索結果(長いことば)", "/search/?q=" + "とても長い題名の本" * 8),
    Sheet("詳細検索", "/search/advanced/"),
    Sheet(
        "資料詳細",
        "/search/?q=坂の上の雲",
        press("main .volumes a, main .result h2 a"),
        printed=True,
    ),
    Sheet("資料詳細(待つ人の多いもの)", "/ranking/?by=reserved", press(RESULT), "catalog:detail"),
    Sheet("資料詳細(館内でご覧ください)", "/search/?q=広辞苑", press(RESULT)),
    Sheet("資料詳細(視聴覚)", "/search/?material=dvd", press(RESULT)),
    Sheet("新しく入った資料", "/new/"),
    Sheet("よく借りられている資料", "/ranking/"),
    Sheet("予約の多い資料", "/ranking/?by=reserved"),
    Sheet("分類", "/browse/ndc/"),
    Sheet("分類 9 文学", "/browse/ndc/9/"),
    Sheet("分類 913", "/browse/ndc/913/"),
    Sheet("著者", "/browse/author/"),
    Sheet(
        "著者ひとり",
        "/browse/author/",
        in_turn(press(".drawers a"), press(".headings a")),
        "browsing:author",
    ),
    Sheet("シリーズ", "/browse/series/"),
    Sheet(
        "シリーズひとつ",
        "/browse/series/",
        in_turn(press(".drawers a"), press(".headings a")),
        "browsing:series",
    ),
    Sheet("件名", "/browse/subject/"),
    Sheet("本のリスト", "/lists/1/"),
    Sheet("こどものページ", "/kids/"),
    Sheet("こどものページ(さがしたあと)", "/kids/search/?q=ねこ"),
    Sheet(
        "こどものページ(本)",
        "/kids/search/?q=ねこ",
        press("main a[href*='/kids/bib/']"),
        "kids:bib",
    ),
    Sheet("こどものページ(リスト)", "/kids/lists/1/"),
    Sheet(
        "こどものページ(予約かご)",
        "/kids/search/?q=ねこ",
        in_turn(press("main form[action='/basket/add/'] button"), go("/kids/basket/")),
        "reservations:childrens_basket",
    ),
    Sheet("図書館のご案内", "/branches/"),
    Sheet("中央図書館", "/branches/chuo/"),
    Sheet("開館カレンダー", "/branches/calendar/", printed=True),
    Sheet("お知らせ", "/", press("main a[href*='/news/']"), "catalog:news"),
    Sheet("予約かご(空)", "/basket/"),
    Sheet(
        "予約かご(ログイン前)",
        "/search/?q=坂の上の雲",
        in_turn(press("main form[action='/basket/add/'] button"), go("/basket/")),
    ),
    Sheet("ログイン", "/mypage/login/"),
    Sheet(
        "ログイン(違うとき)",
        "/mypage/login/",
        in_turn(
            fill(card_number=cards.HANAKO, password=cards.HANAKO), send("main form[method=post]")
        ),
    ),
    Sheet("パスワードの登録", "/mypage/register/"),
    Sheet("パスワードの登録(空のまま)", "/mypage/register/", send("main form[method=post]")),
    Sheet("パスワードの初期化", "/mypage/reset/"),
    Sheet("パスワードの初期化(古いリンク)", "/mypage/reset/nothing/"),
    Sheet("アドレスの確認(古いリンク)", "/mypage/email/confirm/nothing/"),
    Sheet("図書館のメールを受け取る設定", "/mypage/email/allow/"),
    Sheet("こどもの来館(古いリンク)", "/mypage/children/confirm/0123/"),
    Sheet("保護者のメールの変更(古いリンク)", "/mypage/children/replace/0123/"),
    Sheet("配信停止(古いリンク)", "/unsubscribe/nothing/"),
    Sheet("お便り", "/newsletter/1/"),
    Sheet("館内の検索機の登録", "/terminal/enrol/"),
    Sheet("ヘルプ", "/help/"),
    Sheet("ヘルプをさがす", "/help/?q=延滞"),
    Sheet("ヘルプをさがす(なし)", "/help/?q=ぬるぽ"),
    Sheet("見つからないページ", "/nothing-here/"),
    Sheet("見本の利用者", "/demo/"),
    Sheet("メールの見本箱", "/demo/mails/"),
    Sheet("ページの部品", "/demo/components/"),
]
ERROR_PAGES = [
    Sheet(f"お断りのページ {status}", f"/demo/refused/{status}/")
    for status in (400, 403, 404, 429, 500, 503)
]
MY_PAGE = [
    Sheet("はじめのページ(ログイン後)", "/"),
    Sheet("検索結果(ログイン後)", "/search/?q=の"),
    Sheet("資料詳細(ログイン後)", "/search/?q=の", press(RESULT)),
    Sheet("利用状況", "/mypage/", printed=True),
    Sheet("マイページのメニュー", "/mypage/", press(".mypage-menu-open:visible, .mypage-menu a")),
    Sheet("借りている資料", "/mypage/loans/"),
    Sheet("借りている資料(印刷)", "/mypage/loans/print/", printed=True),
    Sheet("予約の一覧", "/mypage/reservations/"),
    Sheet(
        "予約ひとつ",
        "/mypage/reservations/",
        press(".line h2 a"),
        "reservations:detail",
    ),
    Sheet("お気に入り", "/mypage/favourites/"),
    Sheet("お気に入りリスト", "/mypage/favourites/1/"),
    Sheet("お気に入りリストを消す", "/mypage/favourites/1/delete/"),
    Sheet("読書履歴", "/mypage/history/"),
    Sheet("利用者カード", "/mypage/card/", printed=True),
    Sheet("メールアドレス", "/mypage/email/"),
    Sheet("メールの設定", "/mypage/newsletter/"),
    Sheet("図書館からのメール", "/mypage/notices/"),
    Sheet("こどもの来館のお知らせ", "/mypage/children/"),
    Sheet("検索と予約の設定", "/mypage/settings/"),
    Sheet("予約取置スキップ", "/mypage/settings/skip/"),
    Sheet("パスワードの変更", "/mypage/password/"),
    Sheet("パスワードの変更(空のまま)", "/mypage/password/", send("main form[method=post]")),
    Sheet("ログイン中の機器", "/mypage/sessions/"),
    Sheet("登録内容の書き出し", "/mypage/export/"),
]
AT_THE_LIMIT = [
    Sheet("予約の一覧(20件)", "/mypage/reservations/"),
    Sheet(
        "予約かご(上限のとき)",
        "/search/?q=坂の上の雲",
        in_turn(press("main form[action='/basket/add/'] button"), go("/basket/")),
    ),
]
WITH_NOTHING = [
    Sheet("利用状況(何もないとき)", "/mypage/"),
    Sheet("借りている資料(なし)", "/mypage/loans/"),
    Sheet("予約の一覧(なし)", "/mypage/reservations/"),
    Sheet("お気に入り(なし)", "/mypage/favourites/"),
    Sheet("読書履歴(残していないとき)", "/mypage/history/"),
    Sheet("予約かご(空)", "/basket/"),
    Sheet(
        "予約かご(上下巻)",
        "/search/?q=細雪",
        in_turn(press("main form[action='/basket/add/'] button"), go("/basket/")),
    ),
    Sheet("予約の受け付け(まだのとき)", "/basket/placed/"),
]
CHILD = [
    Sheet("利用状況(小学生)", "/mypage/"),
    Sheet("予約の一覧(小学生)", "/mypage/reservations/"),
    Sheet("予約取置スキップ(小学生)", "/mypage/settings/skip/"),
    Sheet("検索と予約の設定(小学生)", "/mypage/settings/"),
    Sheet("予約かご(小学生)", "/basket/"),
    Sheet("こどもの来館のお知らせ(設定のあるとき)", "/mypage/children/"),
    Sheet("こどもの来館のお知らせをやめる", "/mypage/children/stop/"),
]
EXPIRED = [Sheet("利用状況(カードの期限切れ)", "/mypage/"), Sheet("予約かご(同)", "/basket/")]
SUSPENDED = [Sheet("利用状況(利用停止)", "/mypage/"), Sheet("予約かご(同)", "/basket/")]
SKIPPING = [
    Sheet("利用状況(スキップ中・順番予約)", "/mypage/"),
    Sheet("予約の一覧(同)", "/mypage/reservations/"),
    Sheet("予約取置スキップ(同)", "/mypage/settings/skip/"),
]
TERMINAL = [
    Sheet("検索機", "/terminal/"),
    Sheet("検索結果(検索機)", "/search/?q=坂の上の雲"),
    Sheet("資料詳細(検索機)", "/search/?q=広辞苑", press(RESULT), printed=True),
    Sheet("予約かご(検索機)", "/basket/"),
    Sheet("ログイン(検索機)", "/mypage/login/"),
    Sheet("きたよ・かえるよ", "/terminal/children/"),
    Sheet("こんにちは", "/terminal/children/hello/"),
    Sheet("ヘルプ(検索機)", "/help/terminals/"),
    Sheet(
        "利用状況(検索機)",
        "/mypage/login/",
        in_turn(
            fill(card_number=cards.HANAKO, password=cards.PASSWORD),
            send("main form[method=post]"),
            go("/mypage/"),
        ),
    ),
]
COUNTER = [
    Sheet("窓口", "/admin/counter/"),
    Sheet("窓口(利用者カードを読んだとき)", "/admin/counter/", scan(cards.HANAKO)),
    Sheet("窓口(登録のない番号)", "/admin/counter/", scan("00000")),
    Sheet("窓口の一覧", "/admin/counter/lists/"),
    Sheet("さがす資料", "/admin/counter/lists/fetch/", printed=True),
    Sheet("取置棚", "/admin/counter/lists/shelf/", printed=True),
    Sheet("取置棚の伝票", "/admin/counter/lists/shelf/slips/", printed=True),
    Sheet("ほかの一覧", "/admin/counter/lists/", press("#content ul li:nth-child(6) a")),
    Sheet("予約を受ける", "/admin/counter/reserve/", None),
    Sheet("予約の順番", "/admin/counter/lists/fetch/", press("#content td a"), "counter:queue"),
    Sheet(
        "予約の記録",
        "/admin/counter/lists/shelf/",
        press("#content td a[href*=reservations]"),
        "counter:reservation",
    ),
    Sheet("重なった資料をまとめる", "/admin/counter/merge/"),
    Sheet("開館カレンダー(職員)", "/admin/library/calendar/"),
    Sheet("ある日の開館", "/admin/library/calendar/chuo/2099-12-05/"),
    Sheet("利用統計", "/admin/library/figures/"),
    Sheet("運用のようす", "/admin/library/operation/"),
    Sheet("メールのようす", "/admin/mail/"),
    Sheet("メールの文面", "/admin/mail/letters/"),
    Sheet("メールの文面 取置のお知らせ", "/admin/mail/letters/hold_ready/"),
    Sheet(
        "お知らせをメールで送る",
        "/admin/catalog/news/",
        in_turn(press("#result_list tbody th a"), press("a[href*='/send/']")),
        "news_desk:prepare",
    ),
    Sheet("二段階の確認の登録", "/admin/second-factor/enrol/"),
    Sheet("管理画面", "/admin/"),
    Sheet("利用者の一覧", "/admin/patrons/patron/"),
    Sheet("利用者ひとり", "/admin/patrons/patron/?q=10000001", press("#result_list tbody th a")),
    Sheet(
        "利用者の貸出",
        "/admin/patrons/patron/?q=10000001",
        in_turn(press("#result_list tbody th a"), press("a[href*='/admin/library/patrons/']")),
        "library:patron",
    ),
    Sheet("資料の一覧", "/admin/catalog/bib/"),
    Sheet("資料ひとつ", "/admin/catalog/bib/", press("#result_list tbody th a")),
    Sheet("館ひとつ", "/admin/catalog/branch/", press("#result_list tbody th a")),
]


def visitors() -> list[Visitor]:
    from catalog.help.topics import TOPICS  # asks for no settings

    topics = [Sheet(f"ヘルプ: {t.title}", f"/help/{t.slug}/") for t in TOPICS.values()]
    return [
        Visitor("どなたでも", NOBODY),
        Visitor("お断り", ERROR_PAGES),
        Visitor("ヘルプ", topics),
        Visitor("利用者", MY_PAGE, log_in(cards.HANAKO)),
        Visitor("上限の利用者", AT_THE_LIMIT, log_in(cards.MIDORI)),
        Visitor("何もない利用者", WITH_NOTHING, log_in(cards.SATORU)),
        Visitor("小学生", CHILD, log_in(cards.SAKURA)),
        Visitor("期限切れの利用者", EXPIRED, log_in(cards.SETSUKO)),
        Visitor("利用停止の利用者", SUSPENDED, log_in(cards.JIYOUNG)),
        Visitor("スキップ中の利用者", SKIPPING, log_in(cards.HIROSHI)),
        Visitor("館内の検索機", TERMINAL, become_terminal, phone=False),
        Visitor("職員", COUNTER, log_in_as_staff),
    ]
