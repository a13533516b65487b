from django.db import models
from django.db.models import Q


class MaterialType(models.Model):
    """資料形態: decides the loan period and whether the web accepts reservations."""

    class Medium(models.TextChoices):
        PRINT = "print", "図書・雑誌・紙芝居"
        AUDIO = "audio", "録音資料"
        VIDEO = "video", "映像資料"

    code = models.SlugField("略号", unique=True)
    name = models.CharField("名称", max_length=20)
    medium = models.CharField("種別", max_length=5, choices=Medium, default=Medium.PRINT)
    reservable_on_web = models.BooleanField(
        "ウェブで予約できる",
        default=True,
        help_text="大型の資料のように窓口でだけ受け付けるものは外します。",
    )
    loan_days = models.PositiveSmallIntegerField("貸出日数", default=21)
    loan_limit = models.PositiveSmallIntegerField(
        "貸出点数の上限",
        null=True,
        blank=True,
        help_text="同じ種別をあわせて一度に借りられる点数。限りがないときは空けておきます。",
    )
    position = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "資料形態"
        verbose_name_plural = "資料形態"
        constraints = [
            models.CheckConstraint(
                condition=Q(loan_days__gte=1), name="material_type_is_lent_for_a_day_at_least"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_audiovisual(self) -> bool:
        return self.medium != self.Medium.PRINT
