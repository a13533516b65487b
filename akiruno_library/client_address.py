"""From where a request comes, for limits that count addresses."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"  # a socket of the machine itself has no address


def client_address(request: HttpRequest) -> str:
    """The visitor's address; of IPv6 the /64, because one household has all of it.

    Each proxy of ours appends the address it was asked from to X-Forwarded-For: with two of them
    (TRUSTED_PROXIES=2) the last but one entry is true, and whatever stands before it is hearsay.
    """
    told = request.META.get("REMOTE_ADDR", "")
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop]
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        told = hops[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(told.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
