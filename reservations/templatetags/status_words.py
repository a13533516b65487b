"""The words for the status of a reservation, for the help page that explains them (5.13)."""

from django import template

from reservations.models import State
from reservations.summary_text import STATUS_EXPLANATIONS, SUSPENDED, WAITS_FOR_PREDECESSOR

register = template.Library()


@register.simple_tag
def status_words() -> list[tuple[str, str]]:
    """Return each word with its explanation, in the order of a reservation's life."""
    words = [(state.label, STATUS_EXPLANATIONS[state]) for state in State]
    after_waiting = list(State).index(State.WAITING) + 1
    return [*words[:after_waiting], WAITS_FOR_PREDECESSOR, SUSPENDED, *words[after_waiting:]]
