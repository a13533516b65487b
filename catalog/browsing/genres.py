"""分野: what a patron browses by. Books for children and for teenagers stand apart."""

from django.db.models import Q

from catalog.display.choices import CLASSES
from catalog.models import Bib

CHILD, YOUNG = "child", "young"
GENRES = {CHILD: "児童", YOUNG: "ティーンズ", **CLASSES}
AUDIENCES = {"adult": "一般", CHILD: "児童", YOUNG: "ティーンズ"}


def in_genre(genre: str) -> Q:
    """For rows of BibStatus."""
    if genre in (CHILD, YOUNG):
        return Q(bib__audience=genre)
    return Q(bib__ndc__startswith=genre, bib__audience=Bib.Audience.ADULT)
