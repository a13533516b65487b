"""Which subjects count a login or an attempt with four facts (safety 2).

A device that has logged in to this card before has a count of its own. Neither strangers who try
the card nor other people behind the same address make its owner wait. For the same reason
terminals count apart from the web.
"""

from collections.abc import Iterator

from akiruno_library import policy
from akiruno_library.policy import Waits
from patrons import devices, throttling
from patrons.identity import Facts, facts_of
from patrons.models import Patron, Terminal, User
from patrons.origin import Origin
from patrons.throttling import Gauge, Subject, gauge, secret_word, subject

WEB, TERMINAL, NETWORK = "web", "terminal", "network"


def of_login(card_number: str, origin: Origin) -> Iterator[Subject | Gauge]:
    """Yield the subjects of a login."""
    waits = policy.LOGIN_WAITS
    if devices.is_known(origin.device, card_number):
        yield subject("login-device", f"{origin.device} {card_number}", waits["known-device"])
        return
    yield from _of_card("login", card_number, origin, waits)
    yield from _of_source("login", origin, waits, policy.LOGIN_GAUGES)


def of_facts(facts: Facts, origin: Origin) -> Iterator[Subject | Gauge]:
    """Yield the subjects of an attempt with facts.

    An attacker who knows a person tries each card once, so the number of cards counts.
    """
    waits, card = policy.FACTS_WAITS, facts.card_number
    if devices.is_known(origin.device, card):
        yield subject("facts-device", f"{origin.device} {card}", waits["known-device"])
        return
    place = _place(origin)
    yield from _of_card("facts", card, origin, waits)
    yield subject(f"facts-telephone-{place}", facts.telephone, waits["telephone"], card=card)
    yield subject(f"facts-person-{place}", facts.person, waits["person"], card=card)
    yield from _of_source("facts", origin, waits, policy.FACTS_GAUGES)


def of_children(card_number: str, terminal: Terminal) -> Iterator[Subject]:
    """Yield the subjects of きたよ・かえるよ, apart from logins: nobody waits at a login for it."""
    waits = policy.CHILDREN_WAITS
    yield subject("children-card", card_number, waits["card"])
    yield subject("children-terminal", terminal.pk, waits["terminal"])


def of_grown_ups(card_number: str, terminal: Terminal) -> Iterator[Subject]:
    """At the same screen with a card that is no child's: counted with the logins at terminals."""
    here = Origin(address="", terminal=terminal.pk)
    yield from _of_card("login", card_number, here, policy.LOGIN_WAITS)  # type: ignore[misc]
    yield subject("children-terminal", terminal.pk, policy.CHILDREN_WAITS["terminal"])


def of_enrolment(origin: Origin) -> Iterator[Subject]:
    """At the page on which a device becomes a terminal."""
    yield subject("enrolment-address", origin.address, policy.ENROLMENT_WAITS["address"])


def of_staff(username: str, origin: Origin) -> Iterator[Subject]:
    """Yield the subjects of a staff login: the account, existing or not, and the address.

    A known device has a count of its own, as for patrons. In the library's own networks an account
    counts per network only, so attempts from elsewhere make nobody wait there.
    """
    waits = policy.STAFF_WAITS
    if devices.is_known_of_staff(origin.device, username):
        yield subject("staff-device", f"{origin.device} {username}", waits["known-device"])
        return
    yield subject("staff-account-network", username, waits["account"], within=origin.network)
    if not origin.in_library:
        yield subject("staff-account", username, waits["account-in-all"])
    yield subject("staff-address", origin.address, waits["address"])


def of_second_factor(user: User, origin: Origin) -> Iterator[Subject]:
    """Yield the subjects of codes typed after the right password; the waits are bounded."""
    waits = policy.STAFF_WAITS
    if devices.is_known_of_staff(origin.device, user.username or ""):
        yield subject("code-device", f"{origin.device} {user.pk}", waits["code-known-device"])
    else:
        yield subject("code", user.pk, waits["code"])


def _place(origin: Origin) -> str:
    return WEB if origin.terminal is None else TERMINAL


def _of_card(
    what: str, card_number: str, origin: Origin, waits: dict[str, Waits]
) -> Iterator[Subject]:
    """Yield the card's subjects. One network's failures do not make the owner wait elsewhere."""
    if origin.terminal is not None:
        yield subject(f"{what}-card-{TERMINAL}", card_number, waits["card"])
        return
    yield subject(
        f"{what}-card-{NETWORK}",
        card_number,
        waits["card"],
        within=origin.network,
        under_attack=waits["card-under-attack"],
    )
    yield subject(f"{what}-card-{WEB}", card_number, waits["card-in-all"])


def _of_source(
    what: str, origin: Origin, waits: dict[str, Waits], gauges: dict[str, policy.Level]
) -> Iterator[Subject | Gauge]:
    """Yield the subject of the terminal or, on the web, of the address and its network."""
    if origin.terminal is not None:
        yield subject(f"{what}-terminal", origin.terminal, waits["terminal"])
        return
    address = origin.address
    under_attack = waits["address-under-attack"]
    yield subject(f"{what}-address", address, waits["address"], under_attack=under_attack)
    yield gauge(f"{what}-network", origin.network, gauges["network"])
    yield gauge(what, "overall", gauges["overall"])


def forgive(patron: Patron) -> None:
    """Forget every attempt with this patron's card and facts, from wherever it came."""
    card = patron.card_number
    cards = ("login-card", "facts-card")
    throttling.unlock_everywhere(throttling.prefix_of(f"{each}-{NETWORK}", card) for each in cards)
    whats = [(each, card) for each in cards]
    for facts in facts_of(patron):
        whats += [("facts-telephone", facts.telephone), ("facts-person", facts.person)]
    throttling.unlock(
        secret_word(f"{what}-{place}", value) for what, value in whats for place in (WEB, TERMINAL)
    )
    throttling.unlock([secret_word("children-card", card)])
