from celery import shared_task

from patrons import devices, links, sessions, throttling


@shared_task
def forget_old_logins() -> None:
    throttling.forget_old()
    devices.forget_old()
    sessions.forget_ended()
    links.forget_old()
