from datetime import date, datetime, time

from akiruno_library import policy
from loans import history
from loans.due_soon import announce_due_soon
from loans.overdue import announce_overdue
from notifications import jobs


@jobs.daily("due_soon", title="返却期限を知らせる", clock=policy.MORNING_MAILS_AT)
def due_soon(day: date, at: datetime) -> str:
    return f"貸出{announce_due_soon(at=at):,}点"


@jobs.daily("overdue", title="期限を過ぎた貸出を知らせる", clock=policy.MORNING_MAILS_AT)
def overdue(day: date, at: datetime) -> str:
    return f"貸出{announce_overdue(at=at):,}点"


@jobs.daily("forget_deletions", title="履歴を消した記録のうち古いものを消す", clock=time(2, 30))
def forget_deletions(day: date, at: datetime) -> str:
    """Delete rows of deletions that are older than every backup."""
    return f"{history.forget_old_deletions(at=at):,}件"
