"""One-time messages (「予約かごに入れました」) in a cookie with the same flags as the others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OwnCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Storage(FallbackStorage):
    """The cookie; the session for messages that are too long for it."""

    storage_classes = (OwnCookie, SessionStorage)
