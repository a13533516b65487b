"""Two login backends: a card number opens My Page, a staff account the admin, never both (2.7)."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from patrons.models import Patron, User


class PatronBackend(ModelBackend):
    """Check card number and password. An unknown card costs one hash as well (safety 6)."""

    def get_user(self, user_id: int) -> User | None:
        """Load the user with the patron in one query, because nearly every page asks for both."""
        known = User.objects.select_related("patron__pickup_branch", "patron__mail_address")
        user = known.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        card_number: str | None = None,
        password: str | None = None,
        **unused: Any,
    ) -> User | None:
        if card_number is None or password is None:
            return None
        patron = Patron.objects.select_related("user").filter(card_number=card_number).first()
        if patron is None or not patron.user.has_usable_password():
            # One hash is computed for an unknown card, too: the time of the answer must not tell
            # whether the card exists (safety 6).
            User().set_password(password)
            return None
        user = patron.user
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


class StaffBackend(ModelBackend):
    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **unused: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        user = User.objects.filter(kind=User.Kind.STAFF, username=username).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
