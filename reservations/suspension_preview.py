"""The effect of a suspension in sentences, shown before it is set (rule 5.7)."""

from datetime import date, datetime

from japanese.date_format import spoken_day
from patrons.models import Patron


def preview(
    patron: Patron, first_day: date, last_day: date, *, at: datetime | None = None
) -> list[str]:
    """Name the period, the reservations it holds back and those it does not affect."""
    first, last = spoken_day(first_day, at=at), spoken_day(last_day, at=at)
    period = f"{first}だけ、" if first_day == last_day else f"{first}から{last}まで、この期間は"
    waiting = patron.reservations.waiting().count()
    coming = patron.reservations.with_copy().count()
    kept = f"お待ちの予約{waiting}件の順番は、そのまま残ります。" if waiting else ""
    said = [
        f"{period}順番が来ても次の方へお回しします。",
        f"{kept}期間が終わると、次に用意できる資料を先にお渡しします。"
        "期間中に新しくする予約も同じです。",
        "期間中に次の方へお回しした資料は、途中でスキップをやめても取り戻せません。",
    ]
    if coming:
        said.append(
            f"もう用意の始まっている予約{coming}件(取り寄せ中・配送中・取置中)は変わりません。"
            "取置期限までにお受け取りください。"
        )
    return said
