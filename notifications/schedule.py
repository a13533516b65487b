from datetime import date, datetime, time

from akiruno_library import policy
from notifications import bounces, jobs, retention, sender


@jobs.every(policy.OUTBOX_SWEEP, "send_due_mail", title="メールを送る", lease=policy.OUTBOX_SWEEP)
def send_due_mail(day: date, at: datetime) -> str:
    """Sends what no wake-up reached. Several senders can run at once."""
    return f"{sender.send_due_mail():,}通"


@jobs.every(policy.BOUNCES_SWEEP, "read_bounces", title="戻ってきたメールを読む")
def read_bounces(day: date, at: datetime) -> str:
    return f"{bounces.read_mailbox(at=at):,}通"


@jobs.daily("forget_old_mails", title="古いメールの記録を消す", clock=time(3))
def forget_old_mails(day: date, at: datetime) -> str:
    mails = retention.forget_old_mails(at=at)
    return f"記録{mails:,}件、使われなくなったアドレス{retention.forget_unused_addresses():,}件"


@jobs.daily("forget_old_runs", title="この表の古い行を消す", clock=time(3))
def forget_old_runs(day: date, at: datetime) -> str:
    return f"{retention.forget_old_runs(day):,}行"
