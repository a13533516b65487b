"""Refusals: the reasons why the library cannot do what was requested.

Each reason is a class. Verbs raise it, views show its sentence, which says what is wrong and what
to do next.
"""

from collections.abc import Iterable


class Refusal(Exception):
    """One reason. Subclasses define `sentence`; keyword arguments fill its `{names}`."""

    sentence = "ただいまこの操作はできません。お手数ですが図書館へお問い合わせください。"
    to_staff = ""
    """What the counter reads instead, where the sentence sends its reader to the counter."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))

    @property
    def sentences(self) -> list[str]:
        return [str(self)]

    @property
    def sentences_to_staff(self) -> list[str]:
        return [self.to_staff.format(**self.facts)] if self.to_staff else self.sentences


class Refusals(Refusal):
    """Every reason that applies, together."""

    def __init__(self, reasons: Iterable[Refusal]) -> None:
        self.reasons = list(reasons)
        Exception.__init__(self, "".join(str(reason) for reason in self.reasons))

    @property
    def sentences(self) -> list[str]:
        return [str(reason) for reason in self.reasons]

    @property
    def sentences_to_staff(self) -> list[str]:
        return [words for reason in self.reasons for words in reason.sentences_to_staff]


class Busy(Refusal):
    """The rows stayed locked during all attempts."""

    sentence = "ただいま込み合っています。少し待って、もう一度お試しください。"


def refuse(reasons: Iterable[Refusal]) -> None:
    """Raise all reasons together; do nothing if there is none."""
    gathered = list(reasons)
    if len(gathered) == 1:
        raise gathered[0]
    if gathered:
        raise Refusals(gathered)
