"""おすすめのリスト: bibs that staff recommend, for example for the summer holidays."""

from django.core.validators import MaxLengthValidator
from django.db import models

from catalog.models.bibs import Bib
from catalog.models.display_period import DisplayPeriod
from japanese.furigana import without_readings

READINGS = (
    "漢字のあとに《》で読みを書くと、こどものページでふりがなになります。例: 夏休《なつやす》み"
)


class ReadingList(DisplayPeriod):
    title = models.CharField("見出し", max_length=120, help_text=READINGS)
    text = models.TextField(
        "ひとこと",
        blank=True,
        validators=[MaxLengthValidator(2_000)],
        help_text=f"一行目は、一覧にも出ます。{READINGS}",
    )
    audience = models.CharField(
        "対象",
        max_length=5,
        choices=Bib.Audience,
        default=Bib.Audience.CHILD,
        help_text="児童のリストは、こどものページに出ます。",
    )
    on_home = models.BooleanField("ホームにも出す", default=False)

    class Meta(DisplayPeriod.Meta):
        verbose_name = "おすすめのリスト"
        verbose_name_plural = "おすすめのリスト"

    def __str__(self) -> str:
        return self.plain_title

    @property
    def plain_title(self) -> str:
        return without_readings(self.title)

    @property
    def lead(self) -> str:
        """The first line of the text."""
        return self.text.partition("\n")[0].strip()


class ReadingListEntry(models.Model):
    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="entries")
    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, related_name="+", verbose_name="資料")
    position = models.PositiveSmallIntegerField("並び順", default=0)
    comment = models.CharField("紹介", max_length=200, blank=True, help_text=READINGS)

    class Meta:
        ordering = ["list", "position", "pk"]
        verbose_name = "リストの資料"
        verbose_name_plural = "リストの資料"
        constraints = [
            models.UniqueConstraint(
                fields=["list", "bib"],
                name="reading_list_names_a_bib_once",
                violation_error_message="その資料は、もうこのリストにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
