"""お気に入り on the catalogue's page of a bib: the catalogue may not import the lists itself."""

from django import template

from patrons.models import FavouriteList, Patron
from patrons.models.favourites import OLD_SLOT

register = template.Library()


@register.simple_tag
def lists_of(patron: Patron) -> list[FavouriteList]:
    """Return the patron's own lists, in their order."""
    return list(patron.favourite_lists.exclude(slot=OLD_SLOT).order_by("slot"))
