from datetime import date, datetime, time

from catalog.models.branches import Weekday
from notifications import jobs
from patrons import card_mails
from patrons.children import guardians, visits
from patrons.newsletter import issues


@jobs.daily("forget_visits", title="こどもの来館の記録を消す")
def forget_visits(day: date, at: datetime) -> str:
    return f"{visits.forget_old(at=at):,}件"


@jobs.daily("end_of_childhood", title="18歳になった方の「きたよ・かえるよ」を終える")
def end_of_childhood(day: date, at: datetime) -> str:
    return f"{guardians.end_of_childhood(at=at):,}人"


@jobs.weekly("newsletter", title="新着のお便りを出す", weekday=Weekday.SATURDAY, clock=time(15, 30))
def newsletter(day: date, at: datetime) -> str:
    return issues.publish(day, at=at)


@jobs.daily("card_expires", title="利用者カードの期限を知らせる", clock=time(9))
def card_expires(day: date, at: datetime) -> str:
    return f"{card_mails.tell_cards_that_expire(at=at):,}人"
