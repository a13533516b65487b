"""The words for the status of a reservation, for the help page that explains them (5.13)."""

from django import template

from reservations.models import State
from reservations.obstacles import CARD_EXPIRED, PREDECESSOR, STOPPED, SUSPENDED
from reservations.summary_text import STATUS_EXPLANATIONS

register = template.Library()


@register.simple_tag
def status_words() -> list[tuple[str, str]]:
    """Return each word with its explanation, in the order of a reservation's life."""
    words = [(state.label, STATUS_EXPLANATIONS[state]) for state in State]
    after_waiting = list(State).index(State.WAITING) + 1
    obstacles = (PREDECESSOR, SUSPENDED, CARD_EXPIRED, STOPPED)
    words[after_waiting:after_waiting] = [(each.status, each.explained) for each in obstacles]
    return words
