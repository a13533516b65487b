from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = "予約"

    def ready(self) -> None:
        from reservations import mails, no_copy_left, schedule  # noqa: F401 registers its jobs and mails
