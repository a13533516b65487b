"""Sessions in the database, with columns for what the portal must ask of them."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """`expire_date` is the idle end or the end of twelve hours, whichever comes first."""

    user = models.ForeignKey(
        "patrons.User",
        on_delete=models.CASCADE,
        null=True,
        related_name="sessions",
        verbose_name="ログイン",
    )
    device = models.CharField("機器", max_length=60, blank=True)
    began_at = models.DateTimeField("ログインした日時", null=True)
    last_used_at = models.DateTimeField("最後に使った日時")

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_module(settings.SESSION_ENGINE).SessionStore
