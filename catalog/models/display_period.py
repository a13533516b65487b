"""Content that staff publish for some days: news and reading lists."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class DisplayPeriodQuerySet(models.QuerySet):
    def on_display(self, at: datetime | None = None) -> Self:
        """On the pages today, including the last day."""
        today = timezone.localdate(at)
        return self.begun(at).filter(Q(shows_until__isnull=True) | Q(shows_until__gte=today))

    def begun(self, at: datetime | None = None) -> Self:
        """Visible by URL: a link in a mail or on paper stays valid after the last day."""
        return self.filter(shows_from__lte=timezone.localdate(at))


class DisplayPeriod(models.Model):
    shows_from = models.DateField("出す最初の日", default=timezone.localdate)
    shows_until = models.DateField(
        "出す最後の日", null=True, blank=True, help_text="空けておくと、出したままです。"
    )

    objects = DisplayPeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-shows_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shows_until__isnull=True) | Q(shows_until__gte=F("shows_from")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message="最後の日は、最初の日より後にしてください。",
            ),
        ]

    def is_open(self, day: date) -> bool:
        return self.shows_from <= day
