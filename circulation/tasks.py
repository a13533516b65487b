from celery import shared_task

from circulation import accepting, undoing


@shared_task
def forget_recent_scans() -> None:
    undoing.forget_recent_scans()


@shared_task
def lend_former_issues() -> None:
    accepting.lend_former_issues()
