"""図書館からのお知らせ: news on the home page for some days (rule 7.7)."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from catalog.models.display_period import DisplayPeriod


class News(DisplayPeriod):
    title = models.CharField("見出し", max_length=80)
    text = models.TextField(
        "本文",
        validators=[MaxLengthValidator(5_000)],
        help_text="空行で段落が分かれます。アドレスは自動でリンクになります。",
    )
    written_at = models.DateTimeField("作成", default=timezone.now, editable=False)

    class Meta(DisplayPeriod.Meta):
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"

    def __str__(self) -> str:
        return self.title
