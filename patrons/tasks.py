from celery import shared_task

from patrons import (
    at_the_counter,
    devices,
    links,
    news_sending,
    sessions,
    staff_log,
    throttling,
)


@shared_task
def send_news() -> None:
    news_sending.send_portions()


@shared_task
def forget_old_logins() -> None:
    throttling.forget_old()
    devices.forget_old()
    sessions.forget_ended()
    links.forget_old()
    staff_log.forget_old_acts()
    at_the_counter.forget_former_names()
