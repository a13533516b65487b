from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from akiruno_library.admin_lists import ReadOnlyAdmin
from notifications.models import JobRun, Mail
from notifications.rendering import discreet_kinds, name_of
from notifications.resend import resend


class Failed(admin.SimpleListFilter):
    title = "届いたか"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("failed", "届かなかったもの")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Mail]:
        return queryset.failed() if self.value() == "failed" else queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Sent and failed mails. Only the address says who the recipient is."""

    list_display = ["created_at", "what", "address", "state", "attempts", "sent_at", "last_reply"]
    list_filter = [Failed, "state", "kind"]
    list_select_related = ["address"]
    search_fields = ["address__address"]
    actions = ["resend"]
    exclude = ["recipient", "bulk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        """Hide mails about a child's visits that were sent; staff see only failures, to mend them
        (8.3)."""
        went_well = Q(kind__in=discreet_kinds()) & ~Q(state=Mail.State.REFUSED)
        return super().get_queryset(request).exclude(went_well)

    @admin.display(description="種類", ordering="kind")
    def what(self, mail: Mail) -> str:
        return name_of(mail.kind)

    @admin.action(description="もう一度送る", permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        resent = [mail for mail in queryset if resend(mail)]
        for mail in resent:
            self.log_change(request, mail, "もう一度送る")
        self.message_user(
            request,
            f"{len(resent)}通をもう一度送ります。"
            if resent
            else "届かなかったメールを選んでください。ほかのものは送りなおせません。",
            messages.SUCCESS if resent else messages.WARNING,
        )


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "day", "started_at", "finished_at", "took", "runs", "failures", "result"]
    list_filter = ["job"]

    @admin.display(description="かかった時間")
    def took(self, run: JobRun) -> object:
        return run.took
