from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = "予約"

    def ready(self) -> None:
        from reservations import daily, mails, without_copy  # noqa: F401 registers its jobs and letters
