from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from akiruno_library.rule_numbers import rule_numbers
from catalog.display.choices import Choices
from catalog.models import Branch
from catalog.outage import remember_telephones


def library(request: HttpRequest) -> dict[str, Any]:
    """What every page may show of the library; asked only where it is shown."""
    return {
        "is_demo": settings.DEMO,
        "branches": SimpleLazyObject(_branches),
        "rules": rule_numbers,  # a template that names a number calls it
    }


def _branches() -> list[Branch]:
    branches = list(Choices.load().branches.values())
    remember_telephones(branches)
    return branches
