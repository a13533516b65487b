"""All help topics, in the order in which people need them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from akiruno_library import policy


@dataclass(frozen=True)
class Topic:
    """`words` are the expressions of people who do not know our term."""

    slug: str
    title: str
    lead: str
    words: str = ""
    related: tuple[str, ...] = ()
    language: str = "ja"

    @property
    def template(self) -> str:
        return f"catalog/help/topics/{self.slug}.html"

    @property
    def url(self) -> str:
        return reverse("help:topic", args=[self.slug])


@dataclass(frozen=True)
class Group:
    title: str
    topics: tuple[Topic, ...]


GROUPS = (
    Group(
        "はじめに",
        (
            Topic(
                "register",
                "パスワードを登録する",
                "利用者カードをお持ちの方が、家から予約や延長をするための準備です。",
                "はじめて 新規登録 ログインできない アカウント 会員 登録できない 本人確認",
                ("forgotten", "card"),
            ),
            Topic(
                "forgotten",
                "パスワードを忘れたとき(初期化)",
                "いったん初期化して、新しいパスワードを登録しなおします。",
                "わからない 再設定 リセット ログインできない 変更したい 教えて",
                ("register", "mail"),
            ),
            Topic(
                "card",
                "利用者カードを忘れた・なくした・期限が切れた",
                "カードがお手元にないとき、期限が切れたときにできること。",
                "図書館カード 貸出カード 紛失 再発行 更新 有効期限 利用者番号 引っ越し 名字",
                ("register", "forgotten"),
            ),
        ),
    ),
    Group(
        "さがす・予約する",
        (
            Topic(
                "search",
                "資料をさがす",
                "題名や著者名の一部から、ひらがなでもさがせます。",
                "検索 見つからない 探し方 本 CD DVD 詳細検索 しぼりこみ ISBN 分類",
                ("reserve", "favourites"),
            ),
            Topic(
                "reserve",
                "予約・取り寄せをする",
                "予約かごに入れて、受け取る館を選んで、まとめて予約します。",
                "予約の仕方 リクエスト 何冊 上限 予約できない 小学生 カート 取り寄せ 受け取る",
                ("order", "status", "pickup", "skip"),
            ),
            Topic(
                "order",
                "上下巻などを順番に借りる(順番予約)",
                "上・中・下やシリーズを、前の巻から順に受け取れます。",
                "シリーズ 続き 上巻 下巻 セット 順番 巻数 順に読みたい",
                ("reserve", "status"),
            ),
            Topic(
                "skip",
                "しばらく受け取れないとき(予約取置スキップ)",
                "旅行や入院の間だけ、順番を次の方にゆずります。お待ちの順番はなくなりません。",
                "旅行 入院 留守 一時停止 休止 とめる 保留 後回し",
                ("reserve", "status"),
            ),
            Topic(
                "status",
                "予約の状態の見かた",
                "「予約中」「配送中」など、予約の一覧に出ることばの意味です。",
                "ステータス 意味 取置中 回送中 いつ届く 何番目 順番待ち 前の巻待ち 期限切れ",
                ("pickup", "reserve"),
            ),
            Topic(
                "pickup",
                "予約した資料の受け取り・変更・取り消し",
                "取置期限、受け取る館の変更、予約の取り消しについて。",
                "キャンセル やめる 取りに行けない 代理 家族 期限 延ばす 間違えた 連絡方法",
                ("status", "skip"),
            ),
        ),
    ),
    Group(
        "借りる・返す",
        (
            Topic(
                "renew",
                "返却期限を延長する",
                f"次の方の予約がなければ、{policy.RENEWALS}回だけ延長できます。",
                "貸出期間 何日 何冊 借りられる 遅れた 延滞 過ぎた 延長できない 返す 返却ポスト",
                ("lend-limits", "newsletter"),
            ),
            Topic(
                "lend-limits",
                "借りられる数と期間",
                "資料の種類ごとの貸出期間と、一度に借りられる数です。",
                "何冊まで 何点 何日 貸出期間 CD DVD ビデオ 視聴覚 冊数 返却日",
                ("renew",),
            ),
        ),
    ),
    Group(
        "メール",
        (
            Topic(
                "mail",
                "図書館のメールが届かないとき",
                "受け取る設定と、アドレスの確認のしかたです。",
                "来ない 迷惑メール 受信拒否 ドメイン 携帯 docomo au SoftBank アドレス変更",
                ("newsletter", "pickup"),
            ),
            Topic(
                "newsletter",
                "新着のお便り・返却期限のお知らせを受け取る",
                "選んだ分野や著者の新着と、返却期限が近いことをメールでお知らせします。",
                "新刊 メールマガジン 配信 停止 やめる 解除 通知 リマインダー 返し忘れ",
                ("mail", "renew"),
            ),
        ),
    ),
    Group(
        "マイページ",
        (
            Topic(
                "favourites",
                "お気に入りリストを使う",
                "気になる資料を、名前をつけたリストに取っておけます。",
                "ブックマーク 読みたい本 あとで読む マイリスト 本棚 メモ これまでのお気に入り",
                ("reserve", "history"),
            ),
            Topic(
                "history",
                "読書履歴を残す・消す",
                "ご希望の方だけ、借りた資料の記録をご自分のために残せます。",
                "借りた本 過去 読んだ本 記録 同意 CSV 前に借りた",
                ("privacy", "favourites"),
            ),
        ),
    ),
    Group(
        "図書館の中で",
        (
            Topic(
                "terminals",
                "館内の資料検索機を使う",
                "図書館に置いてある検索機でできることと、終わりかた。",
                "OPAC 端末 パソコン 印刷 棚 場所 請求記号 終了",
                ("search", "children"),
            ),
            Topic(
                "children",
                "こどもの来館のお知らせ(きたよ・かえるよ)",
                "お子さんが図書館に着いたとき、帰るときに、保護者の方へメールでお知らせします。",
                "子ども 小学生 見守り 来館 帰宅 保護者 通知 安心",
                ("terminals", "mail", "privacy"),
            ),
        ),
    ),
    Group(
        "このサイトについて",
        (
            Topic(
                "display",
                "文字を大きくする・ふりがなをつける",
                "どのページでも、右上の「文字・ふりがな」から変えられます。",
                "文字サイズ 拡大 小さくて読めない ルビ 読みがな 漢字が読めない 特大 見やすく",
                ("kids", "easy", "accessibility"),
            ),
            Topic(
                "kids",
                "こどものページ",
                "お子さんが、絵やことばから自分で本をさがせるページです。",
                "キッズ 児童書 子ども用 幼児 絵本 夏休み おすすめの本",
                ("display", "children", "easy"),
            ),
            Topic(
                "contact",
                "お問い合わせ",
                "各館の電話番号です。",
                "電話番号 連絡先 質問 相談 窓口 意見 要望",
                ("privacy",),
            ),
            Topic(
                "privacy",
                "個人情報の取り扱い",
                "何を、何のために、いつまで持っているか。",
                "プライバシー 個人情報保護 保存期間 Cookie クッキー 削除 履歴 秘密 ログ",
                ("history", "contact"),
            ),
            Topic(
                "accessibility",
                "ウェブアクセシビリティ方針",
                "どなたにも使っていただけるように、目標としていること。",
                "バリアフリー 障害 読み上げ 音声 見えにくい 拡大 キーボード JIS X 8341 WCAG",
                ("accessibility-results", "contact"),
            ),
            Topic(
                "accessibility-results",
                "ウェブアクセシビリティ試験結果",
                "確かめたことと、まだ確かめていないこと。",
                "JIS X 8341 達成基準 適合レベル チェックリスト 検証 WCAG",
                ("accessibility",),
            ),
        ),
    ),
    Group(
        "やさしい日本語・English",
        (
            Topic(
                "easy",
                "やさしい日本語",
                "図書館(としょかん)の つかいかたを、やさしい ことばで 書(か)きました。",
                "やさしいにほんご ふりがな 外国人 がいこくじん こども",
                ("english",),
            ),
            Topic(
                "easy-password",
                "やさしい日本語: パスワードを つくる",
                "はじめに すること。",
                "とうろく ログイン ふりがな",
            ),
            Topic(
                "easy-search",
                "やさしい日本語: 本を さがす",
                "名前(なまえ)や 書(か)いた 人(ひと)から さがします。",
                "けんさく ほん ふりがな",
            ),
            Topic(
                "easy-reserve",
                "やさしい日本語: 本を 予約(よやく)する",
                "だれかが 借(か)りている 本(ほん)を 待(ま)ちます。",
                "よやく とりよせ ふりがな",
            ),
            Topic(
                "easy-renew",
                "やさしい日本語: 本を 借(か)りる・返(かえ)す",
                "もっと 長(なが)く 借(か)りたい ときも。",
                "かりる かえす えんちょう ふりがな",
            ),
            Topic(
                "english",
                "Guide in English",
                "How to search, reserve, borrow and renew.",
                "foreigner how to use password reservation borrow return renew card library",
                language="en",
            ),
        ),
    ),
)
TOPICS = {topic.slug: topic for group in GROUPS for topic in group.topics}


def related_to(topic: Topic) -> Iterable[Topic]:
    return [TOPICS[slug] for slug in topic.related]
