"""What a page says once after a press: a sentence, and at most one action that follows from it.

Django's messages carry text and a string of tags. The action travels as JSON in that string; this
module and `{% with action=message|action %}` are the only places that know it.
"""

import json
from dataclasses import asdict, dataclass
from enum import IntEnum

from django.contrib import messages
from django.http import HttpRequest


class Kind(IntEnum):
    """The level of a Django message; `MESSAGE_TAGS` names QUIET for the templates."""

    INFO = messages.INFO
    QUIET = 21  # for screen readers only; sighted readers see the result on the page
    SUCCESS = messages.SUCCESS
    WARNING = messages.WARNING
    ERROR = messages.ERROR


@dataclass(frozen=True)
class Action:
    """One next step: a link, or a button that posts a form to `url`."""

    label: str
    url: str
    method: str = "get"

    @classmethod
    def link(cls, label: str, url: str) -> "Action":
        return cls(label, url)

    @classmethod
    def button(cls, label: str, url: str) -> "Action":
        return cls(label, url, "post")


def tell(request: HttpRequest, kind: Kind, sentence: str, *, action: Action | None = None) -> None:
    tags = json.dumps(asdict(action)) if action else ""
    messages.add_message(request, kind, sentence, extra_tags=tags)


def action_of(extra_tags: str | None) -> Action | None:
    """Return the action of a message that `tell` wrote."""
    return Action(**json.loads(extra_tags)) if extra_tags else None
