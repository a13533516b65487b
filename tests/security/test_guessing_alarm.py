"""Staff are told while somebody guesses at the whole city, and no longer (safety 2)."""

from datetime import timedelta

import pytest

from akiruno_library import policy
from notifications.alarms import alarms
from operation import watchman
from patrons import attempts, throttling
from patrons.identity import Facts
from patrons.origin import Origin
from tests.verbs import NOON

pytestmark = pytest.mark.django_db


def guess(what: str, numbers: range) -> None:
    """Each from a network and with a card of its own, as a botnet does."""
    for number in numbers:
        origin, card = Origin(address=f"10.{number // 200}.{number % 200}.1"), f"{number:08}"
        if what == "login":
            throttling.begin(attempts.of_login(card, origin), at=NOON)
            continue
        facts = Facts.typed(
            card_number=card,
            name=f"花子{number}",
            birth_date=NOON.date(),
            telephone=f"042{number:07}",
        )
        throttling.begin(attempts.of_facts(facts, origin), at=NOON)


@pytest.mark.parametrize(
    ("what", "level"),
    [("login", policy.LOGIN_GAUGES["overall"]), ("facts", policy.FACTS_GAUGES["overall"])],
)
def test_an_overall_throttle_that_is_reached_is_an_alarm(what: str, level: policy.Level, caplog):
    def rung(minutes: int = 0) -> list[str]:
        found = alarms(at=NOON + timedelta(minutes=minutes))
        return [each.name for each in found if each.name.startswith("guessing")]

    guess(what, range(level.high - 1))
    assert rung() == []
    guess(what, range(level.high - 1, level.high))
    assert rung() == [f"guessing {what}"]
    assert watchman.look(at=NOON) == [f"guessing {what}"]
    assert f"alarm: guessing {what}" in caplog.text
    assert rung(minutes=30) == []
