from datetime import date, datetime, time

from loans.due_soon import tell_due_soon
from notifications import jobs


@jobs.daily("due_soon", title="返却期限を知らせる", clock=time(9))
def due_soon(day: date, at: datetime) -> str:
    return f"貸出{tell_due_soon(at=at):,}点"
