"""Accounts of staff in the admin: created, given a role, deactivated. Never a patron's account."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from akiruno_library.admin_lists import LibraryAdmin
from patrons.models import User
from patrons.staff import second_factor

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(LibraryAdmin, GroupAdmin):
    """Show the roles. Their permissions stand in akiruno_library/roles.py."""


class StaffCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "display_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = User.Kind.STAFF
        self.instance.is_staff = True
        self.fields["username"].required = True


class StaffChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["username", "display_name", "is_active", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "username" in self.fields:
            self.fields["username"].required = True
        if "groups" in self.fields:
            self.fields["groups"].label = "役割"
            self.fields["groups"].help_text = "役割ごとに、できることが決まっています。"


@admin.register(User)
class StaffAdmin(LibraryAdmin, UserAdmin):
    """Groups decide what a member of staff may do. Only a superuser changes a superuser."""

    form = StaffChangeForm
    add_form = StaffCreationForm
    list_display = ["username", "display_name", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    search_fields = ["username", "display_name"]
    ordering = ["username"]
    filter_horizontal = ["groups"]
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["username", "display_name", "password"]}),
        ("できること", {"fields": ["is_active", "groups"]}),
        ("記録", {"fields": ["last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "display_name", "password1", "password2"]}),
    ]

    actions = ["begin_second_factor_anew"]

    @admin.action(description="認証アプリの登録をやり直してもらう", permissions=["change"])
    def begin_second_factor_anew(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Remove the second factor of a lost telephone; a superuser's only by themselves."""
        allowed = [user for user in queryset if self.has_change_permission(request, user)]
        for user in allowed:
            second_factor.forget(user)
            self.log_change(request, user, "認証アプリの登録を消しました。")
        messages.success(
            request, f"{len(allowed)}人の登録を消しました。次のログインで登録し直します。"
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(kind=User.Kind.STAFF)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        mightier = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not mightier and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse to delete: logs name the account. Staff deactivate it instead."""
        return False
