"""Counts of recent attempts. Keys are HMACs, so the table names nobody (safety 2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Throttle(models.Model):
    key = models.CharField("見分け", max_length=64, unique=True)
    level = models.FloatField("数えた回数", default=0)
    counted_at = models.DateTimeField("最後に試した日時")
    blocked_until = models.DateTimeField("待っていただく期限", null=True)
    cards = ArrayField(
        models.CharField(max_length=64), verbose_name="試した利用者番号", default=list
    )

    class Meta:
        verbose_name = "試した回数"
        verbose_name_plural = "試した回数"
        indexes = [models.Index(fields=["counted_at"], name="throttle_counted")]

    def __str__(self) -> str:
        return self.key


class KnownDevice(models.Model):
    """A device on which this person has logged in before; the token of its cookie is hashed."""

    user = models.ForeignKey("patrons.User", on_delete=models.CASCADE, related_name="known_devices")
    token_hash = models.CharField("見分け", max_length=64)
    last_used_at = models.DateTimeField("最後にログインした日時")

    class Meta:
        verbose_name = "ログインしたことのある機器"
        verbose_name_plural = "ログインしたことのある機器"
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "user"], name="known_device_once"),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"
