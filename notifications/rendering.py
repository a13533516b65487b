"""Turns notices of a kind into a mail. Each app registers the writers of its kinds here.

The templates extend `notifications/email/base.txt` and `base.html` and fill the block `body`, the
most important fact first. The layout adds telephone numbers, the setting and the link to stop the
mails. Text is not escaped, HTML is.
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
class MailText:
    """The subject, which names no titles, and the templates `<template>.txt` and `.html`.

    `branches` answer questions about this mail; empty means all. `setting` links to where the mails
    can be changed; the default is My Page. `unsubscribe` is a URL that needs no login. `if_unknown`
    continues the sentence お心当たりのない場合は.
    """

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    branches: Sequence[Branch] = ()
    setting: Link | None = None
    unsubscribe: str = ""
    if_unknown: str = ""

    def message(self, address: str, message_id: str) -> EmailMultiAlternatives:
        """Return the mail. Bounces go to the envelope's sender, not to the header From."""
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
        if self.unsubscribe:  # RFC 8058: mail programs show a button that posts to this URL
            headers["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers

    def _rendered(self, ending: str) -> str:
        facts = self.context | {
            "mail": self,
            "rules": rule_numbers,  # as on pages, from the context processor
            "answering": self.branches or Branch.objects.all(),
            "setting": self.setting or Link("メールの設定はマイページで変えられます。", my_page()),
        }
        template: Any = loader.get_template(f"{self.template}.{ending}")
        # Django's engine would escape the text part, too; the inner template accepts autoescape.
        return template.template.render(Context(facts, autoescape=ending == "html"))


Writer = Callable[[Sequence[Notice], datetime], MailText | None]
Sampler = Callable[[], MailText]


@dataclass
class Kind:
    """The name of a kind, its writer, and a sample for the preview and the tests.

    `bulk` mails are sent after all others. `kept` is how long the rows are kept. `discreet` mails
    reveal where a person was, so staff see them only when they failed.
    """

    name: str
    write: Writer
    bulk: bool = False
    kept: timedelta = policy.MAIL_KEPT
    discreet: bool = False
    follows: bool = False  # goes to the address that the recipient has when it is sent (rule 3.5)
    sample: Sampler | None = None


KINDS: dict[str, Kind] = {}


def writes(
    kind: str,
    *,
    name: str,
    bulk: bool = False,
    kept: timedelta = policy.MAIL_KEPT,
    discreet: bool = False,
    follows: bool = False,
) -> Callable[[Writer], Writer]:
    """Register the writer of a kind.

    It receives the notices and the moment, and returns one mail, or None if nothing is true any
    more.
    """

    def register(writer: Writer) -> Writer:
        KINDS[kind] = Kind(name, writer, bulk, kept, discreet, follows)
        return writer

    return register


def sample(kind: str) -> Callable[[Sampler], Sampler]:
    """Register a sample of this kind, made of invented data."""

    def register(sampler: Sampler) -> Sampler:
        KINDS[kind].sample = sampler
        return sampler

    return register


def write(kind: str, notices: Sequence[Notice], *, at: datetime) -> MailText | None:
    return KINDS[kind].write(notices, at) if notices else None


def name_of(kind: str) -> str:
    return KINDS[kind].name if kind in KINDS else kind


def is_bulk(kind: str) -> bool:
    return kind in KINDS and KINDS[kind].bulk


def discreet_kinds() -> list[str]:
    return [kind for kind, facts in KINDS.items() if facts.discreet]


def my_page() -> str:
    return absolute(resolve_url(settings.LOGIN_REDIRECT_URL))
