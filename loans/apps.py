from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "loans"
    verbose_name = "貸出"

    def ready(self) -> None:
        from loans import schedule  # noqa: F401 registers its job and its mail
