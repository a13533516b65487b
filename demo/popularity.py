"""What people here like to read: how often each book was lent, and so which have a queue."""

from demo.books import Book
from demo.dates import chance

# The most wanted first. An author's beginning is enough, however the catalogue writes the rest.
FAMOUS = [
    ("成瀬は天下を取りにいく", "宮島"),
    ("成瀬は都を駆け抜ける", "宮島"),
    ("成瀬は信じた道をいく", "宮島"),
    ("こころ", "夏目"),
    ("人間失格", "太宰"),
    ("ふしぎ駄菓子屋銭天堂", "廣嶋"),
    ("銀河鉄道の夜", "宮沢"),
    ("かがみの孤城", "辻村"),
    ("汝、星のごとく", "凪良"),
    ("吾輩は猫である", "夏目"),
    ("五日市憲法", "新井"),
    ("サピエンス全史", "ユヴァル"),
    ("走れメロス", "太宰"),
    ("羅生門", "芥川"),
    ("坊っちゃん", "夏目"),
    ("山月記", "中島"),
    ("ハリー・ポッターと賢者の石", "J"),
    ("コンビニ人間", "村田"),
    ("蜜蜂と遠雷", "恩田"),
    ("注文の多い料理店", "宮沢"),
    ("蜘蛛の糸", "芥川"),
    ("だるまさんが", "かがくい"),
    ("斜陽", "太宰"),
    ("風の又三郎", "宮沢"),
]
POPULAR_AUTHORS = frozenset(
    {
        *("夏目漱石", "芥川龍之介", "太宰治", "宮沢賢治", "江戸川乱歩", "新美南吉", "谷崎潤一郎"),
        *("坂口安吾", "中島敦", "梶井基次郎", "東野圭吾", "宮部みゆき", "村上春樹", "伊坂幸太郎"),
        *("湊かなえ", "司馬遼太郎", "池波正太郎", "恩田陸", "小川洋子", "三浦しをん", "辻村深月"),
        *("凪良ゆう", "宮島未奈", "青山美智子", "廣嶋玲子", "中川李枝子", "かこさとし", "林明子"),
    }
)
WELL_KNOWN = frozenset(
    {
        *("三四郎", "津軽", "草枕", "それから", "手袋を買いに", "舞姫", "檸檬", "高瀬舟", "河童"),
        *("セロ弾きのゴーシュ", "地獄変", "銭形平次捕物控", "山椒大夫", "細雪", "坂の上の雲"),
        *("西の魔女が死んだ", "舟を編む", "同志少女よ、敵を撃て", "天地明察", "ぐりとぐら", "火花"),
        *("博士の愛した数式", "阪急電車", "夜のピクニック", "羊と鋼の森", "流浪の月", "深い河"),
    }
)
FOR_EVERYBODY = {"book", "picture_book", "comic"}

MOST = 320
STEP = 9
LONG_TAIL = 45


def is_popular(author: str) -> bool:
    return author in POPULAR_AUTHORS


def times_lent(book: Book) -> int:
    """How often all copies of a book were lent: famous ones often, most of them a few times."""
    usual = LONG_TAIL * chance(book.source_key, "lent") ** 3
    if book.material not in FOR_EVERYBODY:
        return int(usual)
    for rank, (title, author) in enumerate(FAMOUS):
        if book.title == title and book.author.startswith(author):
            less_read = "文庫" in book.series or book.volume_order > 1
            return (MOST - STEP * rank) // (2 if less_read else 1)
    if book.title in WELL_KNOWN:
        usual += LONG_TAIL
    return int(usual * (2.5 if is_popular(book.author) else 1))
