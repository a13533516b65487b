"""What a patron may still reserve: the limits, and the reasons against a bib (5.1, 5.3)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from catalog.copies import web_eligibility
from catalog.models import Bib, BibStatus, MaterialType
from loans.models import Loan
from patrons.models import Patron
from reservations.models import Reservation
from reservations.refusals import (
    AlreadyReserved,
    OnLoanToYou,
    OnlyThroughTheLibrary,
    TooManyAudiovisual,
    TooManyReservations,
)

AUDIOVISUAL = {MaterialType.Medium.AUDIO, MaterialType.Medium.VIDEO}


@dataclass
class Quota:
    """How much of the limits of rule 5.3 a patron has used."""

    placed: int
    placed_audiovisual: int

    @property
    def limit(self) -> int:
        return policy.RESERVATION_LIMIT

    @property
    def left(self) -> int:
        return max(policy.RESERVATION_LIMIT - self.placed, 0)

    @property
    def left_audiovisual(self) -> int:
        # Four audiovisual places are of no use when only two places are left.
        return min(
            max(policy.AUDIOVISUAL_RESERVATION_LIMIT - self.placed_audiovisual, 0), self.left
        )

    def refusals(self, bib: Bib) -> Iterator[Refusal]:
        if self.placed >= policy.RESERVATION_LIMIT:
            yield TooManyReservations(now=self.placed)
        if (
            bib.material_type.is_audiovisual
            and self.placed_audiovisual >= policy.AUDIOVISUAL_RESERVATION_LIMIT
        ):
            yield TooManyAudiovisual(now=self.placed_audiovisual)

    def count(self, bib: Bib) -> None:
        self.placed += 1
        self.placed_audiovisual += bib.material_type.is_audiovisual


def quota_of(patron: Patron) -> Quota:
    return _quota(_open_of(patron))


def _open_of(patron: Patron) -> list[tuple[int | None, str | None]]:
    """Return bib and medium of every open reservation. A request has neither."""
    mine = Reservation.objects.open().filter(patron=patron)
    return list(mine.values_list("bib_id", "bib__material_type__medium"))


def _quota(mine: Collection[tuple[int | None, str | None]]) -> Quota:
    """Count all open reservations, whatever their state."""
    return Quota(len(mine), sum(medium in AUDIOVISUAL for _, medium in mine))


@dataclass
class Eligibility:
    """Gives the reasons why this patron may not reserve a bib now."""

    quota: Quota
    reserved: set[int]
    lent_bibs: set[int]

    @classmethod
    def read(cls, patron: Patron) -> "Eligibility":
        mine = _open_of(patron)
        on_loan = Loan.objects.open().filter(patron=patron)
        return cls(
            quota=_quota(mine),
            reserved={bib_id for bib_id, _ in mine if bib_id is not None},
            lent_bibs=set(on_loan.values_list("copy__bib_id", flat=True)),
        )

    def reasons_not_to_place(self, bib: Bib, status: BibStatus) -> list[Refusal]:
        """Return every reason against this bib, the limits included."""
        return self.reasons_other_than_limits(bib, status) + self.limit_reasons(bib)

    def reasons_other_than_limits(self, bib: Bib, status: BibStatus) -> list[Refusal]:
        # Further reasons would only repeat that it is reserved.
        if bib.pk in self.reserved:
            return [AlreadyReserved()]
        reasons: list[Refusal] = [OnLoanToYou()] if bib.pk in self.lent_bibs else []
        if bib.hidden:
            reasons.append(OnlyThroughTheLibrary())
        reasons += web_eligibility.refusals(status, bib.material_type)
        return reasons

    def limit_reasons(self, bib: Bib) -> list[Refusal]:
        """Return the limits that are reached. A bib reserved already needs no further place."""
        return [] if bib.pk in self.reserved else list(self.quota.refusals(bib))

    def count(self, bib: Bib) -> None:
        self.reserved.add(bib.pk)
        self.quota.count(bib)
