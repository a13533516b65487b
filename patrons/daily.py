from datetime import date, datetime

from notifications import jobs
from patrons.children import guardians, visits


@jobs.daily("forget_visits", title="こどもの来館の記録を消す")
def forget_visits(day: date, at: datetime) -> str:
    return f"{visits.forget_old(at=at):,}件"


@jobs.daily("end_of_childhood", title="18歳になった方の「きたよ・かえるよ」を終える")
def end_of_childhood(day: date, at: datetime) -> str:
    return f"{guardians.end_of_childhood(at=at):,}人"
