from celery import shared_task

from notifications import sender


@shared_task
def send_due_mail() -> None:
    sender.send_due_mail()
