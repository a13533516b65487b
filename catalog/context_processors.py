from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from akiruno_library.rule_numbers import rule_numbers
from catalog.display.choices import Choices
from catalog.models import Branch
from catalog.outage import remember_telephones


def library(request: HttpRequest) -> dict[str, Any]:
    """Return the facts about the library for every template. `branches` is read only when it is
    used."""
    return {
        "is_demo": settings.DEMO,
        "branches": SimpleLazyObject(_branches),
        "rules": rule_numbers,  # a callable: only a template that prints a number evaluates it
    }


def _branches() -> list[Branch]:
    branches = list(Choices.load().branches.values())
    remember_telephones(branches)
    return branches
