"""きたよ・かえるよ: which guardian is told, and the visits (rule 8.3)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from catalog.models import Branch
from notifications.models import MailAddress
from patrons.models.patron import Patron


class GuardianMail(models.Model):
    """The guardian's address for one child. Nothing is sent before the address is confirmed."""

    patron = models.OneToOneField(
        Patron, on_delete=models.CASCADE, related_name="guardian_mail", verbose_name="利用者"
    )
    address = models.ForeignKey(
        MailAddress, on_delete=models.PROTECT, related_name="+", verbose_name="保護者のあて先"
    )
    confirmed_at = models.DateTimeField("あて先の確認", null=True, blank=True)
    guarded_since = models.DateTimeField(
        "送り先をマイページでは変えられなくした日時",
        null=True,
        blank=True,
        help_text="届け出の内容だけでパスワードが登録・初期化されると、送り先は、そこに届くリンクか"
        "窓口でだけ変えられます。",
    )
    call_name = models.CharField("呼び名", max_length=20, blank=True)

    class Meta:
        verbose_name = "こどもの来館のお知らせ"
        verbose_name_plural = "こどもの来館のお知らせ"

    def __str__(self) -> str:
        return f"guardian mail {self.pk}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def since(self, moment: datetime) -> "VisitQuerySet":
        return self.filter(pressed_at__gt=moment)

    def older_than(self, age: timedelta, *, at: datetime) -> "VisitQuerySet":
        return self.filter(pressed_at__lte=at - age)


class Visit(models.Model):
    """One press of a button. A press that was forgotten is not guessed."""

    class Button(models.TextChoices):
        CAME = "came", "きたよ"
        LEFT = "left", "かえるよ"

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="visits")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    button = models.CharField("ボタン", max_length=4, choices=Button, db_column="way")
    pressed_at = models.DateTimeField("押した日時")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "こどもの来館"
        verbose_name_plural = "こどもの来館"
        indexes = [models.Index(fields=["pressed_at"], name="visit_by_age")]
        constraints = [
            models.CheckConstraint(condition=Q(button__in=["came", "left"]), name="visit_one_way"),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"
