"""Where somebody tries something from: verbs are given this, never the request."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy
from akiruno_library.client_address import client_address

DEVICE_COOKIE = f"{settings.COOKIE_PREFIX}device"


@dataclass(frozen=True)
class Origin:
    """An address, the token of a device that has been here before, and the terminal, if it is one.

    `terminal` is the number of an enrolled terminal in the library.
    """

    address: str
    device: str = ""
    terminal: int | None = None

    @property
    def network(self) -> str:
        """The /24 of an IPv4 address; of IPv6 the address is a /64 already (client_address)."""
        parts = self.address.split(".")
        return ".".join(parts[:3]) if len(parts) == 4 else self.address


def origin_of(request: HttpRequest) -> Origin:
    terminal = request.terminal  # type: ignore[attr-defined]
    return Origin(
        address=client_address(request),
        device=request.COOKIES.get(DEVICE_COOKIE, ""),
        terminal=terminal.pk if terminal else None,
    )


def give_device_cookie(response: HttpResponse, token: str) -> None:
    """Only ever a random word; it opens nothing, and lets its owner past strangers' waits."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=policy.DEVICE_KNOWN_FOR,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
