from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PatronsConfig(AppConfig):
    name = "patrons"
    verbose_name = "利用者"

    def ready(self) -> None:
        # Importing these modules registers the jobs and the kinds of mail.
        from patrons import alarms, mails, metrics, news_sending, schedule, sent_mails  # noqa: F401
        from patrons.children import mails as mails_of_children  # noqa: F401
        from patrons.newsletter import rendering  # noqa: F401
        from patrons.roles import grant_rights

        post_migrate.connect(grant_rights, dispatch_uid="patrons.roles")
