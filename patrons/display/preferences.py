"""The display preferences: read from a request, changed by a press, stored in a cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy

COOKIE = f"{settings.COOKIE_PREFIX}display"
SESSION_KEY = "display"
FURIGANA = "furigana"
SIZES = {"": "標準", "large": "大", "largest": "特大"}


@dataclass(frozen=True)
class DisplayPreferences:
    furigana: bool = False
    size: str = ""

    @classmethod
    def read(cls, kept: str) -> "DisplayPreferences":
        """Parse the stored value; unknown words are ignored."""
        # The cookie comes from the visitor, so it is cut before it is parsed.
        words = kept[:40].split(".")
        size = next((word for word in words if word and word in SIZES), "")
        return cls(FURIGANA in words, size)

    @classmethod
    def of(cls, request: HttpRequest) -> "DisplayPreferences":
        """Return the preferences of the visitor who sent the request."""
        if _is_terminal(request):
            kept = request.session.get(SESSION_KEY, "")
        else:
            kept = request.COOKIES.get(COOKIE, "")
        return cls.read(kept) if kept else NONE

    def changed(self, pressed: Mapping[str, str]) -> "DisplayPreferences":
        """Return the preferences after one press; the rest stays unchanged."""
        furigana = {"on": True, "off": False}.get(pressed.get(FURIGANA, ""), self.furigana)
        sizes = {"standard": ""} | {size: size for size in SIZES if size}
        return replace(self, furigana=furigana, size=sizes.get(pressed.get("size", ""), self.size))

    def keep(self, request: HttpRequest, response: HttpResponse) -> None:
        """Store the preferences in the session of a terminal, elsewhere in a cookie."""
        if _is_terminal(request):
            request.session[SESSION_KEY] = str(self)
        elif self == NONE:
            response.delete_cookie(COOKIE, samesite="Lax")
        else:
            response.set_cookie(
                COOKIE,
                str(self),
                max_age=int(policy.DISPLAY_KEPT.total_seconds()),
                secure=settings.IS_HTTPS,
                httponly=True,
                samesite="Lax",
            )

    def __str__(self) -> str:
        return ".".join(filter(None, [FURIGANA if self.furigana else "", self.size]))

    @property
    def face(self) -> str:
        """Return the CSS classes for the page."""
        size = f"size-{self.size} " if self.size else ""
        return f"{size}with-readings " if self.furigana else size


NONE = DisplayPreferences()


def _is_terminal(request: HttpRequest) -> bool:
    return getattr(request, "terminal", None) is not None
