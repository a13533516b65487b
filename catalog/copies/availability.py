"""The availability of a bib in one sentence, from the data of the catalogue alone (rules 5.1,
12.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.copies import web_eligibility
from catalog.display.summaries import MaterialSummary, StatusSummary
from catalog.models import BibStatus, Branch, Copy, MaterialType

# What to say when no copy is free. The first entry that applies is used, so the most helpful is
# first.
_AWAY = {
    Copy.Whereabouts.ON_LOAN: "貸出中",
    Copy.Whereabouts.HOLD_SHELF: "予約の方へご用意しています",
    Copy.Whereabouts.CLAIMED: "予約の方へご用意しています",
    Copy.Whereabouts.IN_TRANSIT: "配送中です",
    Copy.Whereabouts.PROCESSING: "整理中です",
    Copy.Whereabouts.REPAIR: "修理中です",
}

Branches = Mapping[int, Branch]  # by primary key, in the library's order


@dataclass(frozen=True)
class Availability:
    place: str  # 中央図書館にあります, 貸出中
    words: str  # the same with the number of reservations: 貸出中・予約2件
    tone: str  # good or plain; decides the colour
    is_reservable: bool


def availability_of(
    status: BibStatus | StatusSummary,
    material: MaterialType | MaterialSummary,
    copies: Iterable[Copy],
    branches: Branches,
) -> Availability:
    """Return the availability. `copies` are read only if no copy is free, so callers load fewer
    rows."""
    reservable = web_eligibility.is_reservable(status, material)
    if status.free_at:
        place = f"{names(status.free_at, branches)}にあります"
    elif status.circulating:
        place = _while_none_is_free(list(copies), branches)
    else:
        place = _what_never_is_lent(list(copies), branches)
    words = place
    if status.waiting:
        words += f"・予約{status.waiting}件"
    if status.circulating and not material.reservable_on_web:
        words += "・予約は窓口で"
    return Availability(place, words, "good" if status.free_at else "plain", reservable)


def names(branch_ids: Iterable[int], branches: Branches) -> str:
    wanted = set(branch_ids)
    return "・".join(branch.name for pk, branch in branches.items() if pk in wanted)


def _while_none_is_free(copies: list[Copy], branches: Branches) -> str:
    owned = [copy for copy in copies if copy.whereabouts not in Copy.Whereabouts.gone()]
    places = {copy.whereabouts for copy in owned if copy.lending == Copy.Lending.LENT}
    newest = [copy for copy in owned if copy.lending == Copy.Lending.NEWEST_ISSUE]
    if newest and not places:
        return f"最新号は館内でご覧ください({_places(newest, branches)})"
    # A copy may have returned to its shelf after the status was read, so no entry may apply.
    return next((words for place, words in _AWAY.items() if place in places), "貸出中")


def _what_never_is_lent(copies: list[Copy], branches: Branches) -> str:
    kept = [
        copy
        for copy in copies
        if copy.lending == Copy.Lending.IN_LIBRARY
        and copy.whereabouts not in Copy.Whereabouts.gone()
    ]
    if kept:
        return f"館内でご覧ください({_places(kept, branches)})"
    places = {copy.whereabouts for copy in copies}
    if Copy.Whereabouts.ON_ORDER in places:
        return "発注中です"
    if places & {Copy.Whereabouts.MISSING, Copy.Whereabouts.LOST}:
        return "所蔵がありません(所在不明など)"
    return "所蔵がありません"


def _places(copies: list[Copy], branches: Branches) -> str:
    """Return the branches and shelves, for example 中央図書館 参考、五日市図書館 郷土."""
    order = list(branches)
    copies = sorted(copies, key=lambda copy: (order.index(copy.current_branch_id), copy.shelf))
    places = (f"{branches[copy.current_branch_id].name} {copy.shelf}".strip() for copy in copies)
    return "、".join(dict.fromkeys(places))
