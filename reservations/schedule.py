from datetime import date, datetime

from akiruno_library import policy
from notifications import jobs
from reservations import hold_shelf, queue, sequences, suspension


@jobs.every(policy.ASSIGNMENT_SWEEP, "offer_missed_copies", title="空いた資料を次の方に回す")
def offer_missed_copies(day: date, at: datetime) -> str:
    """Find what no event assigns: a suspension ended, a card was renewed, 利用停止 was lifted."""
    return f"{queue.offer_missed_copies(at=at):,}点"


@jobs.every(policy.ASSIGNMENT_SWEEP, "free_orders", title="所蔵のなくなった巻の次を待たせない")
def free_orders(day: date, at: datetime) -> str:
    return f"{sequences.remove_predecessors_without_copy(at=at):,}件"


@jobs.every(policy.LAPSE_SWEEP, "lapse_overdue_holds", title="取置期限の過ぎた予約を終える")
def lapse_overdue_holds(day: date, at: datetime) -> str:
    lapsed, wanted = hold_shelf.lapse_all_overdue(at=at), hold_shelf.release_all_wanted_back(at=at)
    return f"{lapsed:,}件" + (f"、借受先へ返す資料 {wanted:,}件" if wanted else "")


@jobs.daily("forget_closed_reservations", title="終わった予約を利用者から切り離す")
def forget_closed_reservations(day: date, at: datetime) -> str:
    return f"{hold_shelf.forget_closed_reservations(at=at):,}件"


@jobs.daily("forget_past_skips", title="終わったスキップの期間を消す")
def forget_past_skips(day: date, at: datetime) -> str:
    return f"{suspension.delete_past_suspensions(at=at):,}件"
