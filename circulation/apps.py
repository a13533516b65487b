from django.apps import AppConfig


class CirculationConfig(AppConfig):
    name = "circulation"
    verbose_name = "窓口"

    def ready(self) -> None:
        from circulation import schedule  # noqa: F401 registers its jobs
