from celery import shared_task

from circulation import accepting, opening_days, undoing


@shared_task
def forget_recent_scans() -> None:
    undoing.forget_recent_scans()


@shared_task
def lend_former_issues() -> None:
    accepting.lend_former_issues()


@shared_task
def move_off_closed_days() -> None:
    opening_days.move_everything_off_closed_days()
