"""Which mails a patron wants (rules 6.5, 6.6, 7.7)."""

from django.db import models

from patrons.models.patron import Patron


class NotificationPreferences(models.Model):
    """The mails a patron wants. A patron without a row gets news and nothing else."""

    patron = models.OneToOneField(
        Patron, on_delete=models.CASCADE, primary_key=True, related_name="notification_preferences"
    )
    newsletter_since = models.DateTimeField("新着のお便り", null=True, blank=True)
    due_soon_since = models.DateTimeField("返却期限のお知らせ", null=True, blank=True)
    news_declined_at = models.DateTimeField("図書館からのお知らせを断った", null=True, blank=True)
    titles_in_hold_mail = models.BooleanField("予約のメールに題名をのせる", default=False)

    class Meta:
        db_table = "patrons_mailwishes"  # the table keeps its first name
        verbose_name = "メールの希望"
        verbose_name_plural = "メールの希望"

    def __str__(self) -> str:
        return f"notification preferences of {self.patron_id}"
