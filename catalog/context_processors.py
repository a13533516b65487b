from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.choices import Choices
from catalog.help.numbers import numbers
from catalog.models import Branch
from catalog.outage import remember_telephones


def library(request: HttpRequest) -> dict[str, Any]:
    """What every page may show of the library; asked only where it is shown."""
    return {
        "is_demo": settings.DEMO,
        "branches": SimpleLazyObject(_branches),
        "numbers": numbers,  # a template that names one calls it
    }


def _branches() -> list[Branch]:
    branches = list(Choices.load().branches.values())
    remember_telephones(branches)
    return branches
