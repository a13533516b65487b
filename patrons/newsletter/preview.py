"""いまの設定で届く資料: the titles of the last four weeks that these preferences select."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from patrons.newsletter.issues import recent_arrivals
from patrons.newsletter.rendering import TitleSummary, summaries_of
from patrons.notification_preferences import named_authors

SAMPLE_TITLES = 10


@dataclass(frozen=True)
class Preview:
    total: int
    titles: list[TitleSummary]

    @property
    def rest(self) -> int:
        return self.total - len(self.titles)


def preview(
    genres: Iterable[str], authors: Iterable[str], *, at: datetime | None = None
) -> Preview:
    found = recent_arrivals(at=at).matching(genres, named_authors(authors))
    return Preview(len(found), summaries_of(found[:SAMPLE_TITLES]))
