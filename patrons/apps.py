from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PatronsConfig(AppConfig):
    name = "patrons"
    verbose_name = "利用者"

    def ready(self) -> None:
        from patrons import mails  # noqa: F401 registers the letters it writes
        from patrons.roles import grant_rights

        post_migrate.connect(grant_rights, dispatch_uid="patrons.roles")
