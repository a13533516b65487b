"""How a kind of notice becomes a letter. Each app writes its own; here they are looked up.

A letter's templates extend `notifications/email/base.txt` and `base.html` and fill the block
`body`: the one fact first. Telephone numbers, how to change the setting and how to stop the mails
come from the layout. Text is not escaped, HTML is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.shortcuts import resolve_url
from django.template import Context, loader

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from akiruno_library.plain_text import one_line
from akiruno_library.rule_numbers import rule_numbers
from catalog.models import Branch
from notifications.models import Notice

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n*")


@dataclass(frozen=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True)
class Letter:
    """A subject without reading facts, and the templates `<template>.txt` and `.html`.

    `branches` answer questions about this letter; without any, all of them. `setting` says where
    the mails are changed; without it, My Page. `unsubscribe` is an address that needs no login.
    `if_unknown` goes on from お心当たりのない場合は.
    """

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    branches: Sequence[Branch] = ()
    setting: Link | None = None
    unsubscribe: str = ""
    if_unknown: str = ""

    def message(self, address: str, message_id: str) -> EmailMultiAlternatives:
        """The mail itself. Who handles what comes back is the envelope's sender, not the From."""
        message = EmailMultiAlternatives(
            subject=one_line(self.subject),
            body=self.text(),
            from_email=settings.MAIL_RETURN_PATH,
            to=[address],
            headers=self._headers(message_id),
        )
        message.attach_alternative(self.html(), "text/html")
        return message

    def text(self) -> str:
        plain = self._rendered("txt")
        return _BLANK_LINES.sub("\n\n", plain).strip() + "\n"

    def html(self) -> str:
        return self._rendered("html")

    def _headers(self, message_id: str) -> dict[str, str]:
        headers = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
        }
        if self.unsubscribe:  # RFC 8058: mail programs show a button that posts to the address
            headers["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers

    def _rendered(self, ending: str) -> str:
        facts = self.context | {
            "letter": self,
            "rules": rule_numbers,  # as on pages, from the context processor
            "answering": self.branches or Branch.objects.all(),
            "setting": self.setting or Link("メールの設定はマイページで変えられます。", my_page()),
        }
        template: Any = loader.get_template(f"{self.template}.{ending}")
        return template.template.render(Context(facts, autoescape=ending == "html"))


Writer = Callable[[Sequence[Notice], datetime], Letter | None]
Sampler = Callable[[], Letter]


@dataclass
class Kind:
    """What staff and patrons call it, who writes it, and a sample for the preview and the tests.

    `bulk` goes to many at once and lets everything else pass; `kept` is how long its rows stay.
    `discreet` tells where somebody was: staff see it only when it failed.
    """

    name: str
    write: Writer
    bulk: bool = False
    kept: timedelta = policy.MAIL_KEPT
    discreet: bool = False
    sample: Sampler | None = None


KINDS: dict[str, Kind] = {}


def letter(
    kind: str,
    *,
    name: str,
    bulk: bool = False,
    kept: timedelta = policy.MAIL_KEPT,
    discreet: bool = False,
) -> Callable[[Writer], Writer]:
    """Register the writer of a kind: from its notices to one letter at that instant, or None
    when nothing of what they tell is true any more."""

    def register(writer: Writer) -> Writer:
        KINDS[kind] = Kind(name, writer, bulk, kept, discreet)
        return writer

    return register


def sample(kind: str) -> Callable[[Sampler], Sampler]:
    """Register a letter of this kind made of invented facts, without any row of a person."""

    def register(sampler: Sampler) -> Sampler:
        KINDS[kind].sample = sampler
        return sampler

    return register


def write(kind: str, notices: Sequence[Notice], *, at: datetime) -> Letter | None:
    return KINDS[kind].write(notices, at) if notices else None


def name_of(kind: str) -> str:
    return KINDS[kind].name if kind in KINDS else kind


def is_bulk(kind: str) -> bool:
    return kind in KINDS and KINDS[kind].bulk


def discreet_kinds() -> list[str]:
    return [kind for kind, facts in KINDS.items() if facts.discreet]


def my_page() -> str:
    return absolute(resolve_url(settings.LOGIN_REDIRECT_URL))
