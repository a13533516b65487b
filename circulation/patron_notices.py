"""What makes the queue pass a patron over: told wherever the patron looks (rule 2.6).

The strip of the home page takes the short words, every page of My Page the sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from japanese.date_format import spoken_day
from patrons.models import Patron
from patrons.privileges import card_refusals
from patrons.refusals import CardExpired
from reservations.models import Suspension
from reservations.obstacles import CARD_EXPIRED, STOPPED
from reservations.suspension import suspension_of, suspension_sentence


@dataclass(frozen=True)
class Notice:
    words: str
    sentence: str
    tone: str
    is_of_suspension: bool = False  # it can be seen and changed on a page of its own


def notices_of(patron: Patron, *, at: datetime | None = None) -> Iterator[Notice]:
    """Yield the notices; one query."""
    for refusal in card_refusals(patron, at=at):
        obstacle = CARD_EXPIRED if isinstance(refusal, CardExpired) else STOPPED
        yield Notice(obstacle.status, str(refusal), "bad")
    if period := suspension_of(patron, at=at):
        yield _of_suspension(period, at)


def card_in_words(patron: Patron, *, at: datetime | None = None) -> str:
    """Return what the tile of the library card says."""
    for refusal in card_refusals(patron, at=at):
        return "窓口で更新してください" if isinstance(refusal, CardExpired) else STOPPED.status
    return "窓口でお使いになれます"


def _of_suspension(period: Suspension, at: datetime | None) -> Notice:
    if period.first_day <= timezone.localdate(at):
        words = f"予約取置スキップ中 {spoken_day(period.last_day, at=at)}まで"
    else:
        words = f"予約取置スキップ {spoken_day(period.first_day, at=at)}から"
    return Notice(words, suspension_sentence(period, at=at), "warm", is_of_suspension=True)
