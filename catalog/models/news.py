"""図書館からのお知らせ: written by staff, on the home page for its days (rule 7.7)."""

from datetime import date, datetime

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class NewsQuerySet(models.QuerySet["News"]):
    def shown(self, at: datetime | None = None) -> "NewsQuerySet":
        """On the home page today; the last day counts as inside."""
        today = timezone.localdate(at)
        return self.begun(at).filter(Q(shows_until__isnull=True) | Q(shows_until__gte=today))

    def begun(self, at: datetime | None = None) -> "NewsQuerySet":
        """Open to everybody: an address that was sent by mail stays true after the last day."""
        return self.filter(shows_from__lte=timezone.localdate(at))


class News(models.Model):
    title = models.CharField("見出し", max_length=80)
    text = models.TextField(
        "本文",
        validators=[MaxLengthValidator(5_000)],
        help_text="空行で段落が分かれます。アドレスは自動でリンクになります。",
    )
    shows_from = models.DateField("ホームに出す最初の日", default=timezone.localdate)
    shows_until = models.DateField(
        "ホームに出す最後の日", null=True, blank=True, help_text="空けておくと、出したままです。"
    )
    written_at = models.DateTimeField("作成", default=timezone.now, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        ordering = ["-shows_from", "-pk"]
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        constraints = [
            models.CheckConstraint(
                condition=Q(shows_until__isnull=True) | Q(shows_until__gte=F("shows_from")),
                name="news_ends_after_it_begins",
                violation_error_message="最後の日は、最初の日より後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, day: date) -> bool:
        return self.shows_from <= day
