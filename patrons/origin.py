"""The origin of an attempt. Verbs receive it instead of the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy
from akiruno_library.client_address import client_address

Network = IPv4Network | IPv6Network
DEVICE_COOKIE = f"{settings.COOKIE_PREFIX}device"


@dataclass(frozen=True)
class Origin:
    """A network address, the token of a known device and the id of a terminal, if any.

    `in_library` says that the address lies in the library's own networks (ADMIN_ADDRESSES).
    """

    address: str
    device: str = ""
    terminal: int | None = None
    in_library: bool = False

    @property
    def network(self) -> str:
        """Return the /24 of an IPv4 address; an IPv6 address is a /64 already (client_address)."""
        parts = self.address.split(".")
        return ".".join(parts[:3]) if len(parts) == 4 else self.address


def origin_of(request: HttpRequest) -> Origin:
    terminal = request.terminal  # type: ignore[attr-defined]
    return Origin(
        address=client_address(request),
        device=request.COOKIES.get(DEVICE_COOKIE, ""),
        terminal=terminal.pk if terminal else None,
        in_library=comes_from(request, settings.ADMIN_ADDRESSES),
    )


def comes_from(request: HttpRequest, networks: Iterable[Network]) -> bool:
    """Return whether the address is in one of the networks; an unknown one (a proxy's socket) is
    not.
    """
    try:
        asking = ip_network(client_address(request))
    except ValueError:
        return False
    ours = [each for each in networks if each.version == asking.version]
    return any(each.supernet_of(asking) for each in ours)  # type: ignore[arg-type]


def give_device_cookie(response: HttpResponse, token: str) -> None:
    """Set the device cookie: a random token that opens nothing and only spares its owner waits."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=policy.DEVICE_KNOWN_FOR,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
