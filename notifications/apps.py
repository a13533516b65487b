from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "メール"

    def ready(self) -> None:
        from notifications import metrics, schedule  # noqa: F401 they register jobs and gauges
