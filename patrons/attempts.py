"""By what a login and a try with four facts are counted (safety 2).

A device that has logged in to this card before is counted by itself alone: neither what strangers
try with the card nor what others do behind the same address makes its owner wait. A terminal in
the library is counted apart from the web for the same reason.
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
    waits = policy.LOGIN_WAITS
    if devices.is_known(origin.device, card_number):
        yield subject("login-device", f"{origin.device} {card_number}", waits["known-device"])
        return
    yield from _of_card("login", card_number, origin, waits)
    yield from _of_source("login", origin, waits, policy.LOGIN_GAUGES)


def of_facts(facts: Facts, origin: Origin) -> Iterator[Subject | Gauge]:
    """Someone who knows a person tries each card once: what counts is the number of cards."""
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
    """At きたよ・かえるよ, counted apart: what happens there makes nobody wait at a login."""
    waits = policy.CHILDREN_WAITS
    yield subject("children-card", card_number, waits["card"])
    yield subject("children-terminal", terminal.pk, waits["terminal"])


def of_staff(username: str, origin: Origin) -> Iterator[Subject]:
    """At the staff's login: by account, existing or not, and by address.

    As for patrons, a known device is counted alone. In the library's own networks an account is
    counted in its network only: what strangers try elsewhere makes nobody wait there.
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
    """Codes typed by somebody who has the password; in the end their owner gets in."""
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
    """On the web by network and in all: one stranger does not make the owner wait elsewhere."""
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
    """A terminal by itself alone: what is guessed elsewhere does not touch it."""
    if origin.terminal is not None:
        yield subject(f"{what}-terminal", origin.terminal, waits["terminal"])
        return
    address = origin.address
    under_attack = waits["address-under-attack"]
    yield subject(f"{what}-address", address, waits["address"], under_attack=under_attack)
    yield gauge(f"{what}-network", origin.network, gauges["network"])
    yield gauge(what, "overall", gauges["overall"])


def forgive(patron: Patron) -> None:
    """Forget every try with this patron's card and facts, from wherever it came."""
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
