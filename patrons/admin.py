from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from akiruno_library.admin_lists import LibraryAdmin
from patrons.models import Terminal
from patrons.news_admin import NewsSendingAdmin
from patrons.staff.accounts import RoleAdmin, StaffAdmin
from patrons.staff.forms import StaffLoginForm
from patrons.staff.logs import ChangeLogAdmin, StaffActionAdmin
from patrons.staff.patrons import PatronAdmin
from patrons.terminal import enrolment_codes

__all__ = [
    "ChangeLogAdmin",
    "NewsSendingAdmin",
    "PatronAdmin",
    "RoleAdmin",
    "StaffActionAdmin",
    "StaffAdmin",
    "TerminalAdmin",
]

# Nobody may read the keys and codes of the second factor, so django_otp's own admin pages are
# removed. Staff reset a second factor by an action on the account (staff/accounts.py).
admin.site.unregister([TOTPDevice, StaticDevice])
admin.site.login_form = StaffLoginForm
admin.site.site_header = "あきる野市図書館 管理"
admin.site.site_title = "あきる野市図書館 管理"
admin.site.index_title = "きょうの仕事"


@admin.register(Terminal)
class TerminalAdmin(LibraryAdmin):
    """Staff name a terminal here and get an enrolment code, which is typed on the device."""

    list_display = ["name", "branch", "state", "enrolled_at", "revoked_at"]
    list_filter = ["branch"]
    list_select_related = ["branch"]
    readonly_fields = ["enrolled_at", "revoked_at"]
    fields = ["branch", "name", "enrolled_at", "revoked_at"]
    actions = ["issue_codes", "revoke"]

    @admin.display(description="状態")
    def state(self, terminal: Terminal) -> str:
        if terminal.is_enrolled:
            return "使えます"
        if terminal.code_expires_at and terminal.code_expires_at > timezone.now():
            return "登録を待っています"
        return "取り消しました" if terminal.revoked_at else "未登録"

    def save_model(self, request: HttpRequest, obj: Terminal, form: object, change: bool) -> None:
        obj.save()
        if not change:
            self._tell_code(request, obj)

    @admin.action(description="登録コードを発行する", permissions=["change"])
    def issue_codes(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        for terminal in queryset:
            self._tell_code(request, terminal)
            self.log_change(request, terminal, "登録コードを発行しました。")

    @admin.action(description="登録を取り消す(すぐに使えなくなります)", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        for terminal in queryset:
            enrolment_codes.revoke(terminal)
            self.log_change(request, terminal, "登録を取り消しました。")
        messages.success(request, "登録を取り消しました。")

    def _tell_code(self, request: HttpRequest, terminal: Terminal) -> None:
        code = enrolment_codes.issue_code(terminal)
        assert terminal.code_expires_at is not None  # noqa: S101 just issued
        until = timezone.localtime(terminal.code_expires_at)
        spaced = " ".join(code[at : at + 4] for at in range(0, len(code), 4))
        where = request.build_absolute_uri(reverse("terminal:enrol"))
        messages.info(
            request,
            f"「{terminal}」の登録コードは {spaced} です。{until:%H時%M分}までに、"
            f"その検索機のブラウザーで {where} をひらいて入れてください。",
        )

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse to delete: visits keep the terminal's name. Staff revoke a terminal instead."""
        return False
