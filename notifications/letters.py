"""How a kind of notice becomes a letter. Each app writes its own; here they are looked up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from notifications.models import Notice


@dataclass(frozen=True)
class Letter:
    """A subject without reading facts, and the templates `<template>.txt` and `.html`."""

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)

    def message(self, address: str, message_id: str) -> EmailMultiAlternatives:
        message = EmailMultiAlternatives(
            subject=self.subject,
            body=render_to_string(f"{self.template}.txt", self.context),
            to=[address],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string(f"{self.template}.html", self.context), "text/html"
        )
        return message


Writer = Callable[[Sequence[Notice]], Letter | None]
_writers: dict[str, Writer] = {}


def letter(kind: str) -> Callable[[Writer], Writer]:
    """Register the writer of a kind: from its notices to one letter, or None when nothing of
    what they tell is true any more."""

    def register(writer: Writer) -> Writer:
        _writers[kind] = writer
        return writer

    return register


def write(kind: str, notices: Sequence[Notice]) -> Letter | None:
    return _writers[kind](notices) if notices else None
