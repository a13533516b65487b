"""Accounts that may log in: a patron or a member of staff, never both (rule 2.7)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q


class UserQuerySet(models.QuerySet["User"]):
    def without_password(self) -> "UserQuerySet":
        return self.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class UserManager(BaseUserManager["User"]):
    def without_password(self) -> UserQuerySet:
        """Return the users who have registered no password, or whose password was reset."""
        return UserQuerySet(self.model, using=self._db).without_password()

    def create_patron_user(self) -> "User":
        """Create an account that cannot log in until the patron registers a password."""
        user = self.model(kind=User.Kind.PATRON)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_staff(self, username: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(kind=User.Kind.STAFF, username=username, is_staff=True, **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **facts: Any) -> "User":
        return self.create_staff(username, password, is_superuser=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    class Kind(models.TextChoices):
        STAFF = "staff", "職員"
        PATRON = "patron", "利用者"

    kind = models.CharField("区分", max_length=6, choices=Kind)
    username = models.CharField(
        "職員のログイン名",
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text="利用者は利用者番号で入るため、空けておきます。",
    )
    display_name = models.CharField("職員の名前", max_length=60, blank=True)
    is_staff = models.BooleanField("管理画面に入れる", default=False)
    is_active = models.BooleanField("有効", default=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "職員のアカウント"  # the admin lists only staff
        verbose_name_plural = "職員のアカウント"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="patron") | Q(is_staff=False, is_superuser=False),
                name="user_patron_is_never_staff",
                violation_error_message="利用者は職員を兼ねられません。ログインを分けてください。",
            ),
            models.CheckConstraint(
                condition=Q(kind="patron", username__isnull=True)
                | Q(kind="staff", username__isnull=False),
                name="user_staff_has_a_login_name",
                violation_error_message="職員にはログイン名が要り、利用者には付けられません。",
            ),
        ]

    def get_short_name(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return self.display_name or self.username or f"user {self.pk}"
