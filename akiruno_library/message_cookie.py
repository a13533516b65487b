"""What a page says once (「予約かごに入れました」) travels in a cookie guarded like the others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OwnCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Storage(FallbackStorage):
    """The cookie; the session for what is too long for it."""

    storage_classes = (OwnCookie, SessionStorage)
