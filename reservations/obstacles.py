"""What keeps a reservation from its copy, in the words of the page and of the log (2.6, 5.8, 5.13).

`ReservationQuerySet.eligible` decides who is passed over; `tests/reservations/test_obstacles.py`
holds that each of its conditions has its obstacle here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Obstacle:
    status: str  # in place of 予約中
    explained: str  # what it means, and what to do
    in_log: str  # why the copy went to the next

    @property
    def why_passed_over(self) -> str:
        return f"{self.in_log}、次の方へお回ししました"


CARD_EXPIRED = Obstacle(
    "カードの更新が必要です",
    "利用者カードの有効期限が切れているため、ご用意できません。窓口で更新してください。順番はそのままです。",
    "利用者カードの有効期限が切れているため",
)
STOPPED = Obstacle(
    "窓口でのお手続きが必要です",
    "利用が停止されているため、ご用意できません。窓口へご相談ください。順番はそのままです。",
    "カウンターでのお手続きをお待ちしているため",
)
SUSPENDED = Obstacle(
    "スキップ期間中",
    "この期間は次の方へお回しし、順番はそのまま残ります。",
    "スキップ期間中のため",
)
PREDECESSOR = Obstacle(
    "前の巻待ち",
    "前の巻を借りられたあと、順番にご用意します。",
    "前の巻をお待ちのため",
)
# A copy that is kept or on its way can be lent only when this is settled.
BEFORE_PICKUP = {
    CARD_EXPIRED: "お渡しの前に、窓口で利用者カードを更新してください(有効期限が切れています)。",
    STOPPED: "お渡しの前に、窓口へご相談ください(利用が停止されています)。",
}


def first_obstacle(
    *, card_expired: bool, is_stopped: bool, suspended: bool, has_open_predecessor: bool
) -> Obstacle | None:
    """Return what to tell: first what the patron can settle at a counter."""
    found = {
        CARD_EXPIRED: card_expired,
        STOPPED: is_stopped,
        SUSPENDED: suspended,
        PREDECESSOR: has_open_predecessor,
    }
    return next((obstacle for obstacle, is_there in found.items() if is_there), None)
