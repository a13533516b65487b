"""The network address of a client, for limits per address."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"  # a socket of the machine itself has no address


def client_address(request: HttpRequest) -> str:
    """Return the client's address; of IPv6 the /64, because one household has all of it.

    Each of our proxies appends an entry to X-Forwarded-For. With two proxies (TRUSTED_PROXIES=2)
    the last but one entry is true; the entries before it are set by the client.
    """
    claimed = request.META.get("REMOTE_ADDR", "")
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop]
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        claimed = hops[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(claimed.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
