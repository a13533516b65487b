"""相互貸借: what other libraries have lent us, for requests of patrons (rule 12.10)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateField, ExpressionWrapper, F
from django.utils import timezone

from catalog.copies import whereabouts
from catalog.models import Bib, Copy, MaterialType
from demo.dates import days_ago
from demo.desk import Desk
from patrons.models.patron import ContactMethod
from reservations import material_requests

SOURCE = "借受"
HACHIOJI, OME = "八王子市中央図書館", "青梅市中央図書館"


@dataclass(frozen=True)
class LentToUs:
    key: str
    barcode: str
    title: str
    reading: str
    lender: str
    due_in: int


WATERWAYS = LentToUs(
    "1", "9000000001", "玉川上水と分水の歩きかた", "タマガワ ジョウスイ ト ブンスイ ノ アルキカタ",
    HACHIOJI, 24,
)  # fmt: skip
SILK = LentToUs(
    "2", "9000000002", "多摩の絹の道", "タマ ノ キヌ ノ ミチ", OME, 15,
)  # fmt: skip
TOWERS = LentToUs(
    "3", "9000000003", "火の見やぐらのある風景", "ヒノミヤグラ ノ アル フウケイ", OME, -2,
)  # fmt: skip


def one_on_the_hold_shelf(desk: Desk) -> None:
    """Asked for ten days ago, borrowed for it, and waiting for its reader."""
    patron, copy = next(desk.others), _lent_to_us(desk, WATERWAYS)
    request = material_requests.request(
        patron,
        WATERWAYS.title,
        pickup_branch=desk.branches["chuo"],
        contact_method=ContactMethod.TELEPHONE,
        staff=desk.staff,
        at=days_ago(10),
    )
    material_requests.grant(request, copy.bib, staff=desk.staff, at=days_ago(3))
    desk.scan(copy, desk.branches["chuo"], days=2)


def one_on_loan(desk: Desk) -> None:
    desk.borrow(next(desk.others), _lent_to_us(desk, SILK), due_in=9)


def one_to_give_back(desk: Desk) -> None:
    """The day of the other library has passed: it stands in the filter of the list of copies."""
    _lent_to_us(desk, TOWERS)


def shift(days: timedelta) -> None:
    Copy.objects.filter(lender_due_on__isnull=False).update(
        lender_due_on=ExpressionWrapper(F("lender_due_on") + days, output_field=DateField())
    )


def _lent_to_us(desk: Desk, book: LentToUs) -> Copy:
    bib = Bib.objects.create(
        source=SOURCE,
        source_key=book.key,
        title=book.title,
        title_reading=book.reading,
        language="jpn",
        material_type=MaterialType.objects.get(code="book"),
        hidden=True,
    )
    chuo = desk.branches["chuo"]
    copy = Copy.objects.create(
        barcode=book.barcode,
        bib=bib,
        home_branch=chuo,
        current_branch=chuo,
        shelf="借受",
        lender=book.lender,
        lender_due_on=timezone.localdate() + timedelta(days=book.due_in),
    )
    whereabouts.count_copies([bib.pk])
    return copy
