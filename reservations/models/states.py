"""The states of a reservation, who acts on it, and why it ended."""

from django.db import models


class State(models.TextChoices):
    """The stored states. 前の巻待ち and スキップ期間中 are derived from WAITING."""

    REQUESTED = "requested", "リクエスト"
    WAITING = "waiting", "予約中"
    TO_FETCH = "to_fetch", "取り寄せ中"
    IN_TRANSIT = "in_transit", "配送中"
    READY = "ready", "取置中(受け取れます)"
    COLLECTED = "collected", "貸出済み"
    CANCELLED = "cancelled", "取消"
    LAPSED = "lapsed", "取置期限切れ"


WITHOUT_COPY = (State.REQUESTED, State.WAITING)
WITH_COPY = (State.TO_FETCH, State.IN_TRANSIT, State.READY)
OPEN_STATES = (*WITHOUT_COPY, *WITH_COPY)
ENDED_WITHOUT_LOAN = (State.CANCELLED, State.LAPSED)
CLOSED_STATES = (State.COLLECTED, *ENDED_WITHOUT_LOAN)


class Actor(models.TextChoices):
    PATRON = "patron", "本人"
    STAFF = "staff", "職員"
    LIBRARY = "library", "自動"


class CloseReason(models.TextChoices):
    """Why a reservation ended; `closed_by` says who ended it. The label is for the patron."""

    LENT = "lent", "窓口でお貸ししました"
    CANCELLED = "cancelled", "取り消しました"
    DECLINED = "declined", "リクエストをお受けできませんでした"
    MERGED = "merged", "二つの資料の登録を一つにまとめたため、もう一つの予約だけを残しました"
    LAPSED = "lapsed", "取置期限が過ぎました"

    @property
    def state(self) -> State:
        """The state in which a reservation stays when it ends for this reason."""
        ends = {CloseReason.LENT: State.COLLECTED, CloseReason.LAPSED: State.LAPSED}
        return ends.get(self, State.CANCELLED)


def why_closed(reason: str, note: str) -> str:
    """Return the reason as the patron reads it: staff's own words, if they wrote some."""
    return note or str(CloseReason(reason).label)
