"""What the library has promised stands here a second time, on purpose: a slip in it is noticed.

All other numbers are ours to choose, and tests read them from the policy.
"""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from akiruno_library import policy

PROMISED = {
    "SCHOOL_YEAR_STARTS": (4, 1),
    "JUNIOR_HIGH_AGE": 12,
    "RESERVATION_LIMIT": 20,
    "AUDIOVISUAL_RESERVATION_LIMIT": 4,
    "HOLD_SHELF_DAYS": 10,
    "CLOSED_RESERVATION_VISIBLE": timedelta(days=7),
    "OLD_FAVOURITES_UNTIL": date(2020, 11, 1),
    "FAVOURITE_LISTS": 5,
    "MAIL_DOMAIN": "library.akiruno.tokyo.jp",
    "MAIL_FROM": "あきる野市図書館 <info@library.akiruno.tokyo.jp>",
    "NEWSLETTER_EVERY": timedelta(days=7),
    "NEWSLETTER_WEEKDAY": 5,
    "NEWSLETTER_AT": time(15, 30),
    "RENEWALS": 1,
    "DUE_SOON": timedelta(days=3),
}
MARKED = re.compile(r"^([A-Z_]+)(?:: [^=]+)? = .*#.*\bseed\b", re.MULTILINE)


@pytest.mark.parametrize("name", PROMISED)
def test_a_promise_of_the_library_is_kept_to_the_number(name):
    assert getattr(policy, name) == PROMISED[name]


def test_every_number_that_is_marked_as_promised_is_tried():
    assert set(MARKED.findall(Path(policy.__file__).read_text())) == set(PROMISED)


def test_what_must_be_longer_than_something_else_is_longer():
    assert policy.SESSION_WARNING < policy.SESSION_EXPIRY < policy.SESSION_LONGEST
    assert policy.TERMINAL_REPORT < policy.TERMINAL_WARNING < policy.TERMINAL_SESSION_EXPIRY
    assert policy.MAIL_ANSWER_WITHIN < policy.MAIL_LEASE
    assert policy.MAIL_RETRY_FIRST < policy.MAIL_RETRY_LONGEST < policy.MAIL_GIVES_UP
    assert policy.MAIL_PUT_OFF < policy.MAIL_GIVES_UP < policy.MAIL_KEPT
    assert policy.UNDO_SWEEP < policy.UNDO_WITHIN
    assert policy.BACKUPS_KEPT_USUALLY < policy.BACKUPS_KEPT
