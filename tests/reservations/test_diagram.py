from django.conf import settings

from reservations.diagram import WAY, drawn
from reservations.management.commands.draw_reservation_states import PATH
from reservations.transitions import TRANSITIONS


def test_the_diagram_in_docs_is_the_table_of_transitions():
    """After a wanted change: manage.py draw_reservation_states."""
    assert (settings.BASE_DIR / PATH).read_text("utf-8") == drawn()


def test_every_way_has_its_name_and_no_name_is_left_over():
    assert set(WAY) == {(one, to) for one, ways in TRANSITIONS.items() for to in ways}
