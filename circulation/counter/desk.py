"""The counter's memory between two scans: which branch, whose card, the last answers."""

from dataclasses import asdict, dataclass, field

from django.contrib.sessions.backends.base import SessionBase

from catalog.models import Branch
from patrons.models import Patron

SESSION_KEY = "counter"
ANSWERS_KEPT = 10


@dataclass
class Desk:
    branch_id: int | None = None
    patron_id: int | None = None
    answers: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, session: SessionBase) -> "Desk":
        return cls(**session.get(SESSION_KEY, {}))

    def keep(self, session: SessionBase) -> None:
        session[SESSION_KEY] = asdict(self)

    def branch(self) -> Branch | None:
        return Branch.objects.filter(pk=self.branch_id).first() if self.branch_id else None

    def patron(self) -> Patron | None:
        return Patron.objects.filter(pk=self.patron_id).first() if self.patron_id else None

    def say(self, answer: "Answer") -> None:
        self.answers = [asdict(answer), *self.answers][:ANSWERS_KEPT]


@dataclass(frozen=True)
class Answer:
    """One big answer: a tone for colour and sign, a word, and what to do."""

    tone: str
    word: str
    text: str
    barcode: str = ""
