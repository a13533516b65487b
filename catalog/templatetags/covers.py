"""`{% cover row %}` for pages with few books; long lists prepare `cover_svg` with their rows."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from catalog.display.covers import cover_svg

register = template.Library()


@register.simple_tag
def cover(row: Any) -> SafeString:
    """Draw a row with `title`, `author`, `volume`, `ndc` and `material` as plain texts."""
    return cover_svg(row.title, row.author, row.volume, row.ndc, row.material)
