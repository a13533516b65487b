"""What the library says when a wish cannot be granted.

A refusal is a class per reason, raised by verbs and shown by views: its sentence tells the reader
what is the matter and what to do next.
"""

from collections.abc import Iterable


class Refusal(Exception):
    """One reason. Subclasses give `sentence`, with `{names}` filled from keyword arguments."""

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
    """Every reason that applies, told together."""

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
    """The rows stayed locked although we waited and tried again."""

    sentence = "ただいま込み合っています。少し待って、もう一度お試しください。"


def refuse(reasons: Iterable[Refusal]) -> None:
    """Raise every reason at once; do nothing when there is none."""
    gathered = list(reasons)
    if len(gathered) == 1:
        raise gathered[0]
    if gathered:
        raise Refusals(gathered)
