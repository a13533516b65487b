"""Finding the topic that answers a question put in one's own words.

Question and texts are folded like everything that is searched here, and compared by pairs of
characters: whoever writes パスワード忘れた finds パスワードを忘れたとき. What has to be there are
the words that carry the question (旅行 of 旅行に行く); the rest says which topic comes first.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.template.loader import get_template

from akiruno_library import policy
from catalog.help.topics import TOPICS, Topic
from japanese.normalise import compact, fold

WEIGHTS = (6, 4, 1)  # in the title, in the words people use, in the text
ENOUGH = 0.6  # of what carries the question has to stand there
NEAR = 0.3  # of the best one's points: what is further away only distracts
_CARRIES = re.compile(r"[^\W_\u3041-\u309f]{2,}")  # kanji, katakana, Latin letters: no particles
_NO_TEXT = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>|《[^》]*》", re.DOTALL)


@dataclass(frozen=True)
class _Text:
    """Where it may stand, folded: title, words, all the rest."""

    topic: Topic
    parts: tuple[str, str, str]

    def points(self, question: "_Question") -> int:
        """How much of the question stands here, the better the nearer to the title; 0 for none."""
        here = sum(any(pair in part for part in self.parts) for pair in question.carry)
        if here < ENOUGH * len(question.carry):
            return 0
        return sum(
            max((w for w, part in zip(WEIGHTS, self.parts, strict=True) if pair in part), default=0)
            for pair in question.pairs
        )


@dataclass(frozen=True)
class _Question:
    """Its pairs of characters, and those of them that have to be found."""

    pairs: list[str]
    carry: list[str]

    @classmethod
    def read(cls, asked: str) -> "_Question":
        asked = unicodedata.normalize("NFKC", asked[: policy.QUERY_MAX_CHARACTERS])
        pairs = _pairs(asked)
        return cls(pairs, _pairs(" ".join(_CARRIES.findall(asked))) or pairs)


def found(asked: str) -> list[Topic]:
    """The topics that answer it, the best first."""
    question = _Question.read(asked)
    if not question.pairs:
        return []
    points = {text.topic.slug: text.points(question) for text in _texts()}
    least = max(NEAR * max(points.values()), 1)
    near = [slug for slug, got in points.items() if got >= least]
    return [TOPICS[slug] for slug in sorted(near, key=lambda slug: -points[slug])]


def _pairs(text: str) -> list[str]:
    """Two characters each; a word of one character stands for itself."""
    words = [compact(word) for word in fold(text).split()]
    return [
        word[at : at + 2]
        for word in words
        for at in range(max(len(word) - 1, 1))
        if word[at : at + 2]
    ]


@cache
def _texts() -> tuple[_Text, ...]:
    return tuple(
        _Text(topic, (compact(topic.title), compact(topic.words), compact(_rest(topic))))
        for topic in TOPICS.values()
    )


def _rest(topic: Topic) -> str:
    """What its template says, without what is filled in."""
    source = get_template(topic.template).template.source  # type: ignore[attr-defined]
    return f"{topic.lead} {_NO_TEXT.sub('', source)}"
