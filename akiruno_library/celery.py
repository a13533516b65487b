import os

from celery import Celery

from akiruno_library import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")

broker.use()
app = Celery("akiruno_library")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
