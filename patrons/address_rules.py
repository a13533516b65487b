"""Rules for mail addresses: where mail can be sent (3.1), and what looks mistyped (3.4)."""

import re
import unicodedata
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings

from akiruno_library.refusals import Refusal
from patrons.refusals import (
    AddressBeginsOddly,
    AddressHasConsecutiveDots,
    AddressHasDotBeforeAt,
    AddressTooLong,
    NotAnAddress,
    OurOwnAddress,
)

LOCAL_LONGEST, LABEL_LONGEST, DOMAIN_LONGEST, PATH_LONGEST = (
    64,
    63,
    253,
    254,
)  # limits of RFC 5321, 4.5.3.1
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")

WELL_KNOWN = [
    "docomo.ne.jp", "au.com", "ezweb.ne.jp", "softbank.ne.jp", "i.softbank.jp", "ymobile.ne.jp",
    "rakumail.jp", "uqmobile.jp", "gmail.com", "icloud.com", "me.com", "yahoo.co.jp", "ymail.ne.jp",
    "outlook.jp", "outlook.com", "hotmail.co.jp", "hotmail.com", "live.jp", "nifty.com",
    "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp", "plala.or.jp", "jcom.home.ne.jp",
]  # fmt: skip


def tidied(typed: str) -> str:
    """Remove spaces and full-width letters of a Japanese keyboard; keep the local part as typed.

    The domain becomes lower case, because it is compared without case. The meaning of capitals in
    the local part is up to its server (RFC 5321, 2.4).
    """
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}" if at else text


def refusals(address: str) -> Iterator[Refusal]:
    """Yield every reason why no mail can go there; the library's three have names of their own."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        yield NotAnAddress()
        return
    named = list(_named(address, local))
    yield from named
    if is_our_own(address):
        yield OurOwnAddress()
        return
    if len(local) > LOCAL_LONGEST or len(domain) > DOMAIN_LONGEST or len(address) > PATH_LONGEST:
        yield AddressTooLong()
    elif not named and not (_DOT_ATOM.fullmatch(local) and _is_domain(domain)):
        yield NotAnAddress()


def is_our_own(address: str) -> bool:
    """Return whether it is the library's own address: its mail would reach no patron (3.5)."""
    ours = (parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.MAIL_RETURN_PATH)
    return _without_detail(address) in [_without_detail(each) for each in ours]


def _without_detail(address: str) -> str:
    """Drop the detail: info+anything@ arrives at info@, and our server ignores case."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _named(address: str, local: str) -> Iterator[Refusal]:
    first = local[0]
    if not (first.isascii() and first.isalnum()):
        yield AddressBeginsOddly()
    if local.endswith("."):
        yield AddressHasDotBeforeAt()
    if ".." in address:
        yield AddressHasConsecutiveDots()


def _is_domain(domain: str) -> bool:
    """Return whether the text is a name of two labels or more. An IP address is none."""
    labels = domain.split(".")
    return (
        len(labels) >= 2
        and all(len(each) <= LABEL_LONGEST and _LABEL.fullmatch(each) for each in labels)
        and not labels[-1].isdecimal()
        and len(labels[-1]) >= 2
    )


def likely_meant(address: str) -> str:
    """Return the well-known domain that the typed one is a slip of, or nothing."""
    domain = address.rpartition("@")[2]
    if not domain or domain in WELL_KNOWN:
        return ""
    near = [known for known in WELL_KNOWN if _slips(domain, known) == 1]
    return near[0] if near else _with_another_ending(domain)


def _with_another_ending(domain: str) -> str:
    """Return whether only the ending is wrong: docomo.co.jp, gmail.co.jp, softbank.jp."""
    name = domain.partition(".")[0]
    only = [known for known in WELL_KNOWN if known.partition(".")[0] == name]
    return only[0] if len(only) == 1 and len(name) > 3 else ""


def _slips(typed: str, meant: str) -> int:
    """Count letters left out, added, replaced or swapped with the next; 2 means two or more."""
    if abs(len(typed) - len(meant)) > 1:
        return 2
    here = next((n for n, (a, b) in enumerate(zip(typed, meant)) if a != b), None)  # noqa: B905
    if here is None:
        return abs(len(typed) - len(meant))
    a, b = typed[here:], meant[here:]
    exchanged = a[:2] == b[1::-1] and len(b) > 1 and a[2:] == b[2:]
    return 1 if a[1:] == b[1:] or a[1:] == b or a == b[1:] or exchanged else 2
