from datetime import date

import pytest
import time_machine

from patrons.models import GuardianMail, Patron
from tests.factories import PASSWORD, PatronFactory
from tests.patrons.children.visitors import AFTER_SCHOOL, confirmed_mail_of


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AFTER_SCHOOL, tick=False) as clock:
        yield clock


@pytest.fixture
def sakura(db: None) -> Patron:
    """A sixth-grader with a password."""
    return PatronFactory(
        name="多西 さくら",
        name_reading="タサイ サクラ",
        card_number="10000003",
        birth_date=date(2014, 6, 1),
        password=PASSWORD,
    )


@pytest.fixture
def guardian_mail(sakura) -> GuardianMail:
    return confirmed_mail_of(sakura)
