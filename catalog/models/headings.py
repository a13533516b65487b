"""What recurs in many bibs: contributors, series, and the sets of volumes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
# Hiragana, voiced and small kana file under their plain sisters, as in a card drawer.
_FILED_UNDER = {
    **{chr(ord(kana) - 0x60): kana for kana in KANA},
    **dict(zip("ァィゥェォッャュョヮヴヵヶぁぃぅぇぉっゃゅょゎゔヰヱゐゑ",
               "アイウエオツヤユヨワウカケアイウエオツヤユヨワウイエイエ", strict=True)),
    **dict(zip("ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ",
               "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホ", strict=True)),
    **dict(zip("がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ",
               "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホ", strict=True)),
}  # fmt: skip


class FilingKana(models.Func):
    """The kana under which a heading is filed: of its reading, or else of its name; or ""."""

    template = (
        "coalesce(substring(translate(left(%(expressions)s, 1), "
        f"'{''.join(_FILED_UNDER)}', '{''.join(_FILED_UNDER.values())}') from '[{KANA}]'), '')"
    )
    arg_joiner = " || "
    output_field = models.CharField(max_length=1)


class Contributor(models.Model):
    """A person or body as the catalogue's heading names it."""

    name = models.CharField("名前", max_length=200)
    reading = models.CharField("読み", max_length=300, blank=True)
    romanised = models.CharField("ローマ字", max_length=300, blank=True)
    other_names = ArrayField(
        models.CharField(max_length=200),
        verbose_name="別の名前",
        default=list,
        blank=True,
        help_text="探すときに使う、別の名前とその読み。例: 夏目漱石(標目は夏目金之助)",
    )
    kana = models.GeneratedField(
        expression=FilingKana("reading", "name"),
        output_field=models.CharField(max_length=1),
        db_persist=True,
        verbose_name="読みの頭文字",
    )

    class Meta:
        verbose_name = "著者・団体"
        verbose_name_plural = "著者・団体"
        indexes = [models.Index(fields=["kana", "reading", "id"], name="contributor_by_kana")]
        constraints = [
            models.UniqueConstraint(fields=["name", "reading"], name="contributor_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """叢書: what a bib is published in (岩波新書). Its number is not the volume of the work."""

    title = models.CharField("シリーズ名", max_length=500, unique=True)
    reading = models.CharField("読み", max_length=500, blank=True)
    kana = models.GeneratedField(
        expression=FilingKana("reading", "title"),
        output_field=models.CharField(max_length=1),
        db_persist=True,
        verbose_name="読みの頭文字",
    )

    class Meta:
        verbose_name = "シリーズ"
        verbose_name_plural = "シリーズ"
        indexes = [models.Index(fields=["kana", "reading", "id"], name="series_by_kana")]

    def __str__(self) -> str:
        return self.title


class SubjectReference(models.Model):
    """を見よ: a word that leads to a subject heading of the catalogue, from an authority file."""

    subject = models.CharField("件名", max_length=300)
    see_from = models.CharField("ことば", max_length=300)

    class Meta:
        verbose_name = "件名への案内"
        verbose_name_plural = "件名への案内"
        constraints = [
            models.UniqueConstraint(fields=["subject", "see_from"], name="subject_reference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.see_from} → {self.subject}"


class VolumeSet(models.Model):
    """The volumes of one edition of one work, each of them a bib of its own."""

    key = models.CharField(
        "見分け",
        max_length=1000,
        unique=True,
        help_text="題名・著者・出版者・資料形態をそろえた形。同じものが一つの組になります。",
    )

    class Meta:
        verbose_name = "巻の組"
        verbose_name_plural = "巻の組"

    def __str__(self) -> str:
        return self.key
