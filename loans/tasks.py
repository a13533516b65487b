from celery import shared_task

from loans import history


@shared_task
def forget_old_deletions() -> None:
    history.forget_old_deletions()
