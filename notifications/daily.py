from datetime import date, datetime, time

from notifications import jobs, keeping


@jobs.daily("forget_old_mails", title="古いメールの記録を消す", clock=time(3))
def forget_old_mails(day: date, at: datetime) -> str:
    mails = keeping.forget_old_mails(at=at)
    return f"記録{mails:,}件、使われなくなったアドレス{keeping.forget_unused_addresses():,}件"
