"""The words of state as the list of reservations says them, for whoever explains them (5.13)."""

from django import template

from reservations.models import State
from reservations.summary_text import BEHIND_A_VOLUME, EXPLAINED, SKIPPED

register = template.Library()


@register.simple_tag
def status_words() -> list[tuple[str, str]]:
    """Each word with its explanation, in the order of a reservation's life."""
    words = [(state.label, EXPLAINED[state]) for state in State]
    after_waiting = list(State).index(State.WAITING) + 1
    return [*words[:after_waiting], BEHIND_A_VOLUME, SKIPPED, *words[after_waiting:]]
