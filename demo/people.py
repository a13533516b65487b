"""The sample patrons. Cards, names and days are fixed: README, tests and visitors rely on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from akiruno_library.roles import ROLES
from catalog.models import Branch
from demo.cards import (
    HANAKO,
    HIROSHI,
    ICHIRO,
    JIYOUNG,
    KEN,
    MIDORI,
    PASSWORD,
    SAKURA,
    SATORU,
    SETSUKO,
    STAFF_NAME,
    STORYTELLERS,
    TARO,
)
from demo.dates import born_to_be_a_first_year, born_to_be_a_sixth_grader, days_ago
from notifications.models import MailAddress
from patrons.models import GuardianMail, Patron, User
from patrons.models.patron import ContactMethod

COUNTER_NAME, COUNTER_DISPLAY_NAME = "madoguchi", "窓口 職員"
STAFF_DISPLAY_NAME = "中央図書館 職員"
CARD_VALID_FOR = timedelta(days=600)

Birth = date | Callable[[date], date] | None


@dataclass(frozen=True)
class Person:
    card: str
    name: str
    reading: str
    born: Birth
    telephone: str
    known_for: str
    category: str = Patron.Category.RESIDENT
    mail: str = ""
    contact: str = ContactMethod.NONE
    pickup: str = "chuo"
    has_password: bool = True
    card_expires_in: timedelta = CARD_VALID_FOR
    suspended_for: str = ""
    keeps_history: bool = False

    def birth_date(self, today: date) -> date | None:
        return self.born(today) if callable(self.born) else self.born


PEOPLE = [
    Person(
        HANAKO,
        "秋川 花子",
        "アキカワ ハナコ",
        date(1985, 4, 12),
        "042-000-0001",
        "貸出6点(返却期限が過ぎたもの、近いもの、次に予約の入っているもの、延長したもの)と、"
        "いろいろな状態の予約。お気に入りリスト、読書履歴",
        mail="hanako@example.jp",
        contact=ContactMethod.MAIL,
        keeps_history=True,
    ),
    Person(
        TARO,
        "五日市 太郎",
        "イツカイチ タロウ",
        date(1950, 11, 3),
        "042-000-0002",
        "電話で連絡。メールアドレスなし。貸出2点、取置2点",
        contact=ContactMethod.TELEPHONE,
        pickup="itsukaichi",
    ),
    Person(
        SAKURA,
        "多西 さくら",
        "タサイ サクラ",
        born_to_be_a_sixth_grader,
        "042-000-0001",
        "小学6年生。予約は中学生になってから。検索機の「きたよ」「かえるよ」を秋川 花子にお知らせ",
        pickup="el",
    ),
    Person(
        KEN,
        "西秋留 健",
        "ニシアキル ケン",
        born_to_be_a_first_year,
        "042-000-0004",
        "中学1年生。予約できます。貸出も予約もまだなし",
        pickup="el",
    ),
    Person(
        ICHIRO,
        "増戸 一郎",
        "マスコ イチロウ",
        date(1978, 7, 30),
        "042-000-0005",
        "パスワードをまだ登録していません",
        pickup="masuko",
        has_password=False,
    ),
    Person(
        MIDORI,
        "東郷 みどり",
        "トウゴウ ミドリ",
        date(1990, 1, 15),
        "042-000-0006",
        "予約20件(うち視聴覚4件)。上限いっぱい",
        contact=ContactMethod.TELEPHONE,
        pickup="el",
    ),
    Person(
        SETSUKO,
        "引田 節子",
        "ヒキダ セツコ",
        date(1962, 9, 9),
        "042-000-0007",
        "利用者カードの有効期限切れ",
        contact=ContactMethod.TELEPHONE,
        card_expires_in=timedelta(days=-40),
    ),
    Person(
        SATORU,
        "雨間 悟",
        "アメマ サトル",
        date(1999, 2, 28),
        "042-000-0008",
        "貸出も予約もなし。メールで連絡",
        mail="satoru@example.jp",
        contact=ContactMethod.MAIL,
    ),
    Person(
        HIROSHI,
        "髙﨑 廣",
        "タカサキ ヒロシ",
        date(1971, 5, 5),
        "042-000-0009",
        "来週まで予約取置スキップ中。つづきものを順番予約",
        contact=ContactMethod.TELEPHONE,
    ),
    Person(
        JIYOUNG,
        "LEE Jiyoung",
        "リー ジヨン",
        date(1994, 12, 1),
        "042-000-0010",
        "広域(ほかの市町村)の方。利用停止中",
        category=Patron.Category.WIDE_AREA,
        suspended_for="住所の確認ができないため、窓口でのお手続きをお待ちしています",
    ),
    Person(
        STORYTELLERS,
        "草花おはなしの会",
        "クサバナ オハナシノカイ",
        None,
        "042-000-0011",
        "団体",
        category=Patron.Category.ORGANISATION,
        contact=ContactMethod.TELEPHONE,
    ),
]

SURNAMES = [
    ("平井", "ヒライ"), ("小川", "オガワ"), ("二宮", "ニノミヤ"), ("瀬戸岡", "セトオカ"),
    ("牛沼", "ウシヌマ"), ("野辺", "ノベ"), ("菅生", "スガオ"), ("原", "ハラ"),
    ("伊奈", "イナ"), ("横沢", "ヨコサワ"), ("三内", "サンナイ"), ("網代", "アジロ"),
    ("高尾", "タカオ"), ("留原", "トトハラ"), ("小和田", "コワダ"), ("戸倉", "トクラ"),
    ("乙津", "オツ"), ("養沢", "ヨウザワ"), ("入野", "イリノ"), ("深沢", "フカサワ"),
]  # fmt: skip
GIVEN_NAMES = [("誠", "マコト"), ("陽子", "ヨウコ")]


def extras() -> Iterator[Person]:
    """Forty others who borrow and wait, so that queues are queues; nobody logs in as one."""
    branches = ["chuo", "el", "itsukaichi", "chuo", "masuko"]
    for number in range(len(SURNAMES) * len(GIVEN_NAMES)):
        surname, spoken = SURNAMES[number % len(SURNAMES)]
        given, given_spoken = GIVEN_NAMES[number // len(SURNAMES)]
        yield Person(
            card=f"2000{number + 1:04}",
            name=f"{surname} {given}",
            reading=f"{spoken} {given_spoken}",
            born=date(1948 + number * 37 % 56, 1 + number * 5 % 12, 1 + number * 11 % 28),
            telephone=f"042-000-2{number + 1:03}",
            known_for="",
            contact=ContactMethod.TELEPHONE if number % 2 else ContactMethod.NONE,
            pickup=branches[number % len(branches)],
            has_password=False,
        )


def register_staff() -> User:
    """Who may do everything, and somebody of the counter, who may do what the counter needs."""
    at_the_counter, made = User.objects.get_or_create(
        username=COUNTER_NAME,
        defaults={
            "kind": User.Kind.STAFF,
            "is_staff": True,
            "display_name": COUNTER_DISPLAY_NAME,
            "password": make_password(PASSWORD),
        },
    )
    if made:
        at_the_counter.groups.add(Group.objects.get(name=ROLES["counter"].group))
    known = User.objects.filter(username=STAFF_NAME).first()
    return known or User.objects.create_superuser(
        STAFF_NAME, PASSWORD, display_name=STAFF_DISPLAY_NAME
    )


def register(people: list[Person]) -> dict[str, Patron]:
    """Make the patrons; returns them by card number."""
    encoded = make_password(PASSWORD)  # once for all of them: a hash is meant to be slow
    branches = {branch.code: branch for branch in Branch.objects.all()}
    users = User.objects.bulk_create(
        User(
            kind=User.Kind.PATRON,
            password=encoded if person.has_password else make_password(None),
        )
        for person in people
    )
    patrons = [
        _patron(person, user, branches[person.pickup])
        for person, user in zip(people, users, strict=True)
    ]
    return {patron.card_number: patron for patron in Patron.objects.bulk_create(patrons)}


def set_up_childrens_mail(child: Patron) -> None:
    """Her guardian is told of きたよ and かえるよ, and has confirmed it long ago."""
    address, _ = MailAddress.objects.get_or_create(address="hanako@example.jp")
    GuardianMail.objects.create(
        patron=child, address=address, confirmed_at=days_ago(200), call_name="さくら"
    )


def _patron(person: Person, user: User, pickup_branch: Branch) -> Patron:
    today = timezone.localdate()
    address = MailAddress.objects.get_or_create(address=person.mail)[0] if person.mail else None
    return Patron(
        user=user,
        card_number=person.card,
        name=person.name,
        name_reading=person.reading,
        birth_date=person.birth_date(today),
        telephone=person.telephone,
        category=person.category,
        card_expires_on=today + person.card_expires_in,
        suspended_at=days_ago(12) if person.suspended_for else None,
        suspension_reason=person.suspended_for,
        mail_address=address,
        mail_confirmed_at=days_ago(300) if address else None,
        contact_method=person.contact,
        pickup_branch=pickup_branch,
        history_consented_at=days_ago(200) if person.keeps_history else None,
    )
