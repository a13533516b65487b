"""The sending of a library notice by mail (rule 7.7)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import News
from patrons.models.user import User


class NewsSending(models.Model):
    """One row a notice, so it is sent once. `reached` is the last patron with a queued mail."""

    class State(models.TextChoices):
        RUNNING = "running", "送っています"
        STOPPED = "stopped", "途中で止めました"
        DONE = "done", "送り終えました"

    news = models.OneToOneField(
        News, on_delete=models.PROTECT, related_name="sending", verbose_name="お知らせ"
    )
    state = models.CharField("状態", max_length=7, choices=State, default=State.RUNNING)
    begun_at = models.DateTimeField("開始", default=timezone.now)
    begun_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="送った職員"
    )
    ended_at = models.DateTimeField("終了", null=True, blank=True)
    counted = models.PositiveIntegerField("確かめた人数")
    queued = models.PositiveIntegerField("送信待ちに入れた数", default=0)
    reached = models.BigIntegerField("どこまで", default=0)

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = "お知らせの送信"
        verbose_name_plural = "お知らせの送信"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True)
                | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="news_sending_ends_when_it_does_not_run",
            ),
        ]

    def __str__(self) -> str:
        return f"「{self.news}」の送信"
