"""分野: the genres for browsing. Books for children and teenagers are genres of their own."""

from django.db.models import Q

from catalog.display.choices import CLASSES
from catalog.models import Bib

CHILD, YOUNG = "child", "young"
GENRES = {CHILD: "児童", YOUNG: "ティーンズ", **CLASSES}
AUDIENCES = {"adult": "一般", CHILD: "児童", YOUNG: "ティーンズ"}


def in_genre(genre: str) -> Q:
    """Return the condition on BibStatus."""
    if genre in (CHILD, YOUNG):
        return Q(bib__audience=genre)
    return Q(bib__ndc__startswith=genre, bib__audience=Bib.Audience.ADULT)
