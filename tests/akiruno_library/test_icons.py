"""Icons come from one set, kept by its package; what is drawn by hand is a picture, no icon."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from lucide import IconDoesNotExist

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
ICON = re.compile(r'{% icon "([^"]+)" %}')
DRAWN_BY_HAND = {"components/river.html", "terminal/_header.html"}  # a river, the ring of seconds


def templates_with(pattern: str) -> dict[str, list[str]]:
    found = {
        str(path.relative_to(TEMPLATES)): re.findall(pattern, path.read_text("utf-8"))
        for path in TEMPLATES.rglob("*.html")
    }
    return {name: places for name, places in found.items() if places}


def test_an_icon_is_for_the_eye_only_and_has_no_style_of_its_own():
    drawn = Template('{% icon "search" %}').render(Context())
    assert 'aria-hidden="true"' in drawn
    assert 'stroke="currentColor"' in drawn
    assert "style" not in drawn
    assert not re.search(r">\s", drawn)


def test_an_icon_that_the_set_does_not_have_is_found_when_the_page_is_read():
    with pytest.raises(IconDoesNotExist):
        Template('{% icon "no-such-icon" %}')


def test_no_template_draws_icons_by_hand():
    assert set(templates_with("<svg")) == DRAWN_BY_HAND


def test_the_sheet_of_components_shows_every_icon_in_use():
    used = {name for names in templates_with(ICON.pattern).values() for name in names}
    sheet = (TEMPLATES / "demo/components/icons.html").read_text("utf-8")
    assert used == set(ICON.findall(sheet))


def test_the_icon_of_the_tab_is_that_of_the_header():
    drawn = Template('{% icon "book-open-text" %}').render(Context())
    shapes = re.findall(r"<path.*", drawn)[0]
    assert shapes in (ROOT / "static/icons/mark.svg").read_text("utf-8")
