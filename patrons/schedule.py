from datetime import date, datetime, time

from akiruno_library import policy
from notifications import jobs
from patrons import (
    card_mails,
    counter_actions,
    devices,
    links,
    news_sending,
    sessions,
    staff_log,
    throttling,
)
from patrons.children import guardians, visits
from patrons.newsletter import issues


@jobs.daily("forget_visits", title="こどもの来館の記録を消す")
def forget_visits(day: date, at: datetime) -> str:
    return f"{visits.forget_old(at=at):,}件"


@jobs.daily(
    "end_of_childhood", title=f"{policy.CHILDREN_UNDER}歳になった方の「きたよ・かえるよ」を終える"
)
def end_of_childhood(day: date, at: datetime) -> str:
    return f"{guardians.end_of_childhood(at=at):,}人"


@jobs.daily("forget_unconfirmed_guardians", title="確認されなかった保護者のあて先を消す")
def forget_unconfirmed_guardians(day: date, at: datetime) -> str:
    return f"{guardians.forget_unconfirmed(at=at):,}件"


@jobs.weekly(
    "newsletter",
    title="新着のお便りを出す",
    weekday=policy.NEWSLETTER_WEEKDAY,
    clock=policy.NEWSLETTER_AT,
)
def newsletter(day: date, at: datetime) -> str:
    return issues.publish(day, at=at)


@jobs.daily("card_expires", title="利用者カードの期限を知らせる", clock=policy.MORNING_MAILS_AT)
def card_expires(day: date, at: datetime) -> str:
    return f"{card_mails.tell_cards_that_expire(at=at):,}人"


@jobs.every(policy.NEWS_SWEEP, "send_news", title="図書館からのお知らせをメールにする")
def send_news(day: date, at: datetime) -> str:
    return f"{news_sending.send_portions(at=at):,}通"


@jobs.every(policy.OLD_LOGINS_SWEEP, "forget_old_logins", title="終わったログインの跡を消す")
def forget_old_logins(day: date, at: datetime) -> str:
    """Delete attempts, devices, sessions and links that are needed no longer."""
    gone = [each.forget_old(at=at) for each in (throttling, devices, links)]
    return f"{sum(gone) + sessions.forget_ended(at=at):,}件"


@jobs.daily("forget_old_actions", title="職員の操作の古い記録を消す", clock=time(2))
def forget_old_actions(day: date, at: datetime) -> str:
    return f"{staff_log.forget_old_actions(at=at):,}件"


@jobs.daily("forget_former_names", title="使われなくなった前のお名前を消す", clock=time(2))
def forget_former_names(day: date, at: datetime) -> str:
    return f"{counter_actions.forget_former_names(at=at):,}件"
