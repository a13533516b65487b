from celery import shared_task

from catalog.figures import noting


@shared_task
def add_up_figures() -> None:
    noting.add_up()
