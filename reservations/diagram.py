"""A diagram of the states of a reservation, made from the table of transitions."""

from reservations.models import State
from reservations.models.states import CLOSED_STATES
from reservations.transitions import TRANSITIONS

WAY = {
    (State.REQUESTED, State.WAITING): "grant",
    (State.REQUESTED, State.CANCELLED): "decline",
    (State.WAITING, State.TO_FETCH): "assign",
    (State.WAITING, State.IN_TRANSIT): "return elsewhere",
    (State.WAITING, State.READY): "return at the pickup branch",
    (State.WAITING, State.COLLECTED): "lend",
    (State.WAITING, State.CANCELLED): "cancel",
    (State.TO_FETCH, State.WAITING): "release (lent to a visitor, not found)",
    (State.TO_FETCH, State.IN_TRANSIT): "fetch and send",
    (State.TO_FETCH, State.READY): "fetch",
    (State.TO_FETCH, State.COLLECTED): "lend",
    (State.TO_FETCH, State.CANCELLED): "cancel",
    (State.IN_TRANSIT, State.WAITING): "release (did not arrive)",
    (State.IN_TRANSIT, State.READY): "arrive",
    (State.IN_TRANSIT, State.COLLECTED): "lend",
    (State.IN_TRANSIT, State.CANCELLED): "cancel, by staff",
    (State.READY, State.WAITING): "release",
    (State.READY, State.IN_TRANSIT): "scanned at another branch",
    (State.READY, State.COLLECTED): "collect",
    (State.READY, State.CANCELLED): "cancel, by staff",
    (State.READY, State.LAPSED): "lapse, after the deadline",
}


def drawn() -> str:
    """Return Markdown with a Mermaid diagram; `manage.py draw_reservation_states` writes it."""
    ways = [(one, to) for one in State for to in State if to in TRANSITIONS[one]]
    ended = [state for state in State if state in CLOSED_STATES]
    lines = [
        "# The states of a reservation",
        "",
        "Drawn from `reservations/transitions.py` by `manage.py draw_reservation_states`; a test",
        "compares the two. 前の巻待ち and スキップ期間中 are not stored: they are derived from",
        "`waiting`. The undo of a wrong scan is in the log, but not in this table.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {state}: {state} ({state.label})" for state in State),
        f"    [*] --> {State.WAITING}: place",
        f"    [*] --> {State.REQUESTED}: request, by staff",
        *(f"    {one} --> {to}: {WAY[one, to]}" for one, to in ways),
        *(f"    {state} --> [*]" for state in ended),
        "```",
        "",
    ]
    return "\n".join(lines)
