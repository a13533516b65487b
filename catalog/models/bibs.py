"""What a search finds: one bib is one volume, one issue, one edition."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from catalog.models.headings import Contributor, Series, VolumeSet
from catalog.models.material import MaterialType


class BibQuerySet(models.QuerySet["Bib"]):
    def public(self) -> "BibQuerySet":
        """What a visitor may meet; staff and whoever has them know the others (rule 12.10)."""
        return self.filter(hidden=False)


class Bib(models.Model):
    class Audience(models.TextChoices):
        ADULT = "adult", "一般"
        YOUNG = "young", "ティーンズ"
        CHILD = "child", "児童"

    source = models.CharField("取込元", max_length=40)
    source_key = models.CharField("取込元の番号", max_length=100)

    title = models.TextField("題名")
    title_reading = models.TextField("題名の読み", blank=True)
    title_romanised = models.TextField("題名のローマ字", blank=True)
    subtitle = models.TextField("副題", blank=True)
    volume = models.CharField(
        "巻", max_length=100, blank=True, help_text="題名につづけて示すまま。例: 上、第3巻"
    )
    volume_order = models.DecimalField(
        "巻の順", max_digits=20, decimal_places=8, null=True, blank=True
    )
    volume_set = models.ForeignKey(
        VolumeSet,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bibs",
        verbose_name="巻の組",
    )
    contributors: "models.ManyToManyField[Contributor, Contribution]" = models.ManyToManyField(
        Contributor, through="Contribution", related_name="bibs", verbose_name="著者"
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bibs",
        verbose_name="シリーズ",
    )
    series_number = models.CharField("シリーズ番号", max_length=100, blank=True)

    edition = models.CharField("版", max_length=200, blank=True)
    publisher = models.CharField("出版者", max_length=300, blank=True)
    published = models.CharField("出版年月", max_length=60, blank=True, help_text="例: 2016.12")
    year = models.SmallIntegerField("出版年", null=True, blank=True)
    extent = models.CharField("ページ数・大きさ", max_length=300, blank=True)
    isbns = ArrayField(
        models.CharField(max_length=13),
        verbose_name="ISBN",
        default=list,
        blank=True,
        help_text="13桁、ハイフンなし。",
    )
    ndc = models.CharField("分類 (NDC)", max_length=20, blank=True)
    subjects = ArrayField(
        models.CharField(max_length=300), verbose_name="件名", default=list, blank=True
    )
    subject_readings = ArrayField(
        models.CharField(max_length=300), verbose_name="件名の読み", default=list, blank=True
    )
    language = models.CharField("言語", max_length=3, default="jpn")
    material_type = models.ForeignKey(
        MaterialType, on_delete=models.PROTECT, related_name="bibs", verbose_name="資料形態"
    )
    audience = models.CharField("対象", max_length=5, choices=Audience, default=Audience.ADULT)
    contents = models.TextField("内容", blank=True)
    notes = models.TextField("注記", blank=True)
    hidden = models.BooleanField(
        "利用者に見せない",
        default=False,
        db_default=False,
        help_text="ほかの図書館から借りた資料など、検索にも一覧にも出さず、ウェブでは予約できない"
        "資料に印を付けます。予約は窓口で受けられます。",
    )
    created_at = models.DateTimeField("登録", auto_now_add=True)

    credits: "list[Contribution]"  # where a bib comes with everything (catalog/bib_page/facts.py)

    objects = BibQuerySet.as_manager()

    class Meta:
        verbose_name = "資料"
        verbose_name_plural = "資料"
        indexes = [
            models.Index(fields=["ndc"], name="bib_by_class"),
            models.Index(fields=["id"], name="bib_hidden", condition=Q(hidden=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="bib_once_per_source"),
            models.CheckConstraint(
                condition=Q(volume_set__isnull=True) | Q(volume_order__isnull=False),
                name="bib_in_a_set_has_a_place",
                violation_error_message="巻の組に入れる資料には、巻の順が要ります。",
            ),
        ]

    def __str__(self) -> str:
        return self.title_with_volume

    def clean(self) -> None:
        """A borrowed copy is never offered to everybody, not even by a press too many."""
        if self.pk and not self.hidden and self.copies.owned().interlibrary().exists():
            raise ValidationError(
                {"hidden": "ほかの図書館から借りた所蔵があるあいだは、利用者に見せられません。"}
            )

    @property
    def title_with_volume(self) -> str:
        return f"{self.title} {self.volume}" if self.volume else self.title


class Contribution(models.Model):
    """Who did what for a bib, in the order of the title page."""

    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, related_name="contributions")
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="contributions",
        verbose_name="著者",
        db_index=False,  # the index below begins with it
    )
    role = models.CharField("役割", max_length=20, default="著")
    position = models.PositiveSmallIntegerField("順")

    class Meta:
        ordering = ["bib", "position"]
        verbose_name = "著者"
        verbose_name_plural = "著者"
        constraints = [
            models.UniqueConstraint(fields=["bib", "position"], name="contribution_place_once"),
        ]
        indexes = [models.Index(fields=["contributor", "bib"], name="contribution_of_contributor")]

    def __str__(self) -> str:
        return f"{self.contributor} [{self.role}]"


class BibStatus(models.Model):
    """What everyone wants to know of a bib, kept apart in a narrow row.

    The verbs that change copies or reservations keep it true under its lock; it is also the lock
    itself: whoever changes the queue or the copies of a bib holds this row. A database trigger
    makes it with the bib.
    """

    bib = models.OneToOneField(
        Bib, on_delete=models.CASCADE, primary_key=True, related_name="status"
    )
    waiting = models.PositiveIntegerField("待っている予約", default=0)
    circulating = models.PositiveIntegerField("貸出できる所蔵", default=0)
    in_library_only = models.PositiveIntegerField("館内で見る所蔵", default=0)
    on_order = models.PositiveIntegerField("発注中の所蔵", default=0, db_default=0)
    free_at = ArrayField(
        models.BigIntegerField(),
        verbose_name="いま棚にある館",
        default=list,
        help_text="館の番号。棚にある所蔵ひとつにつき一つ。",
    )
    times_lent = models.PositiveIntegerField(
        "貸出回数", default=0, db_default=0, help_text="所蔵すべての貸出回数の合計。"
    )
    first_accepted_on = models.DateField(
        "はじめの受入日",
        null=True,
        blank=True,
        help_text="最初の所蔵を受け入れた日(規則7.4)。移行で入った資料は空です。",
    )

    class Meta:
        verbose_name = "資料の状況"
        verbose_name_plural = "資料の状況"
        indexes = [
            models.Index(
                fields=["-times_lent", "-bib"],
                name="status_most_lent_first",
                condition=Q(times_lent__gt=0),
            ),
            models.Index(
                fields=["-first_accepted_on", "-bib"],
                name="status_newest_first",
                condition=Q(first_accepted_on__isnull=False),
            ),
            models.Index(
                fields=["-waiting", "-bib"],
                name="status_most_wanted_first",
                condition=Q(waiting__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"bib {self.pk}: {len(self.free_at)} free, {self.waiting} waiting"
