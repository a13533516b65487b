import pytest
from django.test import Client

from catalog.models import Bib
from catalog.search import rebuild
from tests.factories import BibFactory, CopyFactory

SITE = "https://library.example.jp"
ODD = (
    "<img src=x onerror=alert(1)> ]]> </script><!-- {{7*7}} \\textbf{ } % & \" ' "
    "\x01\x0b\x1f\ufffe \u202e逆\u200f \r\nER  - \nTY  - BOOK"
)


@pytest.fixture(autouse=True)
def _site_address(settings) -> None:
    settings.SITE_URL = SITE
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def program(db: None) -> Client:
    """A program that keeps no cookies and sends none."""
    return Client()


@pytest.fixture
def odd_bib(db: None) -> Bib:
    """Every text of it is a trap."""
    bib = BibFactory(
        title=ODD,
        title_reading=ODD,
        subtitle=ODD,
        volume=ODD[:100],
        publisher=ODD,
        edition=ODD,
        published=ODD[:60],
        extent=ODD,
        subjects=[ODD],
        contents=ODD,
        notes=ODD,
        authors=[ODD, "Simon and Schuster, Inc., {Tokyo"],
    )
    CopyFactory(bib=bib, call_number=ODD[:60], shelf=ODD[:30], accepted_on="2026-11-01")
    return bib


@pytest.fixture
def indexed(db: None):
    """Call it when the bibs are there."""
    return rebuild
