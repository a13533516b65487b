from datetime import date, datetime, time

from akiruno_library import policy
from catalog.statistics import record
from circulation import acquisition, opening_days, undo
from notifications import jobs


@jobs.every(policy.UNDO_SWEEP, "forget_recent_scans", title="取り消せなくなった読み取りを消す")
def forget_recent_scans(day: date, at: datetime) -> str:
    return f"{undo.forget_recent_scans(at=at):,}件"


@jobs.every(policy.PAST_ISSUES_SWEEP, "lend_past_issues", title="前の号の雑誌を貸せるようにする")
def lend_past_issues(day: date, at: datetime) -> str:
    return f"{acquisition.lend_past_issues(at=at):,}冊"


@jobs.daily("add_up_figures", title="利用の数を月ごとに足し合わせる", clock=time(2, 20))
def add_up_figures(day: date, at: datetime) -> str:
    """Belongs to the catalogue, which cannot import the jobs because they are on a higher floor."""
    return f"{record.add_up():,}項目"


@jobs.daily("move_off_closed_days", title="休館日に当たる期限を後へ動かす", clock=time(23, 30))
def move_off_closed_days(day: date, at: datetime) -> None:
    opening_days.move_everything_off_closed_days(at=at)
