"""Finds the help topics that answer a question in the patron's own words.

Question and texts are folded like the catalogue and compared by bigrams, so パスワード忘れた finds
パスワードを忘れたとき. The content words must match (旅行 of 旅行に行く); the rest decides the
order.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.template.loader import get_template

from akiruno_library import policy
from catalog.help.topics import TOPICS, Topic
from japanese.normalise import compact, fold

WEIGHTS = (6, 4, 1)  # for the title, the words people use, the text
ENOUGH = 0.6  # this share of the content words must match
NEAR = 0.3  # of the best topic's points; topics below this share are left out
# Kanji, katakana and Latin words; hiragana are mostly particles.
_CARRIES = re.compile(r"[^\W_\u3041-\u309f]{2,}")
_NO_TEXT = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>|《[^》]*》", re.DOTALL)


@dataclass(frozen=True)
class _Text:
    """The texts of a topic, folded: title, words, everything else."""

    topic: Topic
    parts: tuple[str, str, str]

    def points(self, question: "_Question") -> int:
        """Return how well the question matches; matches in the title count most; 0 for none."""
        here = sum(any(pair in part for part in self.parts) for pair in question.carry)
        if here < ENOUGH * len(question.carry):
            return 0
        return sum(
            max((w for w, part in zip(WEIGHTS, self.parts, strict=True) if pair in part), default=0)
            for pair in question.pairs
        )


@dataclass(frozen=True)
class _Question:
    """The bigrams of the question, and those of its content words."""

    pairs: list[str]
    carry: list[str]

    @classmethod
    def read(cls, text: str) -> "_Question":
        text = unicodedata.normalize("NFKC", text[: policy.QUERY_MAX_CHARACTERS])
        pairs = _pairs(text)
        return cls(pairs, _pairs(" ".join(_CARRIES.findall(text))) or pairs)


def found(text: str) -> list[Topic]:
    """Return the topics that answer the question, the best first."""
    question = _Question.read(text)
    if not question.pairs:
        return []
    points = {text.topic.slug: text.points(question) for text in _texts()}
    least = max(NEAR * max(points.values()), 1)
    near = [slug for slug, got in points.items() if got >= least]
    return [TOPICS[slug] for slug in sorted(near, key=lambda slug: -points[slug])]


def _pairs(text: str) -> list[str]:
    """Return the bigrams; a word of one character is returned as itself."""
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
    """Return the text of the template without its variables."""
    source = get_template(topic.template).template.source  # type: ignore[attr-defined]
    return f"{topic.lead} {_NO_TEXT.sub('', source)}"
