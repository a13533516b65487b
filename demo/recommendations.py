"""おすすめのリスト of the sample library: what its children's librarians like best."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from catalog.models import Bib, ReadingList, ReadingListEntry
from demo.desk import Desk

BEGAN, STAYS = timedelta(days=7), timedelta(days=60)


@dataclass(frozen=True)
class Recommended:
    """A list by the titles of its books; which of them the catalogue has, it will show."""

    text: str
    books: dict[str, str]
    on_home: bool = False


LISTS = {
    "夏休《なつやす》みのおすすめ 1・2年生《ねんせい》": Recommended(
        "夏休《なつやす》みに読《よ》んでみよう。\n"
        "図書館《としょかん》の人《ひと》がえらんだ、おもしろい本《ほん》だよ。",
        {
            "エルマーのぼうけん": "りゅうの 子《こ》を たすけに、どうぶつ島《じま》へ!",
            "スイミー": "小《ちい》さな さかなの スイミーは、すごいことを 思《おも》いつくよ。",
            "おしいれのぼうけん": "まっくらな おしいれの 中《なか》で、ぼうけんが はじまる。",
            "いやいやえん": "ちゅうりっぷほいくえんの しげるは、わがままばかり。",
            "きかんしゃやえもん": "年《とし》を とった きかんしゃの おはなし。",
            "11ぴきのねこ": "おなかが ぺこぺこの ねこたちが、大《おお》きな さかなを ねらう!",
        },
        on_home=True,
    ),
    "夏休《なつやす》みのおすすめ 5・6年生《ねんせい》": Recommended(
        "長《なが》い 休《やす》みだから、長《なが》い 物語《ものがたり》を。\n"
        "読《よ》みおわったら、友《とも》だちにも すすめてね。",
        {
            "モモ": "みんなの 時間《じかん》を とりもどす 女《おんな》の子《こ》。",
            "はてしない物語": "本《ほん》の 中《なか》に 入《はい》ってしまう 少年《しょうねん》。",
            "精霊の守り人": "バルサは、王子《おうじ》を 守《まも》って たたかう。",
            "トムは真夜中の庭で": "真夜中《まよなか》にだけ あらわれる、ふしぎな 庭《にわ》。",
            "ふたりのロッテ": "そっくりな 二人《ふたり》の 作戦《さくせん》とは?",
            "銀河鉄道の夜": "星《ほし》の 間《あいだ》を 走《はし》る 汽車《きしゃ》の たび。",
        },
    ),
    "自由研究《じゆうけんきゅう》のたね": Recommended(
        "しらべる、つくる、たしかめる。\nきょうみの ある ことを 見《み》つけよう。",
        {
            "ひとしずくの水": "水《みず》は どんな かたちに なる? 写真《しゃしん》が きれい。",
            "アリの世界": "アリの 巣《す》の 中《なか》を のぞいてみよう。",
            "工作図鑑": "身近《みぢか》な ものが、おもちゃに へんしん。",
            "料理図鑑": "はじめて 台所《だいどころ》に 立《た》つ 人《ひと》に。",
            "きのこ": "見《み》つけた きのこの 名前《なまえ》を しらべよう。",
            "ざんねんないきもの事典": "わらえる いきものの ひみつ。",
            "ルビィのぼうけん": "コンピューターの 考《かんが》えかたが わかるよ。",
        },
    ),
}


def reading_lists(desk: Desk) -> None:
    """Those lists of which the catalogue has a book."""
    today = timezone.localdate()
    for title, reading_list in LISTS.items():
        found = Bib.objects.public().filter(title__in=reading_list.books).order_by("pk")
        bibs = {bib.title: bib for bib in found.reverse()}
        if not bibs:
            continue
        made = ReadingList.objects.create(
            title=title,
            text=reading_list.text,
            on_home=reading_list.on_home,
            shows_from=today - BEGAN,
            shows_until=today + STAYS,
        )
        ReadingListEntry.objects.bulk_create(
            ReadingListEntry(list=made, bib=bibs[name], position=at, comment=comment)
            for at, (name, comment) in enumerate(reading_list.books.items())
            if name in bibs
        )


def shift_reading_lists(days: timedelta) -> None:
    """The sample's own; what somebody made keeps its days."""
    ReadingList.objects.filter(title__in=LISTS).update(
        shows_from=F("shows_from") + days, shows_until=F("shows_until") + days
    )
