from datetime import date, datetime

from notifications import jobs
from reservations import hold_shelf


@jobs.daily("forget_closed_reservations", title="終わった予約を利用者から切り離す")
def forget_closed_reservations(day: date, at: datetime) -> str:
    return f"{hold_shelf.forget_closed_reservations(at=at):,}件"
