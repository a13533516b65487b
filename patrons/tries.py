"""By what a login and a try with four facts are counted (safety 2).

A device that has logged in to this card before is counted by itself alone: neither what strangers
try with the card nor what others do behind the same address makes its owner wait. A terminal in
the library is counted apart from the web for the same reason.
"""

from collections.abc import Iterator

from akiruno_library import policy
from patrons import devices, throttling
from patrons.identity import Facts, facts_of
from patrons.models import Patron, Terminal
from patrons.origin import Origin
from patrons.throttling import Subject, secret_word, subject

WEB, TERMINAL = "web", "terminal"


def of_login(card_number: str, origin: Origin) -> Iterator[Subject]:
    waits = policy.LOGIN_WAITS
    if devices.is_known(origin.device, card_number):
        yield subject("login-device", f"{origin.device} {card_number}", waits["known-device"])
        return
    yield subject(f"login-card-{_place(origin)}", card_number, waits["card"])
    yield _source("login", origin, waits)
    yield subject("login", "overall", waits["overall"])


def of_facts(facts: Facts, origin: Origin) -> Iterator[Subject]:
    """Someone who knows a person tries each card once: what counts is the number of cards."""
    waits, card = policy.FACTS_WAITS, facts.card_number
    if devices.is_known(origin.device, card):
        yield subject("facts-device", f"{origin.device} {card}", waits["known-device"])
        return
    place = _place(origin)
    yield subject(f"facts-card-{place}", card, waits["card"])
    yield subject(f"facts-telephone-{place}", facts.telephone, waits["telephone"], card=card)
    yield subject(f"facts-person-{place}", facts.person, waits["person"], card=card)
    yield _source("facts", origin, waits)
    yield subject("facts", "overall", waits["overall"])


def of_children(card_number: str, terminal: Terminal) -> Iterator[Subject]:
    """At きたよ・かえるよ, counted apart: what happens there makes nobody wait at a login."""
    waits = policy.CHILDREN_WAITS
    yield subject("children-card", card_number, waits["card"])
    yield subject("children-terminal", terminal.pk, waits["terminal"])


def of_staff(username: str, origin: Origin) -> Iterator[Subject]:
    """At the staff's login: by account, existing or not, and by address."""
    yield subject("staff-account", username, policy.STAFF_WAITS["account"])
    yield subject("staff-address", origin.address, policy.STAFF_WAITS["address"])


def _place(origin: Origin) -> str:
    return WEB if origin.terminal is None else TERMINAL


def _source(what: str, origin: Origin, waits: dict[str, policy.Waits]) -> Subject:
    if origin.terminal is not None:
        return subject(f"{what}-terminal", origin.terminal, waits["terminal"])
    return subject(f"{what}-address", origin.address, waits["address"])


def forgive(patron: Patron) -> None:
    """Forget every try with this patron's card and facts, from wherever it came."""
    card = patron.card_number
    whats = [("login-card", card), ("facts-card", card)]
    for facts in facts_of(patron):
        whats += [("facts-telephone", facts.telephone), ("facts-person", facts.person)]
    throttling.unlock(
        secret_word(f"{what}-{place}", value) for what, value in whats for place in (WEB, TERMINAL)
    )
    throttling.unlock([secret_word("children-card", card)])
