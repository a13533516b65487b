"""One-time links sent by mail: the database knows only the hash of the token (safety 3)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.models import MailAddress


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def usable(self, at: datetime | None = None) -> "OneTimeLinkQuerySet":
        return self.filter(used_at__isnull=True, expires_at__gt=at or timezone.now())


class OneTimeLink(models.Model):
    class Purpose(models.TextChoices):
        RESET = "reset", "パスワードの初期化"
        CONFIRM = "confirm", "メールアドレスの確認"
        GUARDIAN = "guardian", "きたよ・かえるよのあて先の確認"
        REPLACE = "replace", "きたよ・かえるよの送り先の変更"

    patron = models.ForeignKey("patrons.Patron", on_delete=models.CASCADE, related_name="links")
    address = models.ForeignKey(MailAddress, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField("用途", max_length=8, choices=Purpose)
    salt = models.CharField(
        "種", max_length=64, help_text="リンクは、これとサーバーの秘密から作られます。"
    )
    token_hash = models.CharField("見分け", max_length=64, unique=True)
    created_at = models.DateTimeField("作成")
    expires_at = models.DateTimeField("期限")
    used_at = models.DateTimeField("使った日時", null=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "メールで送ったリンク"
        verbose_name_plural = "メールで送ったリンク"
        indexes = [
            models.Index(fields=["address", "purpose", "created_at"], name="link_to_an_address")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="link_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
